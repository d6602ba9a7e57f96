{# Step 5: from one wide row per cell to one row per cell and indicator, with standard error and interval. #}

{# All cells of all margins, with their variance beside them. #}
{%- macro est_domains(plan) -%}
est_cells as (
    {%- for margin in plan.margins %}
    {{ 'union all' if not loop.first }}
    select
        {{ est_columns(plan.groups) }}
        {{ margin.number }} as est_margin,
        {{ est_codes(plan, margin['keys']) }}
        est_n_rows
        {%- for k in plan.indicators %}{% for letter in k.sums + ([] if k.kind == 'total' else ['r']) %},
        est_{{ letter }}_{{ k.number }}
        {%- endfor %}{% endfor %}
    from {{ margin.cells }}
    {%- endfor %}
),

est_domains as (
    select
        c.*,
        v.est_is_srs
        {%- for k in plan.indicators %}{% for part in ['variance', 'psus', 'strata', 'failing', 'is_census'] %},
        v.est_{{ part }}_{{ k.number }}
        {%- endfor %}{% endfor %}
    from est_cells as c
    inner join est_variance as v on {{ est_on('c', 'v', plan.groups + ['est_margin'] + plan.dims) }}
)
{%- endmacro %}

{#  est_value    R, or the weighted sum for a total
    est_taylor   V / (sum w*x)^2; V for a total
    est_simple   the variance of a simple random sample of as many rows, drawn with replacement (R: deff = "replace"):
                 s^2/n, s^2 = n/(n-1) * (sum w*y^2 / sum w - mean^2); times (sum w)^2 for a total. None for ratios, and none
                 where all answers are equal but for rounding. #}
{%- macro est_long(plan) -%}
est_long as (
    {%- for k in plan.indicators %}
    {%- set i = k.number -%}
    {%- set w = 'cast(est_' ~ ('x_' if k.kind in ['mean', 'prop'] else 'p_') ~ i ~ ' as double)' -%}
    {%- set square = 'est_q_' ~ i ~ ' / nullif(' ~ w ~ ', 0)' -%}
    {%- set mean = 'cast(est_y_' ~ i ~ ' as double) / nullif(' ~ w ~ ', 0)' -%}
    {%- set spread = 'nullif(est_n_' ~ i ~ ' - 1, 0)' %}
    {{ 'union all' if not loop.first }}
    select
        {{ est_columns(plan.groups + plan.dims) }}
        {{ est_text(k.name) }} as indicator,
        '{{ k.kind }}' as estimator,
        '{{ k.ci }}' as est_ci,
        {{ '100.0' if k.kind == 'prop' else '1.0' }} as est_scale,
        {%- if k.kind == 'total' %}
        cast(est_y_{{ i }} as double) as est_value,
        est_variance_{{ i }} as est_taylor,
        {%- else %}
        est_r_{{ i }} as est_value,
        est_variance_{{ i }} / nullif(cast(est_x_{{ i }} as double) * cast(est_x_{{ i }} as double), 0) as est_taylor,
        {%- endif %}
        {%- if k.kind == 'prop' %}
        est_r_{{ i }} * (1 - est_r_{{ i }}) / {{ spread }} as est_simple,
        {%- elif k.kind == 'ratio' %}
        cast(null as double) as est_simple,
        {%- else %}
        case
            when {{ square }} > 1.000000000001 * ({{ mean }}) * ({{ mean }})
                then ({{ square }} - ({{ mean }}) * ({{ mean }})) / {{ spread }}
                {{- (' * ' ~ w ~ ' * ' ~ w) if k.kind == 'total' }}
        end as est_simple,
        {%- endif %}
        {{ w }} as population,
        est_n_{{ i }} as n_obs,
        {{ ('est_k_' ~ i) if k.kind == 'prop' else 'cast(null as bigint)' }} as n_pos,
        cast({{ ('coalesce(est_d_' ~ i ~ ', 0)') if k.n_dk else 'null' }} as bigint) as n_dk,
        cast(est_psus_{{ i }} as bigint) as n_psu,
        cast(est_psus_{{ i }} - est_strata_{{ i }} as bigint) as df,
        cast(est_failing_{{ i }} as bigint) as n_lonely,
        est_is_census_{{ i }} as est_is_census,
        est_is_srs,
        sum(est_n_{{ i }}{{ (' + coalesce(est_d_' ~ i ~ ', 0)') if k.n_dk }}) {{ est_over_groups(plan) }} as est_asked
    from est_domains
    {%- endfor %}
)
{%- endmacro %}
