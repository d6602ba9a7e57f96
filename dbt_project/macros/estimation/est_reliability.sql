{# How far an estimate carries, by a profile such as include/catalogue/reliability.yml, over a row of survey_estimates or
   survey_quantiles (estimator, variance_method, n_obs, n_eff, df, std_error, cv as a ratio, obs_value and its interval, in
   percent for proportions).
   Names the first rule that speaks; what stands before its first '_' is the verdict. A proportion without an effective
   sample or an interval can't be judged and is withheld; so is another figure that shows no spread in the sample. #}
{%- macro est_reliability_rule(profile, kind='estimator') -%}
    {%- set width = '(ci_upper - ci_lower)' -%}
    case
        when obs_value is null then 'withhold_no_value'
        when n_obs < {{ profile.withhold_n_below }} then 'withhold_n'
        when {{ kind }} <> 'prop' and cv is null then 'withhold_cv'
        when {{ kind }} <> 'prop' and 100 * cv > {{ profile.withhold_cv_above }} then 'withhold_cv'
        when {{ kind }} <> 'prop' and std_error = 0 and variance_method <> 'CENSUS' then 'withhold_no_spread'
        when {{ kind }} = 'prop' and n_eff is null then 'withhold_effective_n'
        when {{ kind }} = 'prop' and n_eff < {{ profile.proportion_effective_n_below }} then 'withhold_effective_n'
        when {{ kind }} = 'prop' and {{ width }} is null then 'withhold_width'
        when {{ kind }} = 'prop' and {{ width }} >= {{ profile.proportion_width_withhold }} then 'withhold_width'
        when
            {{ kind }} = 'prop' and {{ width }} > {{ profile.proportion_width_show }}
            and 100 * {{ width }} > {{ profile.proportion_relative_width_withhold }} * obs_value
            then 'withhold_relative_width'
        when n_obs < {{ profile.caution_n_below }} then 'caution_n'
        when {{ kind }} <> 'prop' and 100 * cv > {{ profile.caution_cv_above }} then 'caution_cv'
        when df is null or df < {{ profile.caution_df_below }} then 'caution_df'
        else 'reliable'
    end
{%- endmacro %}

{# reliable, caution or withhold, from the name of the rule. #}
{%- macro est_reliability(rule) -%}
split_part({{ rule }}, '_', 1)
{%- endmacro %}
