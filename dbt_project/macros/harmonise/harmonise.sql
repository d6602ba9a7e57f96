{# The SQL of a staging model, from the meta of its columns. One row per record of the current deliveries under build.

   Each column names a harmonised variable of include/catalogue/variables.yml and says where it comes from:
     from        raw column; its answers are trimmed, an empty one is null
     codes       answer -> code (true or false for a boolean); without, the answer is cast to the variable's type
     not_stated  answers that mean: asked, no usable answer. They are null, which is how every variable says it
     not_asked   answers that mean: the form skipped the question. Null as well
     sql         an expression over raw columns instead
     items       several raw columns answered on one scale instead: their mean from 0 to 100 (item_score)
   A variable that is not mapped is null in every row and missing from `collected_variables`. An answer without a code is
   null too; int_unmapped_answers lists it. #}
{% macro harmonise() -%}
    {%- set survey = staged_survey(model.name) -%}
    {%- set table = staged_table(model.name) -%}
    {%- set variables = var('catalogue')['variables'][table] -%}
    {%- set files = raw_files(survey, table) -%}
    {%- if not files -%}
        {{ no_records(variables) }}
    {%- else -%}
        {%- do check_mapping(model, variables) -%}
        {{ harmonised_records(survey, table, variables, files) }}
    {%- endif -%}
{%- endmacro %}


{% macro staged_survey(name) -%}{{ return(name[4:].rsplit('__', 1)[0]) }}{%- endmacro %}


{% macro staged_table(name) -%}{{ return(name.rsplit('__', 1)[1]) }}{%- endmacro %}


{# Technical columns of every staging model: name -> type. #}
{% macro staged_columns_types() -%}
    {{ return({
        'survey_code': 'string', 'wave': 'string', 'delivery_id': 'string', 'record_key': 'string',
        'household_key': 'string', 'household_link': 'string', 'payload_hash': 'string', 'interview_date': 'date',
        'weight': 'decimal(18, 6)', 'stratum': 'string', 'psu': 'string', 'fpc': 'double',
        'replicate_weights': 'string', 'collected_variables': 'string',
    }) }}
{%- endmacro %}


{% macro no_records(variables) -%}
    select
        {% for name, type in staged_columns_types().items() -%}
        cast(null as {{ type }}) as {{ name }},
        {% endfor -%}
        {% for name, variable in variables.items() -%}
        cast(null as {{ variable.type }}) as {{ name }}{{ ',' if not loop.last }}
        {% endfor -%}
    where 1 = 0
{%- endmacro %}


{% macro harmonised_records(survey, table, variables, files) -%}
    {%- set declared = var('surveys')[survey] -%}
    {%- set columns = declared.tables[table] -%}
with latest as (
    {{ latest_rows(files) }}
)

select
    '{{ survey }}' as survey_code,
    wave,
    delivery_id,
    _record_key as record_key,
    {{ household_key(declared, table, columns) }} as household_key,
    {{ household_link(declared, table) }} as household_link,
    _payload_hash as payload_hash,
    {{ interview_date(declared, columns) }} as interview_date,
    {{ weight(declared.design.weight, columns) }} as weight,
    {{ typed(design_column(declared.design.stratum, columns), 'string') }} as stratum,
    {{ typed(design_column(declared.design.psu, columns), 'string') }} as psu,
    {{ typed(design_column(declared.design.fpc, columns), 'double') }} as fpc,
    {{ replicate_weights(declared.design.replicates, columns) }} as replicate_weights,
    '|{{ mapped_variables(model) | join('|') }}|' as collected_variables,
    {% for name, variable in variables.items() -%}
    {{ harmonised_value(model.columns.get(name), variable) }} as {{ name }}{{ ',' if not loop.last }}
    {% endfor -%}
from latest
{%- endmacro %}


{% macro mapped_variables(node) -%}
    {%- set names = [] -%}
    {%- for name, column in node.columns.items() if sources_of(column.config.meta) | trim -%}
        {%- do names.append(name) -%}
    {%- endfor -%}
    {{ return(names) }}
{%- endmacro %}
