{# The group that each dimension's codes are compared with. #}
{% macro gap_references(unit) -%}
    {%- set references = {'mig_status': 'NM', 'birth': 'NB', 'citizenship': 'CIT', 'hh_mig': 'H_NON'} -%}
    {{ return(references if unit == 'person' else {'hh_mig': references.hh_mig}) }}
{%- endmacro %}


{# The codes that are compared: all but totals, what is not known, and the reference with its parts. #}
{% macro gap_codes(dimension, reference) -%}
    {%- set list = catalogue('disaggregations').dimensions[dimension].codes -%}
    {%- set codes = [] -%}
    {%- for code in catalogue('code_lists')[list] if code[0] != '_' and reference not in code_path(list, code) -%}
        {%- do codes.append(code) -%}
    {%- endfor -%}
    {{ return(codes) }}
{%- endmacro %}


{# The columns that hold a dimension's codes: one per level of the status. #}
{% macro gap_columns(dimension) -%}
    {{ return(['mig_status_l1', 'mig_status_l2', 'mig_status_l3'] if dimension == 'mig_status' else [dimension]) }}
{%- endmacro %}


{# The codes that a survey wave holds, each a comparison with its reference. #}
{% macro gap_pairs(unit, relation) -%}
    {%- for dimension, reference in gap_references(unit).items() %}
    {%- set outer = loop %}
    {%- for column in gap_columns(dimension) %}
    {{ 'union all' if not (outer.first and loop.first) }}
    select survey_code, wave, '{{ dimension }}' as dimension, {{ column }} as status
    from {{ relation }}
    where {{ column }} in {{ text_literals(gap_codes(dimension, reference)) }}
    group by survey_code, wave, {{ column }}
    {%- endfor %}
    {%- endfor %}
{%- endmacro %}


{# Rows on the sides of comparisons: a record stands in each that has its code, on side S, and one of a reference in all
   of its dimension, on side R. Once more every record without a side, since variances need the whole design. #}
{% macro gap_sides(unit, relation, pairs) -%}
    {%- for dimension, reference in gap_references(unit).items() %}
    {%- for column in gap_columns(dimension) %}
    select {{ relation }}.*, '{{ dimension }}' as dimension, {{ column }} as status, 'S' as side
    from {{ relation }}
    where {{ column }} in {{ text_literals(gap_codes(dimension, reference)) }}
    union all
    {%- endfor %}
    select {{ relation }}.*, {{ pairs }}.dimension, {{ pairs }}.status, 'R' as side
    from {{ relation }}
    inner join {{ pairs }}
        on {{ relation }}.survey_code = {{ pairs }}.survey_code
        and {{ relation }}.wave = {{ pairs }}.wave
        and {{ pairs }}.dimension = '{{ dimension }}'
    where {{ relation }}.{{ gap_columns(dimension)[0] }} = '{{ reference }}'
    union all
    {%- endfor %}
    select {{ relation }}.*, '' as dimension, '' as status, '' as side
    from {{ relation }}
{%- endmacro %}


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
