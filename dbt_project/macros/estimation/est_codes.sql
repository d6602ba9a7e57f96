{# Step 3: numbers for what the leaf names by text, so that keys are short: sampling units, combinations of all dims,
   cells. An order is given, so that an engine that counts twice counts alike. #}

{#  est_units   one row per unit of the last stage: est_unit, its stratum est_h (and PSU est_i, of two stages)
    est_combos  one row per survey and combination of all dims: est_combo
    est_coded   the leaf again, with numbers #}
{%- macro est_codes(plan) -%}
{%- set combos = plan.groups + plan.scanned -%}
est_units as (
    select
        {{ est_columns(plan.units, 'u.') }}
        s.est_h,
        {% if plan.two_stage -%}
        cast(dense_rank() over (order by s.est_h, u.est_psu) as int) as est_i,
        {% endif -%}
        cast(row_number() over (order by s.est_h, u.est_psu{{ ', u.est_ssu' if plan.two_stage }}) as int) as est_unit
    from est_members as u
    inner join est_strata as s on {{ est_on('u', 's', plan.groups + ['est_stratum']) }}
),

est_combos as (
    select
        *,
        cast(row_number() over (order by {{ combos | join(', ') or '1' }}) as int) as est_combo
    from est_counts
),

est_coded as (
    select
        {%- for k in plan.indicators %}{% for letter in k.sums if letter in ['y', 'x', 'p'] %}
        l.est_{{ letter }}_{{ k.number }},
        {%- endfor %}{% endfor %}
        u.est_h,
        u.est_unit,
        c.est_combo
    from est_leaf as l
    inner join est_units as u on {{ est_on('l', 'u', plan.units) }}
    inner join est_combos as c on {{ est_on('l', 'c', combos) }}
)
{%- endmacro %}

{# The cell of each margin that a combination lies in. Cells are numbered over all margins and surveys, those of the margin
   of all dims first: there the number of a combination is that of its cell. #}
{%- macro est_places(plan) -%}
est_places as (
    select
        *,
        cast(dense_rank() over (order by {{ (['est_margin'] + plan.groups + plan.scanned) | join(', ') }}) as int) as est_cell
    from (
        {%- for margin in plan.margins %}
        {{ 'union all' if not loop.first }}
        select
            est_combo,
            {{ est_columns(plan.groups) }}
            {{ est_margin_codes(plan.scanned, margin['keys']) }}
            {{ margin.number }} as est_margin
        from est_combos
        {%- endfor %}
    ) as est_placed
),

est_domains as (
    select
        {{ est_columns(plan.groups + plan.scanned) }}
        est_margin,
        est_cell
    from est_places
    group by {{ (plan.groups + plan.scanned + ['est_margin', 'est_cell']) | join(', ') }}
)
{%- endmacro %}
