{# Design-based estimates of a whole survey file, or of a union of surveys, in one SELECT.

   relation    what to read: a relation, or a sub-select in parentheses
   design      {weight, strata, psu, ssu, fpc, fpc2, row_key, lonely | lonely_column, groups, sum_type, level, on_no_df,
               replicates: see est_replicates}
   indicators  [{name, kind: mean|prop|total|ratio, y, x, n_dk, ci: t|beta|logit|xlogit}]
   by          [[dim, ...], ...]; [] is the total
   area        the dims that are constant inside a PSU

   One row per survey, margin cell and indicator that the survey asked for. `_estimation.yml` has the columns.
   The steps: scan and roll up (est_leaf), design (est_design), variance (est_variance), answer (est_answer).
   The engine needs t_quantile and beta_quantile: migstat.warehouse.functions. #}
{%- macro survey_estimates(relation, design, indicators, by, area=[]) -%}
{%- set plan = {} -%}
{%- do est_plan(plan, design, indicators, by, area) -%}
{%- set answer = plan.groups + plan.dims -%}
with {{ est_rows(relation, plan, design) }},

{{ est_leaf(plan) }},

{{ est_steps(plan) }},

{{ est_own_rates(plan) }},

{{ est_stratum_sums(plan, est_influences(plan, false)) }},

{{ est_variance(plan) }},

{% if plan.replicates -%}
{{ est_replicates(plan, design, indicators, by, area) }},

{{ est_replicate_variance(plan, est_cell_thetas(), est_influences(plan, false)) }},

{% endif -%}
{{ est_long(plan) }},

{{ est_errors(plan) }},

{{ est_bounds(plan) }}

select
    {{ est_columns(answer) }}
    indicator,
    estimator,
    est_scale * est_value as obs_value,
    est_scale * est_se as std_error,
    est_se / nullif(abs(est_value), 0) as cv,
    est_deff as deff,
    est_deff * population / nullif(case when population > n_obs then population - n_obs end, 0) as deff_wor,
    n_obs,
    n_pos,
    n_dk,
    n_psu,
    df,
    population,
    n_eff,
    est_scale * est_lower as ci_lower,
    est_scale * est_upper as ci_upper,
    n_lonely,
    case
        when est_se is null then 'NONE'
        when est_method is not null then est_method
        when est_is_census = 1 then 'CENSUS'
        when est_is_srs = 1 then 'SRS'
        else 'TAYLOR'
    end as variance_method
from est_bounds
{%- endmacro %}

{# What estimates and contrasts share: from the leaf to sums in long form, per sampling unit and per cell. #}
{%- macro est_steps(plan) -%}
{{ est_design(plan) }},

{{ est_codes(plan) }},

{% if plan.two_stage -%}
{{ est_second_stage(plan) }},

{% endif -%}
{{ est_facts(plan) }},

{{ est_places(plan) }},

{{ est_links(plan) }},

{{ est_levels(plan) }},

{{ est_cells(plan) }}
{%- endmacro %}
