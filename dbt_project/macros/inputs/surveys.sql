{# Staging models of a table, over all surveys; their names are known when dbt parses, so that each is a ref. #}
{% macro staging_models(table) -%}
    {%- set models = [] -%}
    {%- for survey, declared in var('surveys').items() if table in declared.tables -%}
        {%- do models.append('stg_' ~ survey ~ '__' ~ table) -%}
    {%- endfor -%}
    {{ return(models) }}
{%- endmacro %}


{# All staged records of a table under each other. One list of columns, because every staging model has the same. #}
{% macro union_staged(table) -%}
    {%- if not staging_models(table) -%}
        {{ no_records(var('catalogue')['variables'][table]) }}
    {%- endif -%}
    {%- set columns = staged_columns_types().keys() | list + var('catalogue')['variables'][table].keys() | list -%}
    {%- for model_name in staging_models(table) %}
    select {{ columns | join(', ') }}
    from {{ ref(model_name) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}


{# What the declarations say of each survey, as a relation: country, status by design, lonely-PSU rule. Facts remembered of a
   survey that can't be read now may lack what a later version tells. #}
{% macro survey_facts() -%}
    {%- set rows = [] -%}
    {%- for survey, declared in var('surveys').items() -%}
        {%- do rows.append([
            survey, declared.country, declared.forced_status or none, declared.design.lonely_psu,
            declared.design.weight is string, declared.min_contributors, declared.title, declared.steward, declared.unit,
            declared.population, declared.max_weight_change,
        ]) -%}
    {%- endfor -%}
    {{ literal_rows({
        'survey_code': 'string', 'country_code': 'string', 'forced_status': 'string', 'lonely_psu': 'string',
        'is_weighted': 'boolean', 'min_contributors': 'int', 'title': 'string', 'steward': 'string', 'unit': 'string',
        'population': 'string', 'max_weight_change': 'double',
    }, rows) }}
{%- endmacro %}


{# The areas of each survey's country. #}
{% macro survey_areas() -%}
    {%- set rows = [] -%}
    {%- for survey, declared in var('surveys').items() -%}
        {%- for code in declared.areas or [] -%}{%- do rows.append([survey, code]) -%}{%- endfor -%}
    {%- endfor -%}
    {{ literal_rows({'survey_code': 'string', 'area_code': 'string'}, rows) }}
{%- endmacro %}


{# What the declarations say of each wave: its time period and whether its data are synthetic. #}
{% macro wave_facts() -%}
    {%- set rows = [] -%}
    {%- for survey, declared in var('surveys').items() -%}
        {%- for wave, period in declared.time_periods.items() -%}
            {%- do rows.append([survey, wave, period, wave in declared.synthetic_waves]) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ literal_rows({'survey_code': 'string', 'wave': 'string', 'time_period': 'string', 'is_synthetic': 'boolean'}, rows) }}
{%- endmacro %}
