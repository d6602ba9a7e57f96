{# Step 6: one row per survey, cell and indicator, its variance beside it.

    est_value    R, or the weighted sum for a total
    est_squared  the squared standard error: V / (sum w*x)^2, V for a total; with replicate weights their spread
    est_simple   the variance of a simple random sample of as many rows, drawn with replacement (R: deff = "replace"):
                 s^2/n, s^2 = n/(n-1) * (sum w*y^2 / sum w - mean^2); times (sum w)^2 for a total. None for ratios, and none
                 where all answers are equal but for rounding.
    A cell without a PSU that holds an answer has no variance. #}
{%- macro est_long(plan) -%}
est_moments as (
    select
        *,
        case when est_kind in ('mean', 'prop') then est_x else est_p end as est_w,
        est_y / nullif(case when est_kind in ('mean', 'prop') then est_x else est_p end, 0) as est_mean,
        est_q / nullif(case when est_kind in ('mean', 'prop') then est_x else est_p end, 0) as est_square
    from est_cells
),

est_long as (
    select
        {{ est_columns(plan.groups + plan.dims, 'd.') }}
        f.indicator,
        f.est_kind as estimator,
        f.est_ci,
        f.est_scale,
        c.est_figure as est_value,
        {% if plan.replicates -%}
        case when r.est_method is null then v.est_variance / (c.est_per * c.est_per) else r.est_variance end as est_squared,
        r.est_method,
        r.est_logit_variance,
        {% else -%}
        v.est_variance / (c.est_per * c.est_per) as est_squared,
        cast(null as string) as est_method,
        cast(null as double) as est_logit_variance,
        {% endif -%}
        case
            when f.est_kind = 'prop' then c.est_r * (1 - c.est_r) / nullif(c.est_n - 1, 0)
            when f.est_kind <> 'ratio' and c.est_square > 1.000000000001 * c.est_mean * c.est_mean
                then
                    (c.est_square - c.est_mean * c.est_mean) / nullif(c.est_n - 1, 0)
                    * case when f.est_kind = 'total' then c.est_w * c.est_w else 1 end
        end as est_simple,
        c.est_w as population,
        c.est_n as n_obs,
        c.est_k as n_pos,
        case when f.est_has_dk then coalesce(c.est_d, 0) end as n_dk,
        cast(coalesce(v.est_psus, 0) as bigint) as n_psu,
        {% if plan.replicates -%}
        cast(coalesce(r.est_df, v.est_psus - v.est_strata) as bigint) as df,
        cast(case when r.est_method is null then coalesce(v.est_failing, 0) else 0 end as bigint) as n_lonely,
        case when r.est_method is null then v.est_is_census else 0 end as est_is_census,
        case when r.est_method is null then v.est_is_srs else 0 end as est_is_srs
        {%- else -%}
        cast(v.est_psus - v.est_strata as bigint) as df,
        cast(coalesce(v.est_failing, 0) as bigint) as n_lonely,
        v.est_is_census,
        v.est_is_srs
        {%- endif %}
    from est_moments as c
    inner join est_domains as d on c.est_cell = d.est_cell
    inner join est_facts as f on c.est_indicator = f.est_indicator
    left join est_variance as v on c.est_cell = v.est_domain and c.est_indicator = v.est_indicator
    {%- if plan.replicates %}
    left join est_replicate_variance as r on c.est_cell = r.est_domain and c.est_indicator = r.est_indicator
    {%- endif %}
)
{%- endmacro %}
