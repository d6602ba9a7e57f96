{# The figures of the comparisons, and their long form. #}


{# Margins inside which is compared, beside the whole survey. #}
{% macro gap_margins(unit) -%}
    {{ return(['sex', 'age', 'ref_area'] if unit == 'person' else ['sex', 'ref_area']) }}
{%- endmacro %}


{# Differences and ratios of both sides, and of persons the difference with the ages of a standard population. One row per
   survey, wave, comparison, margin cell, indicator and contrast. All codes of a dimension that are compared in the same margin
   are one family when p-values are adjusted. #}
{% macro unit_gaps(unit, relation) -%}
    {%- set by = [['dimension', 'status']] -%}
    {%- for dim in gap_margins(unit) -%}{%- do by.append(['dimension', 'status', dim]) -%}{%- endfor -%}
    {%- set contrasts = raw_contrasts() -%}
    {%- if unit == 'person' -%}
        {%- set standard = catalogue('standard_population') -%}
        {%- do contrasts.append({
            'name': 'standardised', 'by': 'side', 'over': {'S': 1, 'R': -1}, 'scale': 'difference', 'family': 'standardised',
            'standard': {'by': standard.dimension, 'shares': standard.shares, 'least': standard.least_covered / 100},
        }) -%}
    {%- endif -%}
    {{ survey_contrasts(
        relation, estimate_design(relation), indicator_list(unit, false), by, contrasts, apart=['dimension']
    ) }}
{%- endmacro %}


{# Side S against side R. #}
{% macro raw_contrasts() -%}
    {%- set contrasts = [] -%}
    {%- for scale in ['difference', 'ratio'] -%}
        {%- do contrasts.append({'name': scale, 'by': 'side', 'over': {'S': 1, 'R': -1}, 'scale': scale}) -%}
    {%- endfor -%}
    {{ return(contrasts) }}
{%- endmacro %}


{# The comparisons with a reference group in the form that all share. #}
{% macro long_gaps(unit, relation) -%}
    {%- set reference -%}
        case gaps.dimension
            {%- for dimension, code in gap_references(unit).items() %} when '{{ dimension }}' then '{{ code }}'{% endfor %} end
    {%- endset -%}
    {%- set keys = [
        ['dimension', 'gaps.dimension'], ['status', 'gaps.status'], ['reference', reference],
        ['mig_status', none], ['hh_mig', none],
    ] -%}
    {%- for dim in ['ref_area', 'sex', 'age'] -%}
        {%- do keys.append([dim, 'gaps.' ~ dim if dim in gap_margins(unit) else none]) -%}
    {%- endfor -%}
    {%- set seen -%}
        (
            select * from {{ relation }}
            where n_obs_a > 0 and n_obs_b > 0{% for dim in gap_margins(unit) %} and {{ dim }} <> '_X'{% endfor %}
        )
    {%- endset -%}
    {{ paired_figures(unit, seen, keys) }}
{%- endmacro %}


{# All figures of a comparison and indicator side by side, in the unit of the indicator. `keys` are the columns that say what is
   compared: [name, expression over gaps]; without an expression '_T'. #}
{% macro paired_figures(unit, relation, keys) -%}
    select
        gaps.survey_code,
        gaps.wave,
        listed.indicator_code,
        {%- for name, expression in keys %}
        {{ expression or "'_T'" }} as {{ name }},
        {%- endfor %}
        listed.breakdown,
        '{{ unit }}' as unit,
        listed.unit_measure,
        listed.definition_version,
        gaps.estimator,
        {%- for name, contrast, figure in gap_doubles() + gap_counts() %}
        {{ gap_figure(contrast, figure, 'listed.scale' if figure in gap_scaled() and contrast != 'ratio' else '1') }} as {{ name }},
        {%- endfor %}
        {{ gap_figure('difference', 'value_a', 'listed.scale') }} as value_status,
        {{ gap_figure('difference', 'value_b', 'listed.scale') }} as value_reference,
        max(gaps.n_obs_a) as n_obs_status,
        max(gaps.n_obs_b) as n_obs_reference,
        max(case when gaps.contrast = 'difference' then gaps.df end) as df,
        max(case when gaps.contrast = 'difference' then gaps.variance_method end) as variance_method
    from {{ relation }} as gaps
    inner join ({{ indicator_facts(indicator_list(unit, false)) }}) as listed on gaps.indicator = listed.indicator
    group by
        gaps.survey_code, gaps.wave, listed.indicator_code, listed.breakdown, listed.unit_measure, listed.definition_version,
        gaps.estimator
        {%- for name, expression in keys if expression %}, {{ expression }}{% endfor %}
{%- endmacro %}


{# The figures of a comparison: [published name, contrast, name in survey_contrasts]. #}
{% macro gap_doubles() -%}
    {%- set found = [] -%}
    {%- for prefix, value, contrast in [
        ('diff_', 'difference', 'difference'), ('ratio_', 'ratio', 'ratio'), ('standardised_', 'standardised_difference', 'standardised'),
    ] -%}
        {%- set tests = '' if contrast == 'difference' else prefix -%}
        {%- do found.append([value, contrast, 'obs_value']) -%}
        {%- for figure in ['std_error', 'ci_lower', 'ci_upper'] -%}{%- do found.append([prefix ~ figure, contrast, figure]) -%}{%- endfor -%}
        {%- for figure in ['p_value', 'p_adjusted'] -%}{%- do found.append([tests ~ figure, contrast, figure]) -%}{%- endfor -%}
    {%- endfor -%}
    {%- do found.append(['standardised_covered', 'standardised', 'covered']) -%}
    {{ return(found) }}
{%- endmacro %}


{# How many comparisons the adjusted p-values are adjusted for. #}
{% macro gap_counts() -%}
    {{ return([
        ['n_comparisons', 'difference', 'n_comparisons'], ['ratio_n_comparisons', 'ratio', 'n_comparisons'],
        ['standardised_n_comparisons', 'standardised', 'n_comparisons'],
    ]) }}
{%- endmacro %}


{% macro gap_scaled() -%}
    {{ return(['obs_value', 'std_error', 'ci_lower', 'ci_upper']) }}
{%- endmacro %}


{% macro gap_figure(contrast, figure, factor='1') -%}
    cast(max(case when gaps.contrast = '{{ contrast }}' then gaps.{{ figure }} * {{ factor }} end) as decimal(24, 6))
{%- endmacro %}
