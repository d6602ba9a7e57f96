{# DuckDB folds the case of names: a dim called like a column of ours would silently take its place. #}
{%- macro est_refuse_names(plan) -%}
    {%- set taken = [
        'indicator', 'estimator', 'obs_value', 'std_error', 'cv', 'deff', 'deff_wor', 'n_obs', 'n_pos', 'n_dk', 'n_psu',
        'df', 'population', 'n_eff', 'ci_lower', 'ci_upper', 'n_lonely', 'variance_method', 'contrast', 'scale', 'p_value',
        'value_a', 'value_b', 'n_obs_a', 'n_obs_b', 'p_adjusted', 'n_comparisons', 'comparison_family', 'covered',
    ] -%}
    {%- for dim in plan.scanned if dim in plan.groups -%}
        {{ exceptions.raise_compiler_error("'" ~ dim ~ "' separates surveys: nothing is broken down by it again") }}
    {%- endfor -%}
    {%- for name in plan.groups + plan.scanned -%}
        {%- set bare = name | replace('"', '') | lower -%}
        {%- if bare in taken or bare.startswith('est_') -%}
            {{ exceptions.raise_compiler_error(
                "the estimation macros use the name '" ~ name | replace('"', '') ~ "' themselves: rename this column"
            ) }}
        {%- endif -%}
    {%- endfor -%}
{%- endmacro %}
