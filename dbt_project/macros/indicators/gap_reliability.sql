{# How far a gap carries, by the same profile: few interviews on either side, no standard error, an interval of
   proportions too wide, or otherwise an error too large beside the figure of the reference. #}
{% macro gap_reliability() -%}
    {%- set profile = catalogue('reliability') -%}
    {%- set relative = '100 * diff_std_error / nullif(abs(value_reference), 0)' -%}
    case
        when n_obs_status < {{ profile.withhold_n_below }} or n_obs_reference < {{ profile.withhold_n_below }} then 'withhold'
        when difference is null or diff_ci_lower is null then 'withhold'
        when estimator = 'prop' and diff_ci_upper - diff_ci_lower >= {{ profile.proportion_width_withhold }} then 'withhold'
        when estimator <> 'prop' and coalesce({{ relative }}, 100) > {{ profile.withhold_cv_above }} then 'withhold'
        when n_obs_status < {{ profile.caution_n_below }} or n_obs_reference < {{ profile.caution_n_below }} then 'caution'
        when estimator <> 'prop' and {{ relative }} > {{ profile.caution_cv_above }} then 'caution'
        when df < {{ profile.caution_df_below }} then 'caution'
        else 'reliable'
    end
{%- endmacro %}
