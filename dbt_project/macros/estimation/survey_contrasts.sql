{# Differences and ratios between domains of one survey (the migrant gap), with one linearisation per PSU: clusters that
   hold both groups carry their covariance, so the variances of the two sides are never added.

   contrasts   [{name, by: the dim compared, over: {code: coefficient}, scale: difference|ratio}]
   by          margins inside which to compare; the rest as in survey_estimates

       a = sum of c*R over codes with c > 0     b = the same, with |c|, over codes with c < 0
       difference  theta = a - b    z = c (y - R x)/X                       X = sum(w*x) of the code; for totals
       ratio       theta = a / b    z = the same times 1/b (a side), a/b^2  z = c y
   and the ordinary variance of z summed per PSU. df: PSUs that hold rows of either side - their strata.
   A contrast in which one code was not observed has null figures. #}
{%- macro survey_contrasts(relation, design, indicators, by, contrasts, area=[]) -%}
{%- set compared = [] -%}
{%- for contrast in contrasts -%}
    {%- for keys in by if contrast.by not in keys -%}
        {%- do compared.append({'number': compared | length, 'contrast': contrast, 'keys': keys}) -%}
    {%- endfor -%}
{%- endfor -%}
{%- set plan = {} -%}
{%- do est_plan_compared(plan, design, indicators, compared, area) -%}
with {{ est_rows(relation, plan, design) }},

{{ est_leaf(plan) }},

{{ est_steps(plan) }},

{{ est_compared(plan, compared) }},

{{ est_sides() }},

{{ est_block_rates(plan, est_contrast_rates()) }},

{{ est_stratum_sums(plan, est_influences(plan, true)) }},

{{ est_variance(plan) }},

{{ est_contrast_long(plan) }},

est_tested as (
    select
        *,
        case when df > 0 then t_quantile({{ plan.upper }}, cast(df as double)) end as est_t
    from est_long
)

select
    {{ est_columns(plan.groups + plan.dims) }}
    contrast,
    scale,
    indicator,
    estimator,
    est_scale * est_value as obs_value,
    est_scale * est_se as std_error,
    est_scale * (est_value - est_t * est_se) as ci_lower,
    est_scale * (est_value + est_t * est_se) as ci_upper,
    case
        when df > 0
            then t_probability(
                (est_value - case when scale = 'ratio' then 1 else 0 end) / nullif(est_se, 0), cast(df as double)
            )
    end as p_value,
    df,
    n_psu,
    n_obs_a,
    n_obs_b,
    est_side_scale * est_a as value_a,
    est_side_scale * est_b as value_b,
    n_lonely
from est_tested
{%- endmacro %}
