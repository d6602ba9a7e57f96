{# Staging models of a table, over all surveys; their names are known when dbt parses, so that each is a ref. #}
{% macro staging_models(table) -%}
    {%- set models = [] -%}
    {%- for survey, declared in var('surveys').items() if table in declared.tables -%}
        {%- do models.append('stg_' ~ survey ~ '__' ~ table) -%}
    {%- endfor -%}
    {{ return(models) }}
{%- endmacro %}


{# Those of surveys that have a wave under build; the others have no staged records. While dbt parses, all of them: what a
   model may read has to be known then. #}
{% macro models_under_build(table, surveys=none) -%}
    {%- set models, under_build = [], surveys_under_build() if surveys is none else surveys -%}
    {%- for model_name in staging_models(table) if not execute or staged_survey(model_name) in under_build -%}
        {%- do models.append(model_name) -%}
    {%- endfor -%}
    {{ return(models) }}
{%- endmacro %}


{% macro surveys_under_build() -%}
    {%- set surveys = [] -%}
    {%- if execute -%}
        {%- for row in run_query('select distinct survey_code from ' ~ build_input('waves') ~ ' where is_under_build').rows -%}
            {%- do surveys.append(row[0]) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(surveys) }}
{%- endmacro %}


{# The variables that each survey under build asks of a table: a list of lists. None where no wave is under build: then
   anything may be asked, as in unit tests. Persons have the place of their household (int_persons). #}
{% macro instruments_under_build(table) -%}
    {%- set surveys = surveys_under_build() -%}
    {%- set instruments = [] -%}
    {%- for survey in surveys if table in var('surveys')[survey].tables -%}
        {%- set asked = mapped_variables(staging_node(survey, table)) -%}
        {%- if table == 'persons' and 'households' in var('surveys')[survey].tables -%}
            {%- do asked.extend(mapped_variables(staging_node(survey, 'households')) | select('in', household_places()) | list) -%}
        {%- endif -%}
        {%- do instruments.append(asked) -%}
    {%- endfor -%}
    {{ return(instruments if surveys else none) }}
{%- endmacro %}


{# Where a member lives is asked of the household. #}
{% macro household_places() -%}
    {{ return(['ref_area', 'urbanisation']) }}
{%- endmacro %}


{% macro staging_node(survey, table) -%}
    {{ return(graph.nodes['model.migstat.stg_' ~ survey ~ '__' ~ table]) }}
{%- endmacro %}


{# All staged records of a table under each other. One list of columns, because every staging model has the same. #}
{% macro union_staged(table) -%}
    {%- set variables = var('catalogue')['variables'][table] -%}
    {%- set models = models_under_build(table) -%}
    {%- if not models -%}
        {{ no_records(variables) }}
    {%- endif -%}
    {%- set columns = staged_columns_types().keys() | list + variables.keys() | list -%}
    {%- for model_name in models %}
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
