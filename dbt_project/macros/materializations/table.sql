{# A table, written in its place. dbt-duckdb's own way writes beside it, renames twice and drops, for readers that must never
   see half; nobody reads the file of an attempt before it is published. #}
{% materialization table, adapter='duckdb' %}
    {%- set target_relation = this.incorporate(type='table') -%}
    {{ run_hooks(pre_hooks) }}
    {%- set made = rows_by_contract() -%}
    {% call statement('main') -%}
        drop table if exists {{ target_relation }};
        create table {{ target_relation }} as {{ made }}
    {%- endcall %}
    {% do persist_docs(target_relation, model) %}
    {{ run_hooks(post_hooks) }}
    {{ adapter.commit() }}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}


{# A query of the model's rows, in the columns of its contract if it has one. They are computed apart then, so that the engine
   plans them once: dbt's own check of a contract plans all of a query to learn its columns. #}
{% macro rows_by_contract() -%}
    {%- if not config.get('contract').enforced -%}{{ return('(' ~ compiled_code ~ ')') }}{%- endif -%}
    {%- set made = 'made__' ~ this.identifier -%}
    {%- do run_query('create or replace temporary table ' ~ made ~ ' as (' ~ compiled_code ~ ')') -%}
    {%- set promised = get_empty_schema_sql(model.columns) -%}
    {%- if not have_same_columns('from ' ~ made, promised) -%}
        {%- do exceptions.raise_contract_error(
            format_columns(adapter.get_column_schema_from_query(promised)),
            format_columns(adapter.get_column_schema_from_query('from ' ~ made))
        ) -%}
    {%- endif -%}
    {{ return('select ' ~ model.columns | join(', ') ~ ' from ' ~ made) }}
{%- endmacro %}


{# Whether two queries have columns of the same names and types, in whatever order. #}
{% macro have_same_columns(query, other) -%}
    {%- set told = [] -%}
    {%- for one in [query, other] -%}
        {%- do told.append(
            "(select string_agg(column_name || ' ' || column_type, ', ' order by column_name) from (describe " ~ one ~ '))'
        ) -%}
    {%- endfor -%}
    {{ return(run_query('select ' ~ told | join(' = ')).rows[0][0]) }}
{%- endmacro %}


{# The descriptions of a table and of its columns, which its contract lists, in one statement. #}
{% macro duckdb__persist_docs(relation, model, for_relation, for_columns) -%}
    {%- set comments = [] -%}
    {%- if for_relation and config.persist_relation_docs() -%}
        {%- do comments.append('comment on table ' ~ relation ~ ' is ' ~ text_literal(model.description)) -%}
    {%- endif -%}
    {%- if for_columns and config.persist_column_docs() -%}
        {%- for name, column in model.columns.items() -%}
            {%- do comments.append('comment on column ' ~ relation ~ '.' ~ name ~ ' is ' ~ text_literal(column.description)) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- if comments -%}{%- do run_query(comments | join(';\n')) -%}{%- endif -%}
{%- endmacro %}
