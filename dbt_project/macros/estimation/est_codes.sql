{# Step 3: numbers for what the leaf names by text, so that keys are short: sampling units, combinations of all dims,
   cells. An order is given, so that an engine that counts twice counts alike. #}

{#  est_units   one row per unit of the last stage: est_unit, its stratum est_h (and PSU est_i, of two stages)
    est_combos  one row per survey and combination of all dims: est_combo, and the sums over its PSUs
    est_coded   the leaf again, with numbers; per PSU only y and x are needed #}
{%- macro est_codes(plan) -%}
{%- set strata = plan.groups + ['est_stratum'] -%}
{%- set units = strata + ['est_psu'] + (['est_ssu'] if plan.two_stage else []) -%}
{%- set combos = plan.groups + plan.scanned -%}
est_units as (
    select
        {{ est_columns(units, 'u.') }}
        s.est_h,
        {% if plan.two_stage -%}
        dense_rank() over (order by s.est_h, u.est_psu) as est_i,
        {% endif -%}
        row_number() over (order by s.est_h, u.est_psu{{ ', u.est_ssu' if plan.two_stage }}) as est_unit
    from {{ '(select ' ~ units | join(', ') ~ ' from est_leaf group by ' ~ units | join(', ') ~ ')' if plan.two_stage else 'est_psus' }} as u
    inner join est_strata as s on {{ est_on('u', 's', strata) }}
),

est_combos as (
    select
        {{ est_columns(combos) }}
        {%- for k in plan.indicators %}{% for letter in k.sums %}
        sum(est_{{ letter }}_{{ k.number }}) as est_{{ letter }}_{{ k.number }},
        {%- endfor %}{% endfor %}
        row_number() over (order by {{ combos | join(', ') or '1' }}) as est_combo
    from est_leaf
    {{ est_group_by(combos) }}
),

est_coded as (
    select
        {%- for k in plan.indicators %}{% for letter in k.sums if letter in ['y', 'x'] %}
        cast(l.est_{{ letter }}_{{ k.number }} as double) as est_{{ letter }}_{{ k.number }},
        {%- endfor %}{% endfor %}
        u.est_h,
        u.est_unit,
        c.est_combo
    from est_leaf as l
    inner join est_units as u on {{ est_on('l', 'u', units) }}
    inner join est_combos as c on {{ est_on('l', 'c', combos) }}
)
{%- endmacro %}

{# The cell of each margin that a combination lies in. Cells are numbered over all margins and surveys. #}
{%- macro est_places(plan) -%}
est_places as (
    select
        *,
        dense_rank() over (order by {{ (['est_margin'] + plan.groups + plan.scanned) | join(', ') }}) as est_cell
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
