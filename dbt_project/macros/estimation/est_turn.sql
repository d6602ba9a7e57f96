{# From wide to long, of sums and never of records: with the scan the only steps that are written per indicator. #}

{# What is known of each indicator, as a relation: kind, interval and the scale of its answer. #}
{%- macro est_facts(plan) -%}
est_facts as (
    select *
    from (values
        {%- for k in plan.indicators %}
        ({{ k.number }}, {{ k.block }}, {{ k.slot }}, {{ est_text(k.name) }}, '{{ k.kind }}', '{{ k.ci }}', {{ 'cast(100 as double)' if k.kind == 'prop' else 'cast(1 as double)' }}, {{ 'true' if k.n_dk else 'false' }}){{ ',' if not loop.last }}
        {%- endfor %}
    ) as est_listed (est_indicator, est_block, est_slot, indicator, est_kind, est_ci, est_scale, est_has_dk)
)
{%- endmacro %}

{# All sums per cell of the margins asked for: wide, then a row for each indicator that its survey asked; there a cell in
   which nobody answered is shown empty. Of a file that is one survey, every indicator was asked for by name. R = sum(w*y) / sum(w*x); R of a total is 0, its own z is the weighted sum itself,
   and it is divided by nothing (est_per). #}
{%- macro est_cells(plan) -%}
{%- set types = {'y': 'double', 'x': 'double', 'p': 'double', 'q': 'double', 'n': 'bigint', 'k': 'bigint', 'd': 'bigint'} -%}
est_combo_sums as (
    select
        est_combo
        {%- for k in plan.indicators %}{% for letter in k.sums if letter in ['y', 'x', 'p'] %},
        sum(est_{{ letter }}_{{ k.number }}) as est_{{ letter }}_{{ k.number }}
        {%- endfor %}{% endfor %}
    from est_coded
    group by est_combo
),

est_cell_sums as (
    select
        {{ est_columns(plan.groups, 'p.') }}
        p.est_cell
        {%- for k in plan.indicators %}{% for letter in k.sums %},
        {{ est_cell_sum(letter, types[letter], k.number) }} as est_{{ letter }}_{{ k.number }}
        {%- endfor %}{% endfor %}
    from est_places as p
    inner join est_combos as c on p.est_combo = c.est_combo
    inner join est_combo_sums as s on p.est_combo = s.est_combo
    where p.est_margin in ({{ plan.margins | selectattr('is_asked') | map(attribute='number') | join(', ') }})
    group by {{ est_columns(plan.groups, 'p.') }}p.est_cell
),

est_cells as (
    select
        *,
        case when est_kind = 'total' then 0 else est_y / est_x end as est_r,
        case when est_kind = 'total' then 1 else est_x end as est_per,
        case when est_kind = 'total' then est_y else est_y / est_x end as est_figure
    from (
        select
            *,
            sum(est_n + coalesce(est_d, 0)) over (partition by {{ (plan.groups + ['est_indicator']) | join(', ') }}) as est_asked
        from (
            select
                {{ est_columns(plan.groups, 'c.') }}
                c.est_cell, f.est_indicator, f.est_kind
                {%- for letter, type in types.items() %},
                {{ est_pick('c.est_' ~ letter, 'f.est_indicator', plan.summed[letter], type) }} as est_{{ letter }}
                {%- endfor %}
            from est_cell_sums as c
            cross join est_facts as f
        ) as est_turned
    ) as est_counted
    {{ 'where est_asked > 0' if not plan.keeps_unasked }}
)
{%- endmacro %}

{# Of columns side by side the one with the row's number; shorter and faster than a UNION of as many selects. #}
{%- macro est_pick(column, chosen, numbers, type) -%}
case {{ chosen }} {%- for number in numbers %} when {{ number }} then {{ column }}_{{ number }}{% else %} when 0 then cast(null as {{ type }}){% endfor %} end
{%- endmacro %}

{# No figure is divided by 0: there are no weights of nobody. #}
{%- macro est_cell_sum(letter, type, number) -%}
{%- set of = 's' if letter in ['y', 'x', 'p'] else 'c' -%}
{%- set total = 'cast(sum(%s.est_%s_%s) as %s)' % (of, letter, number, type) -%}
{{ 'nullif(%s, 0)' % total if letter in ['x', 'p'] else total }}
{%- endmacro %}

{# Sums per sampling unit, combination and block of indicators that has anything there. x of a total is 0, like its R. #}
{%- macro est_level_0(plan) -%}
est_level_0 as (
    {%- for block in plan.blocks %}
    {{ 'union all' if not loop.first }}
    select
        est_h, est_unit, est_combo as est_cell, {{ loop.index0 }} as est_block
        {%- for slot in plan.slots %}{% set k = block[slot - 1] if slot <= block | length else none %},
        cast({{ 'est_y_' ~ k.number if k else 'null' }} as double) as est_y_{{ slot }},
        cast({{ '0' if not k or k.kind == 'total' else 'est_x_' ~ k.number }} as double) as est_x_{{ slot }}
        {%- endfor %}
    from est_coded
    {{ 'where ' if plan.blocks | length > 1 }}{% for k in block if plan.blocks | length > 1 %}est_y_{{ k.number }} is not null{{ ' or ' if not loop.last }}{% endfor %}
    {%- endfor %}
)
{%- endmacro %}

{# R side by side, as the sums of units stand, for each cell of theirs that a domain is made of. #}
{%- macro est_own_rates(plan) -%}
est_block_rates as (
    {%- for block in plan.blocks %}
    {{ 'union all' if not loop.first }}
    select
        p.est_cell, p.est_domain, {{ loop.index0 }} as est_block
        {%- for slot in plan.slots %}{% set k = block[slot - 1] if slot <= block | length else none %},
        {{ 'cast(0 as double)' if not k or k.kind == 'total' else 'c.est_y_%s / c.est_x_%s' % (k.number, k.number) }} as est_r_{{ slot }}
        {%- endfor %}
    from est_parts as p
    inner join est_cell_sums as c on p.est_domain = c.est_cell
    {%- endfor %}
)
{%- endmacro %}

{# The same where domains are compared, with the coefficient of z. `rates` selects est_cell, est_domain (the comparison that
   it is part of), est_indicator, est_r and est_c. #}
{%- macro est_block_rates(plan, rates) -%}
est_block_rates as (
    select
        p.est_cell,
        r.est_domain,
        f.est_block
        {%- for slot in plan.slots %},
        max(case when f.est_slot = {{ slot }} then r.est_r end) as est_r_{{ slot }},
        max(case when f.est_slot = {{ slot }} then r.est_c end) as est_c_{{ slot }}
        {%- endfor %}
    from ({{ rates }}) as r
    inner join est_parts as p on r.est_cell = p.est_domain
    inner join est_facts as f on r.est_indicator = f.est_indicator
    group by p.est_cell, r.est_domain, f.est_block
)
{%- endmacro %}
