{# One row per cell, contrast and indicator. #}
{%- macro est_contrast_long(plan) -%}
est_long as (
    select
        {{ est_columns(plan.groups + plan.dims, 'g.') }}
        g.contrast,
        g.scale,
        g.est_comparison,
        g.est_family,
        g.est_inside,
        f.indicator,
        f.est_kind as estimator,
        case when g.scale = 'difference' then f.est_scale else 1.0 end as est_scale,
        f.est_scale as est_side_scale,
        s.est_value,
        s.est_a,
        s.est_b,
        cast(s.est_n_a as bigint) as n_obs_a,
        cast(s.est_n_b as bigint) as n_obs_b,
        s.est_covered,
        cast(coalesce(v.est_psus, 0) as bigint) as n_psu,
        {% if plan.replicates -%}
        r.est_method,
        cast(coalesce(r.est_df, v.est_psus - v.est_strata) as bigint) as df,
        cast(case when r.est_method is null then coalesce(v.est_failing, 0) else 0 end as bigint) as n_lonely,
        case when r.est_method is null then v.est_is_census else 0 end as est_is_census,
        case when r.est_method is null then v.est_variance else r.est_variance end as est_squared
        {%- else -%}
        cast(null as string) as est_method,
        cast(v.est_psus - v.est_strata as bigint) as df,
        cast(coalesce(v.est_failing, 0) as bigint) as n_lonely,
        v.est_is_census,
        v.est_variance as est_squared
        {%- endif %}
    from est_sides as s
    inner join est_gaps as g on s.est_gap = g.est_gap
    inner join est_facts as f on s.est_indicator = f.est_indicator
    left join est_variance as v on s.est_gap = v.est_domain and s.est_indicator = v.est_indicator
    {%- if plan.replicates %}
    left join est_replicate_variance as r on s.est_gap = r.est_domain and s.est_indicator = r.est_indicator
    {%- endif %}
)
{%- endmacro %}

{# The standard error, the statistic's distribution and the two-sided test of difference 0 or ratio 1; none where the standard
   error is 0 but for rounding: both sides show no spread then. #}
{%- macro est_contrast_tests(plan) -%}
est_tested as (
    select
        *,
        case when df > 0 then t_quantile({{ plan.upper }}, cast(df as double)) end as est_t,
        case
            when
                df > 0
                and est_se > 0.000000000001 * case when scale = 'ratio' then 1 + abs(est_value) else abs(est_a) + abs(est_b) end
                then t_probability((est_value - case when scale = 'ratio' then 1 else 0 end) / est_se, cast(df as double))
        end as p_value
    from (
        select
            *,
            case
                when est_value is null or n_lonely > 0 then null
                when est_is_census = 1 then 0
                {%- if plan.on_no_df == 'null' %}
                when df <= 0 and sqrt(est_squared) <= 0.000000000001 * (abs(est_a) + abs(est_b)) then null
                {%- endif %}
                else sqrt(est_squared)
            end as est_se
        from est_long
    ) as est_erred
)
{%- endmacro %}

{# p-values adjusted for the number of comparisons, by Holm 1979: of m in a family in rising order p_1 .. p_m,
   p_i becomes the largest of (m - j + 1) p_j over j <= i, at most 1 (R: p.adjust). Over any relation that has the columns.
   Adds the columns `adjusted` and `counted`, the m. #}
{%- macro est_holm(relation, p, family, adjusted='p_adjusted', counted='n_comparisons') -%}
select
    *,
    case
        when {{ p }} is not null
            then max(est_raised) over (
                partition by {{ family | join(', ') }} order by est_place rows between unbounded preceding and current row
            )
    end as {{ adjusted }}
from (
    select
        *,
        case
            when {{ p }} * ({{ counted }} - est_place + 1) > 1 then 1
            else {{ p }} * ({{ counted }} - est_place + 1)
        end as est_raised
    from (
        select
            *,
            count({{ p }}) over (partition by {{ family | join(', ') }}) as {{ counted }},
            row_number() over (
                partition by {{ family | join(', ') }} order by case when {{ p }} is null then 1 else 0 end, {{ p }}
            ) as est_place
        from {{ relation }}
    ) as est_placed
) as est_stepped
{%- endmacro %}
