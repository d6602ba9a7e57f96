{# The technical columns of a staging model: household, its link, date and design, from the columns that delivery.yml names. #}


{% macro household_key(declared, table, columns) -%}
    {%- if table == 'households' -%} _record_key
    {%- elif declared.parents.get(table) == 'households' -%} _parent_key
    {%- elif 'household_id' in columns -%} {{ quoted('household_id') }}
    {%- else -%} cast(null as string)
    {%- endif -%}
{%- endmacro %}


{# The key that a household has in every survey of its country; null where the table makes none. #}
{% macro household_link(declared, table) -%}
    {{ quoted('household_link') if table in declared.get('linked_tables', []) else 'cast(null as string)' }}
{%- endmacro %}


{# The day of the interview, by the column that the wave declares; null where the table has none. #}
{% macro interview_date(declared, columns) -%}
    {%- set days = [] -%}
    {%- for wave, column in declared.interview_dates.items() if column in columns -%}
        {%- do days.append("when '" ~ wave ~ "' then " ~ typed(quoted(column), 'date')) -%}
    {%- endfor -%}
    {{ 'case wave ' ~ days | join(' ') ~ ' end' if days else 'cast(null as date)' }}
{%- endmacro %}


{# The weight where the table has it. One that its type can't hold is 0, which no record may have: null would count as 1. #}
{% macro weight(column, columns) -%}
    {%- set given = typed(design_column(column, columns), 'decimal(18, 6)') -%}
    {{ 'coalesce(' ~ given | trim ~ ', 0)' if column in columns else given }}
{%- endmacro %}


{# A design column where the table has it; persons get the rest from their household (int_persons). #}
{% macro design_column(column, columns) -%}
    {{ return(quoted(column) if column in columns else 'null') }}
{%- endmacro %}
