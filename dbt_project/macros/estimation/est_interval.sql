{# Step 7: the standard error and the interval of each figure. #}

{# The standard error. Nothing is known with no degrees of freedom: a figure whose members all sit in one PSU per
   stratum may have z = 0 throughout, which is no sign of exactness; its SE is null, unless the design asks for R's 0. #}
{%- macro est_errors(plan) -%}
est_errors as (
    select
        *,
        case
            when n_lonely > 0 or est_squared is null then null
            when est_is_census = 1 then 0
            {%- if plan.on_no_df == 'null' %}
            when df <= 0 and sqrt(est_squared) <= 0.000000000001 * abs(est_value) then null
            {%- endif %}
            else sqrt(est_squared)
        end as est_se,
        case when df > 0 then t_quantile({{ plan.upper }}, cast(df as double)) end as est_t
    from est_long
)
{%- endmacro %}

{# Intervals, none without degrees of freedom; a census knows its value.
   t       value -/+ t(df) * SE
   xlogit  t on the logit scale, SE/(p(1-p)), and back; none at 0 and 100 %
   logit   the same, to which R's logistic regression on a constant converges; with replicate weights the regression is made
           anew in each, so the SE on the logit scale is the spread of the logits
   beta    Korn and Graubard 1998: quantiles of Beta(n p, n (1-p) + 1) and Beta(n p + 1, n (1-p)) with the effective
           n = p(1-p)/V * (t(n_obs-1)/t(df))^2; at 0 and 100 %, where V is 0, n = n_obs * (the same squared ratio) #}
{%- macro est_bounds(plan) -%}
{%- set lower = 1 - plan.upper -%}
est_effective as (
    select
        *,
        est_se * est_se / nullif(est_simple, 0) as est_deff,
        case
            when estimator = 'prop' and n_pos in (0, n_obs) then cast(n_obs as double)
            when estimator = 'prop' then est_value * (1 - est_value) / nullif(est_se * est_se, 0)
            else n_obs * est_simple / nullif(est_se * est_se, 0)
        end as n_eff
    from est_errors
),

est_scales as (
    select
        *,
        case
            when est_ci = 'logit' and est_method is not null then sqrt(est_logit_variance)
            else est_se / nullif(est_value * (1 - est_value), 0)
        end as est_logit_se,
        case
            when est_ci = 'beta' and est_se is not null
                then n_eff * power(t_quantile({{ plan.upper }}, cast(nullif(n_obs - 1, 0) as double)) / est_t, 2)
        end as est_n
    from est_effective
),

est_bounds as (
    select
        *,
        {%- for side, sign, level, a, b, boundary, end in [
        ('lower', '-', lower, 0, 1, '0', '0'), ('upper', '+', plan.upper, 1, 0, 'n_obs', '1'),
    ] %}
        case
            when est_is_census = 1 then est_value
            when est_t is null or est_se is null then null
            when est_ci = 't' then est_value {{ sign }} est_t * est_se
            when est_ci in ('logit', 'xlogit') and est_value > 0 and est_value < 1
                then 1 / (1 + exp(-(ln(est_value / (1 - est_value)) {{ sign }} est_t * est_logit_se)))
            when est_ci = 'beta' and n_pos = {{ boundary }} then {{ end }}
            when est_ci = 'beta'
                then beta_quantile({{ level }}, est_n * est_value + {{ a }}, est_n * (1 - est_value) + {{ b }})
        end as est_{{ side }}{{ ',' if side == 'lower' }}
        {%- endfor %}
    from est_scales
)
{%- endmacro %}
