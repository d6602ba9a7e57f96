{# The SQL of a staging model, from the meta of its columns. One row per record of the current deliveries under build.

   Each column names a harmonised variable of include/catalogue/variables.yml and says where it comes from:
     from        raw column; its answers are trimmed, an empty one is null
     codes       answer -> code (true or false for a boolean); without, the answer is cast to the variable's type
     not_stated  answers that mean: asked, no usable answer. They are null, which is how every variable says it
     sql         an expression over raw columns instead
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
        'household_key': 'string', 'payload_hash': 'string', 'interview_date': 'date',
        'weight': 'decimal(18, 6)', 'stratum': 'string', 'psu': 'string', 'fpc': 'double',
        'collected_variables': 'string',
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
    _payload_hash as payload_hash,
    {{ interview_date(declared, columns) }} as interview_date,
    {{ typed(design_column(declared.design.weight, columns), 'decimal(18, 6)') }} as weight,
    {{ typed(design_column(declared.design.stratum, columns), 'string') }} as stratum,
    {{ typed(design_column(declared.design.psu, columns), 'string') }} as psu,
    {{ typed(design_column(declared.design.fpc, columns), 'double') }} as fpc,
    '|{{ mapped_variables(model) | join('|') }}|' as collected_variables,
    {% for name, variable in variables.items() -%}
    {{ harmonised_value(model.columns.get(name), variable) }} as {{ name }}{{ ',' if not loop.last }}
    {% endfor -%}
from latest
{%- endmacro %}


{% macro mapped_variables(node) -%}
    {%- set names = [] -%}
    {%- for name, column in node.columns.items() if column.config.meta.from is defined or column.config.meta.sql is defined -%}
        {%- do names.append(name) -%}
    {%- endfor -%}
    {{ return(names) }}
{%- endmacro %}


{% macro household_key(declared, table, columns) -%}
    {%- if table == 'households' -%} _record_key
    {%- elif declared.parents.get(table) == 'households' -%} _parent_key
    {%- elif 'household_id' in columns -%} {{ quoted('household_id') }}
    {%- else -%} cast(null as string)
    {%- endif -%}
{%- endmacro %}


{# The day of the interview, by the column that the wave declares; null where the table has none. #}
{% macro interview_date(declared, columns) -%}
    {%- set days = [] -%}
    {%- for wave, column in declared.interview_dates.items() if column in columns -%}
        {%- do days.append("when '" ~ wave ~ "' then " ~ typed(quoted(column), 'date')) -%}
    {%- endfor -%}
    {{ 'case wave ' ~ days | join(' ') ~ ' end' if days else 'cast(null as date)' }}
{%- endmacro %}


{# A design column where the table has it; persons get the rest from their household (int_persons). #}
{% macro design_column(column, columns) -%}
    {{ return(quoted(column) if column in columns else 'null') }}
{%- endmacro %}


{% macro harmonised_value(column, variable) -%}
    {%- set meta = column.config.meta if column else {} -%}
    {%- if meta.sql is defined -%}
        cast({{ meta.sql }} as {{ variable.type }})
    {%- elif meta.codes is defined -%}
        case {{ answer(meta['from']) }}
            {% for text, code in meta.codes.items() -%}
            when {{ text_literal(text | trim) }} then {{ code_literal(code, variable.type) }}
            {% endfor -%}
        end
    {%- elif meta['from'] is defined -%}
        {%- set missing = [] -%}
        {%- for text in meta.get('not_stated', []) -%}{%- do missing.append(text_literal(text | trim)) -%}{%- endfor -%}
        {{ typed(
            'case when ' ~ answer(meta['from']) ~ ' not in (' ~ missing | join(', ') ~ ') then ' ~ answer(meta['from']) ~ ' end'
            if missing else answer(meta['from']), variable.type
        ) }}
    {%- else -%}
        cast(null as {{ variable.type }})
    {%- endif -%}
{%- endmacro %}


{# A code as a value of its variable's type. #}
{% macro code_literal(code, type) -%}
    {%- if type == 'boolean' -%} {{ code | string | lower }}
    {%- elif type == 'string' -%} {{ text_literal(code) }}
    {%- else -%} cast({{ text_literal(code) }} as {{ type }})
    {%- endif -%}
{%- endmacro %}


{% macro answer(column) -%}nullif(trim({{ quoted(column) }}), ''){%- endmacro %}


{# A raw answer as a type. Whole numbers go through double and floor, so that engines agree on '4.0'. #}
{% macro typed(expression, type) -%}
    {%- if expression == 'null' -%} cast(null as {{ type }})
    {%- elif type == 'string' -%} {{ expression }}
    {%- elif type in ('int', 'bigint') -%} cast(floor(try_cast({{ expression }} as double)) as {{ type }})
    {%- elif type == 'date' -%} try_cast(substr({{ expression }}, 1, 10) as date)
    {%- else -%} try_cast({{ expression }} as {{ type }})
    {%- endif -%}
{%- endmacro %}
