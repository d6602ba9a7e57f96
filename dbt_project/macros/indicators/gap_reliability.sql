{# How far a comparison carries, by the same profile, over a row of int_<unit>_gaps: few answers on either side, no standard
   error or interval, no spread in the sample to tell one from, an interval of proportions too wide, or otherwise an error too large beside the figure of the reference;
   then whether the degrees of freedom are known and enough. Names the first rule that speaks, as est_reliability_rule does. #}
{%- macro gap_reliability_rule() -%}
    {%- set profile = catalogue('reliability') -%}
    {%- set relative = '100 * diff_std_error / nullif(abs(value_reference), 0)' -%}
    case
        when difference is null then 'withhold_no_value'
        when n_obs_status < {{ profile.withhold_n_below }} or n_obs_reference < {{ profile.withhold_n_below }} then 'withhold_n'
        when diff_std_error is null then 'withhold_no_error'
        when diff_std_error = 0 and variance_method <> 'CENSUS' then 'withhold_no_spread'
        when diff_ci_lower is null then 'withhold_no_interval'
        when estimator = 'prop' and diff_ci_upper - diff_ci_lower >= {{ profile.proportion_width_withhold }} then 'withhold_width'
        when estimator <> 'prop' and coalesce({{ relative }}, 100) > {{ profile.withhold_cv_above }} then 'withhold_cv'
        when n_obs_status < {{ profile.caution_n_below }} or n_obs_reference < {{ profile.caution_n_below }} then 'caution_n'
        when estimator <> 'prop' and {{ relative }} > {{ profile.caution_cv_above }} then 'caution_cv'
        when df is null or df < {{ profile.caution_df_below }} then 'caution_df'
        else 'reliable'
    end
{%- endmacro %}
