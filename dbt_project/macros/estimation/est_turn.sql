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

{# Sums per combination and indicator that its survey asked: a cell in which nobody answered is shown empty. #}
{%- macro est_answers(plan) -%}
{%- set exact = 'decimal(38, 12)' if plan.sum_type == 'decimal' else 'double' -%}
{%- set types = {'y': exact, 'x': exact, 'p': exact, 'q': 'double', 'n': 'bigint', 'k': 'bigint', 'd': 'bigint'} -%}
est_answers as (
    select *
    from (
        select
            *,
            sum(est_n + coalesce(est_d, 0)) over (partition by {{ (plan.groups + ['est_indicator']) | join(', ') }}) as est_asked
        from (
            {%- for k in plan.indicators %}
            {{ 'union all' if not loop.first }}
            select
                {{ est_columns(plan.groups) }}
                est_combo, {{ k.number }} as est_indicator
                {%- for letter, type in types.items() %},
                cast({{ 'est_' ~ letter ~ '_' ~ k.number if letter in k.sums else 'null' }} as {{ type }}) as est_{{ letter }}
                {%- endfor %}
            from est_combos
            {%- endfor %}
        ) as est_turned
    ) as est_counted
    where est_asked > 0
)
{%- endmacro %}

{# Sums per sampling unit, combination and block of indicators that has anything there. x of a total is 0, like its R. #}
{%- macro est_sums(plan) -%}
est_sums as (
    {%- for block in plan.indicators | batch(8) %}
    {{ 'union all' if not loop.first }}
    select
        est_h, est_unit, est_combo as est_cell, {{ loop.index0 }} as est_block
        {%- for slot in plan.slots %}{% set k = block[slot - 1] if slot <= block | length else none %},
        {{ 'est_y_' ~ k.number if k else 'cast(null as double)' }} as est_y_{{ slot }},
        {{ 'cast(0 as double)' if not k or k.kind == 'total' else 'est_x_' ~ k.number }} as est_x_{{ slot }}
        {%- endfor %}
    from est_coded
    where {% for k in block %}est_y_{{ k.number }} is not null{{ ' or ' if not loop.last }}{% endfor %}
    {%- endfor %}
)
{%- endmacro %}

{# R and the coefficient of z side by side, as the sums of units stand. `rates` selects est_cell, est_domain (what the cell
   is part of), est_indicator, est_r and est_c. #}
{%- macro est_block_rates(plan, rates) -%}
est_block_rates as (
    select
        r.est_cell,
        r.est_domain,
        f.est_block
        {%- for slot in plan.slots %},
        max(case when f.est_slot = {{ slot }} then r.est_r end) as est_r_{{ slot }},
        max(case when f.est_slot = {{ slot }} then r.est_c end) as est_c_{{ slot }}
        {%- endfor %}
    from ({{ rates }}) as r
    inner join est_facts as f on r.est_indicator = f.est_indicator
    group by r.est_cell, r.est_domain, f.est_block
)
{%- endmacro %}
