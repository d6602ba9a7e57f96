{# One row per cell, contrast and indicator. #}
{%- macro est_contrast_long(plan, compared) -%}
est_long as (
    {%- for comparison in compared %}
    {%- set first = loop.first -%}
    {%- set contrast = comparison.contrast -%}
    {%- set keys = comparison['keys'] -%}
    {%- for k in plan.indicators %}
    {%- set i = k.number -%}
    {%- set n_codes = contrast.over | length -%}
    {%- set a, b = 's.est_a_' ~ i, 's.est_b_' ~ i -%}
    {%- set theta = (a ~ ' / nullif(' ~ b ~ ', 0)') if contrast.scale == 'ratio' else (a ~ ' - ' ~ b) -%}
    {%- set seen = 'case when s.est_seen_' ~ i ~ ' = ' ~ n_codes ~ ' then ' %}
    {{ 'union all' if not (first and loop.first) }}
    select
        {{ est_columns(plan.groups, 's.') }}{{ est_codes(plan, keys, 's.') }}
        {{ est_text(contrast.name) }} as contrast,
        '{{ contrast.scale }}' as scale,
        {{ est_text(k.name) }} as indicator,
        '{{ k.kind }}' as estimator,
        {{ '100.0' if k.kind == 'prop' and contrast.scale == 'difference' else '1.0' }} as est_scale,
        {{ '100.0' if k.kind == 'prop' else '1.0' }} as est_side_scale,
        {{ seen }}{{ theta }} end as est_value,
        {{ seen }}{{ a }} end as est_a,
        {{ seen }}{{ b }} end as est_b,
        case
            when s.est_seen_{{ i }} < {{ n_codes }} or v.est_failing_{{ i }} > 0 then null
            when v.est_is_census_{{ i }} = 1 then 0
            {%- if plan.on_no_df == 'null' %}
            when
                v.est_psus_{{ i }} <= v.est_strata_{{ i }}
                and sqrt(v.est_variance_{{ i }}) <= 0.000000000001 * (abs({{ a }}) + abs({{ b }}))
                then null
            {%- endif %}
            else sqrt(v.est_variance_{{ i }})
        end as est_se,
        cast(v.est_psus_{{ i }} as bigint) as n_psu,
        cast(v.est_psus_{{ i }} - v.est_strata_{{ i }} as bigint) as df,
        cast(s.est_n_a_{{ i }} as bigint) as n_obs_a,
        cast(s.est_n_b_{{ i }} as bigint) as n_obs_b,
        cast(v.est_failing_{{ i }} as bigint) as n_lonely,
        sum(s.est_n_a_{{ i }} + s.est_n_b_{{ i }}) {{ est_over_groups(plan, 's.') }} as est_asked
    from est_sides_{{ comparison.number }} as s
    inner join est_variance as v on v.est_margin = {{ comparison.number }} and {{ est_on('s', 'v', plan.groups + keys) }}
    {%- endfor %}
    {%- endfor %}
)
{%- endmacro %}
