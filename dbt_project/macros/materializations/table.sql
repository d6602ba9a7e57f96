{# A table, written in its place. dbt-duckdb's own way writes beside it, renames twice and drops, for readers that must never
   see half; nobody reads the file of an attempt before it is published. #}
{% materialization table, adapter='duckdb' %}
    {%- set target_relation = this.incorporate(type='table') -%}
    {{ run_hooks(pre_hooks) }}
    {% call statement('main') -%}
        drop table if exists {{ target_relation }};
        {{ create_table_as(false, target_relation, compiled_code) }}
    {%- endcall %}
    {% do persist_docs(target_relation, model) %}
    {{ run_hooks(post_hooks) }}
    {{ adapter.commit() }}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}


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
