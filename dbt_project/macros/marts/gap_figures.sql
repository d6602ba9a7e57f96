{# The figures of the comparisons, and their long form. #}


{# Margins inside which is compared, beside the whole survey. #}
{% macro gap_margins(unit) -%}
    {{ return(['sex', 'age', 'ref_area'] if unit == 'person' else ['sex', 'ref_area']) }}
{%- endmacro %}


{# Differences and ratios of both sides. One row per survey, wave, comparison, margin cell, indicator and scale. #}
{% macro unit_gaps(unit, relation) -%}
    {%- set by = [['dimension', 'status']] -%}
    {%- for dim in gap_margins(unit) -%}{%- do by.append(['dimension', 'status', dim]) -%}{%- endfor -%}
    {%- set contrasts = [] -%}
    {%- for scale in ['difference', 'ratio'] -%}
        {%- do contrasts.append({'name': 'gap', 'by': 'side', 'over': {'S': 1, 'R': -1}, 'scale': scale}) -%}
    {%- endfor -%}
    {{ survey_contrasts(relation, estimate_design(), indicator_list(unit, false), by, contrasts) }}
{%- endmacro %}


{# The long form that units share: difference and ratio side by side, figures in the unit of the indicator. #}
{% macro long_gaps(unit, relation) -%}
    select
        gaps.survey_code,
        gaps.wave,
        listed.indicator_code,
        gaps.dimension,
        gaps.status,
        case gaps.dimension
            {%- for dimension, reference in gap_references(unit).items() %}
            when '{{ dimension }}' then '{{ reference }}'
            {%- endfor %}
        end as reference,
        {%- for dim in ['ref_area', 'sex', 'age'] %}
        {{ ('gaps.' ~ dim) if dim in gap_margins(unit) else "'_T'" }} as {{ dim }},
        {%- endfor %}
        listed.breakdown,
        '{{ unit }}' as unit,
        listed.unit_measure,
        listed.definition_version,
        gaps.estimator,
        {%- for name, figure in [
            ('value_status', 'value_a'), ('value_reference', 'value_b'), ('difference', 'obs_value'),
            ('diff_std_error', 'std_error'), ('diff_ci_lower', 'ci_lower'), ('diff_ci_upper', 'ci_upper'),
        ] %}
        {{ gap_figure('difference', figure, 'listed.scale') }} as {{ name }},
        {%- endfor %}
        {{ gap_figure('difference', 'p_value') }} as p_value,
        {%- for name, figure in [
            ('ratio', 'obs_value'), ('ratio_std_error', 'std_error'), ('ratio_ci_lower', 'ci_lower'),
            ('ratio_ci_upper', 'ci_upper'),
        ] %}
        {{ gap_figure('ratio', figure) }} as {{ name }},
        {%- endfor %}
        max(gaps.n_obs_a) as n_obs_status,
        max(gaps.n_obs_b) as n_obs_reference,
        max(gaps.df) as df
    from {{ relation }} as gaps
    inner join ({{ indicator_facts(unit, false) }}) as listed on gaps.indicator = listed.indicator
    where
        gaps.n_obs_a > 0 and gaps.n_obs_b > 0
        {%- for dim in gap_margins(unit) %}
        and gaps.{{ dim }} <> '_X'
        {%- endfor %}
    group by
        gaps.survey_code, gaps.wave, listed.indicator_code, gaps.dimension, gaps.status, listed.breakdown,
        listed.unit_measure, listed.definition_version, gaps.estimator
        {%- for dim in gap_margins(unit) %}, gaps.{{ dim }}{% endfor %}
{%- endmacro %}


{% macro gap_figure(scale, figure, factor='1') -%}
    cast(max(case when gaps.scale = '{{ scale }}' then gaps.{{ figure }} * {{ factor }} end) as decimal(24, 6))
{%- endmacro %}
