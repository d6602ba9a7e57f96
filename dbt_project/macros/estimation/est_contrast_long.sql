{# One row per cell, contrast and indicator. #}
{%- macro est_contrast_long(plan) -%}
est_long as (
    select
        {{ est_columns(plan.groups + plan.dims, 'g.') }}
        g.contrast,
        g.scale,
        f.indicator,
        f.est_kind as estimator,
        case when g.scale = 'difference' then f.est_scale else 1.0 end as est_scale,
        f.est_scale as est_side_scale,
        case
            when s.est_seen < g.est_n_codes then null
            when g.scale = 'ratio' then s.est_a / nullif(s.est_b, 0)
            else s.est_a - s.est_b
        end as est_value,
        case when s.est_seen = g.est_n_codes then s.est_a end as est_a,
        case when s.est_seen = g.est_n_codes then s.est_b end as est_b,
        case
            when s.est_seen < g.est_n_codes or v.est_failing > 0 then null
            when v.est_is_census = 1 then 0
            {%- if plan.on_no_df == 'null' %}
            when
                v.est_psus <= v.est_strata
                and sqrt(v.est_variance) <= 0.000000000001 * (abs(s.est_a) + abs(s.est_b))
                then null
            {%- endif %}
            else sqrt(v.est_variance)
        end as est_se,
        cast(coalesce(v.est_psus, 0) as bigint) as n_psu,
        cast(v.est_psus - v.est_strata as bigint) as df,
        cast(s.est_n_a as bigint) as n_obs_a,
        cast(s.est_n_b as bigint) as n_obs_b,
        cast(coalesce(v.est_failing, 0) as bigint) as n_lonely
    from est_sides as s
    inner join est_gaps as g on s.est_gap = g.est_gap
    inner join est_facts as f on s.est_indicator = f.est_indicator
    left join est_variance as v on s.est_gap = v.est_domain and s.est_indicator = v.est_indicator
)
{%- endmacro %}
