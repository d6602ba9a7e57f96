{# What a disaggregation is asked with. Of several variables one is enough for a code. #}
{% macro dimension_variables(dimension, unit) -%}
    {{ return({
        'sex': ['head_sex' if unit == 'household' else 'sex'], 'birth': ['birth_country'],
        'citizenship': ['citizenship_country'], 'mig_status': ['birth_country', 'citizenship_country'],
        'hh_mig': ['has_member_abroad', 'receives_remittances'],
    }.get(dimension, [dimension])) }}
{%- endmacro %}


{# Every indicator with every disaggregation it should have: {indicator_code, unit, choice, dims, variables}; choice
   is the place of the unit among those of the indicator. A distribution has
   its margins as they are and under each of the dimensions whose shares it gives. #}
{% macro coverage_entries() -%}
    {%- set margins, entries = coverage_margins(), [] -%}
    {%- for code, indicator in catalogue('indicators').items() -%}
        {%- set published = indicator_disaggregations(indicator) -%}
        {%- for unit in indicator.units -%}
        {%- set choice = loop.index -%}
        {%- for margin in margins[unit] if not (margin['keys'] | reject('in', published) | list) -%}
            {%- do entries.append({
                'indicator_code': code, 'unit': unit, 'choice': choice, 'dims': margin.dims,
                'variables': (indicator.needs | list + margin.variables) | unique | list,
            }) -%}
        {%- endfor -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(entries) }}
{%- endmacro %}


{# The margins of each unit: their dimensions, how the table calls them, and the variables they are asked with. #}
{% macro coverage_margins() -%}
    {%- set margins = {} -%}
    {%- for unit in ['person', 'household', 'institution'] -%}
        {%- set found = [] -%}
        {%- for keys in catalogue('disaggregations').margins[unit ~ 's'] if not (unit == 'institution' and 'mig_status' in keys) -%}
            {%- set variables = [] -%}
            {%- for dim in keys -%}{%- do variables.extend(dimension_variables(dim, unit)) -%}{%- endfor -%}
            {%- do found.append({
                'keys': keys, 'variables': variables, 'dims': cube_dimensions() | select('in', keys) | join('+') or '_T',
            }) -%}
        {%- endfor -%}
        {%- do margins.update({unit: found}) -%}
    {%- endfor -%}
    {{ return(margins) }}
{%- endmacro %}


{% macro coverage_variables() -%}
    {{ return(coverage_entries() | map(attribute='variables') | sum(start=[]) | unique | sort | list) }}
{%- endmacro %}


{% macro coverage_expected() -%}
    {%- set rows = [] -%}
    {%- for entry in coverage_entries() -%}
        {%- do rows.append([entry.indicator_code, entry.unit, entry.choice, entry.dims, '|' ~ entry.variables | join('|') ~ '|']) -%}
    {%- endfor -%}
    {{ literal_rows({
        'indicator_code': 'string', 'unit': 'string', 'choice': 'int', 'disaggregation': 'string', 'variables': 'string',
    }, rows) }}
{%- endmacro %}


{# Per survey, wave and unit: asked_<variable> is 1 where the instrument of any record had the question. #}
{% macro coverage_asked() -%}
    select
        survey_code,
        wave,
        unit
        {%- for variable in coverage_variables() %},
        max(case when {{ was_asked(variable) }} then 1 else 0 end) as asked_{{ variable }}
        {%- endfor %}
    from (
        {%- for unit in ['person', 'household', 'institution'] %}
        select survey_code, wave, '{{ unit }}' as unit, collected_variables
        from {{ ref('int_' ~ unit ~ 's__status') }}
        group by survey_code, wave, collected_variables
        {{ 'union all' if not loop.last }}
        {%- endfor %}
    ) as instruments
    group by survey_code, wave, unit
{%- endmacro %}


{# The needed variables that were not asked, separated by spaces. #}
{% macro coverage_missing() -%}
    trim(
        {%- for variable in coverage_variables() %}
        case when expected.variables like '%|{{ variable }}|%' and coalesce(asked.asked_{{ variable }}, 0) = 0 then '{{ variable }} ' else '' end
        {{- ' ||' if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}


{# The dimensions that a cell is broken down by, joined by '+'; the total is _T. #}
{% macro disaggregation_of(relation) -%}
    coalesce(nullif(replace(trim(
        {%- for dim in cube_dimensions() %}
        case when {{ relation }}.{{ dim }} not in ('_T', '_Z') then '{{ dim }} ' else '' end
        {{- ' ||' if not loop.last }}
        {%- endfor %}
    ), ' ', '+'), ''), '_T')
{%- endmacro %}
