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


{# What the declarations say of each survey, as a relation: country, status by design, lonely-PSU rule. #}
{% macro survey_facts() -%}
    {%- for survey, declared in var('surveys').items() %}
    select
        '{{ survey }}' as survey_code,
        '{{ declared.country }}' as country_code,
        {{ text_literal(declared.forced_status) if declared.forced_status else 'cast(null as string)' }} as forced_status,
        '{{ declared.design.lonely_psu }}' as lonely_psu,
        {{ 'true' if declared.design.weight else 'false' }} as is_weighted,
        {{ declared.min_contributors }} as min_contributors,
        {{ text_literal(declared.title) }} as title,
        {{ text_literal(declared.steward) }} as steward,
        '{{ declared.unit }}' as unit
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}


{# What the declarations say of each wave: its time period and whether its data are synthetic. #}
{% macro wave_facts() -%}
    {%- set waves = [] -%}
    {%- for survey, declared in var('surveys').items() -%}
        {%- for wave, period in declared.time_periods.items() -%}
            {%- do waves.append((survey, wave, period, 'true' if wave in declared.synthetic_waves else 'false')) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- for survey, wave, period, is_synthetic in waves %}
    select '{{ survey }}' as survey_code, '{{ wave }}' as wave, '{{ period }}' as time_period, {{ is_synthetic }} as is_synthetic
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
