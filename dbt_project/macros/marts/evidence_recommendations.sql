{# What the catalogue says of the report's recommendations, and which of our figures speaks for an indicator. #}


{# One row per recommendation, country and indicator. #}
{% macro recommended() -%}
    {%- set rows = [] -%}
    {%- for recommendation_id, recommendation in catalogue('recommendations').items() -%}
        {%- for country in recommendation.countries -%}
            {%- for indicator in recommendation.indicators -%}
                {%- do rows.append([recommendation_id, recommendation.title, recommendation.line, country, indicator]) -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ literal_rows({
        'recommendation_id': 'string', 'title': 'string', 'line': 'int', 'country_code': 'string', 'indicator_code': 'string',
    }, rows) }}
{%- endmacro %}


{# The headline of each indicator: its total; of shares by status, the share of the largest group that is not NM. One
   row per survey, wave and indicator. #}
{% macro headlines() -%}
    {%- set groups = [] -%}
    {%- for code, entry in catalogue('code_lists').CL_MIG_STATUS.items() if not entry.parent and code not in ['_T', '_Z'] -%}
        {%- do groups.append(code) -%}
    {%- endfor -%}
    {%- set shares = [] -%}
    {%- for code, indicator in catalogue('indicators').items() if indicator.kind == 'distribution' -%}{%- do shares.append(code) -%}{%- endfor -%}
    select *
    from {{ ref('indicator_estimates') }}
    where
        {%- for dim in cube_dimensions() + ['breakdown'] if dim != 'mig_status' %}
        {{ dim }} = '_T' and
        {%- endfor %}
        case
            when indicator_code in {{ text_literals(shares) }} then mig_status in {{ text_literals(groups) }}
            else mig_status = '_T'
        end
    qualify row_number() over (
        partition by survey_code, wave, indicator_code
        order by case when mig_status in ('NM', '_U', '_X') then 1 else 0 end, obs_value desc nulls last, mig_status
    ) = 1
{%- endmacro %}


{# Indicators of the answers that make the status of a household: between such households they differ by definition. #}
{% macro household_status_indicators() -%}
    {%- set answers = [] -%}
    {%- for flag in catalogue('migratory_status').household_flags.values() if flag.answer -%}{%- do answers.append(flag.answer) -%}{%- endfor -%}
    {%- set found = ['none'] -%}
    {%- for code, indicator in catalogue('indicators').items() if indicator.needs | select('in', answers) | list -%}
        {%- do found.append(code) -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}


{# The widest difference of a migrant group from its reference: among those that carry best, by migratory status if the
   instrument has it, otherwise by the household's, by birth, by citizenship. One row per survey, wave and indicator. #}
{% macro widest_gaps() -%}
    select
        *,
        count(*) over (partition by survey_code, wave, indicator_code) as n_compared
    from {{ ref('migrant_gaps') }}
    where
        ref_area = '_T' and sex = '_T' and age = '_T' and breakdown = '_T'
        and dimension <> 'wave'
        and not (dimension = 'hh_mig' and indicator_code in {{ text_literals(household_status_indicators()) }})
    qualify row_number() over (
        partition by survey_code, wave, indicator_code
        order by
            {{ place_of('reliability', ['reliable', 'caution', 'withhold']) }},
            case when p_value is null then 1 else 0 end,
            {{ place_of('dimension', ['mig_status', 'hh_mig', 'birth', 'citizenship']) }},
            abs(difference) desc nulls last, status
    ) = 1
{%- endmacro %}


{% macro place_of(column, values) -%}
    case {{ column }}{% for value in values %} when '{{ value }}' then {{ loop.index }}{% endfor %} else {{ values | length + 1 }} end
{%- endmacro %}
