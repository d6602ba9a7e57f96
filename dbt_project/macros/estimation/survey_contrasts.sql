{# Differences and ratios between domains of one survey (the migrant gap), with one linearisation per PSU: clusters that
   hold both groups carry their covariance, so the variances of the two sides are never added.

   contrasts   [{name, by: the dim compared, over: {code: coefficient}, scale: difference|ratio,
                 standard: {by: another dim, shares: {code: share}, least: 0 to 1}, family}]
   by          margins inside which to compare; the rest as in survey_estimates
   apart       dims of `by` whose cells are families of their own when p-values are adjusted

       a = sum of c*R over codes with c > 0     b = the same, with |c|, over codes with c < 0
       difference  theta = a - b    z = c (y - R x)/X                       X = sum(w*x) of the code; for totals
       ratio       theta = a / b    z = the same times 1/b (a side), a/b^2  z = c y
       standard    c times the share of each code of the other dim (direct standardisation): a and b are means of the
                   code's figures with the same fixed shares on both sides
   and the ordinary variance of z summed per PSU. df: PSUs that hold rows of either side - their strata.
   A contrast in which one code was not observed has null figures; of a standardised one, bands that lack a code are left
   out, the shares of the others add to 1, and `covered` says how much of the standard population they were; below `least` it
   is null. #}
{%- macro survey_contrasts(relation, design, indicators, by, contrasts, area=[], apart=[]) -%}
{%- set compared = [] -%}
{%- for contrast in contrasts -%}
    {%- set own = [contrast.by] + ([contrast.standard.by] if contrast.get('standard') else []) -%}
    {%- for keys in by if not (own | select('in', keys) | list) -%}
        {%- do compared.append({'number': compared | length, 'contrast': contrast, 'keys': keys, 'cells': keys + own}) -%}
    {%- endfor -%}
{%- endfor -%}
{%- set plan = {} -%}
{%- do est_plan_compared(plan, design, indicators, compared, area) -%}
{%- set family = plan.groups + ['indicator', 'est_family', 'est_inside'] + apart -%}
with {{ est_rows(relation, plan, design) }},

{{ est_leaf(plan) }},

{{ est_steps(plan) }},

{{ est_compared(plan, compared) }},

{{ est_sides() }},

{{ est_block_rates(plan, est_contrast_rates()) }},

{{ est_stratum_sums(plan, est_influences(plan, true)) }},

{{ est_variance(plan) }},

{% if plan.replicates -%}
{{ est_replicates(plan, design, indicators, compared | map(attribute='cells') | list, area) }},

{{ est_replicate_variance(plan, est_contrast_thetas(), est_influences(plan, true)) }},

{% endif -%}
{{ est_contrast_long(plan) }},

{{ est_contrast_tests(plan) }},

est_adjusted as (
    {{ est_holm('est_tested', 'p_value', family) }}
)

select
    {{ est_columns(plan.groups + plan.dims) }}
    contrast,
    scale,
    indicator,
    estimator,
    est_scale * est_value as obs_value,
    est_scale * est_se as std_error,
    est_scale * (est_value - case when est_is_census = 1 then 0 else est_t * est_se end) as ci_lower,
    est_scale * (est_value + case when est_is_census = 1 then 0 else est_t * est_se end) as ci_upper,
    p_value,
    p_adjusted,
    cast(n_comparisons as bigint) as n_comparisons,
    est_family || ' by ' || est_inside as comparison_family,
    df,
    n_psu,
    n_obs_a,
    n_obs_b,
    est_side_scale * est_a as value_a,
    est_side_scale * est_b as value_b,
    est_covered as covered,
    n_lonely,
    case
        when est_se is null then 'NONE'
        when est_method is not null then est_method
        when est_is_census = 1 then 'CENSUS'
        else 'TAYLOR'
    end as variance_method
from est_adjusted
{%- endmacro %}
