{# A table that holds the rows of all waves. A build brings those of the waves under build in the place of the ones that were
   there, and takes away those of waves that are gone; all in one transaction. What else is to go is a hook of the model. #}
{% materialization waves, adapter='duckdb' %}
    {%- set target_relation = this.incorporate(type='table') -%}
    {%- set made = rows_by_contract() -%}
    {%- set is_kept = holds_waves() -%}
    {%- if is_kept -%}{%- do refuse_other_columns(target_relation, made) -%}{%- endif -%}
    {{ run_hooks(pre_hooks) }}
    {% call statement('main') -%}
        {% if is_kept -%}
            {{ forget_changed_waves(target_relation) }};
            insert into {{ target_relation }} by name {{ made }}
        {%- else -%}
            create table {{ target_relation }} as {{ made }}
        {%- endif %}
    {%- endcall %}
    {%- if not is_kept or not is_described(target_relation) -%}{%- do persist_docs(target_relation, model) -%}{%- endif -%}
    {{ run_hooks(post_hooks) }}
    {{ adapter.commit() }}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}


{# Whether the model's table is there already, with rows of waves to keep. #}
{% macro holds_waves() -%}
    {{ return(load_cached_relation(this) is not none) }}
{%- endmacro %}


{# A table made by the model as it was before may have other columns than its contract; an insert would turn values into their
   types, and leave empty what it lacks. #}
{% macro refuse_other_columns(relation, made) -%}
    {%- if not have_same_columns('from ' ~ relation, made) -%}
        {%- do exceptions.raise_compiler_error('the columns of its table are others than those of its model') -%}
    {%- endif -%}
{%- endmacro %}


{# Drop the old rows of the waves under build, and those of waves that are gone. #}
{% macro forget_changed_waves(relation) -%}
    delete from {{ relation }}
    where (survey_code || '/' || wave) in (
        select survey_code || '/' || wave from {{ build_input('waves') }} where is_under_build
    )
    or (survey_code || '/' || wave) not in (
        select survey_code || '/' || wave from {{ build_input('waves') }}
    )
{%- endmacro %}


{# Whether a table and its columns bear the descriptions that they have now. #}
{% macro is_described(relation) -%}
    {%- set now = [model.description] -%}
    {%- for column in model.columns.values() -%}{%- do now.append(column.description) -%}{%- endfor -%}
    {%- set told = run_query(
        "select tables.comment || chr(10) || string_agg(columns.comment, chr(10) order by columns.column_index) "
        ~ "from duckdb_tables() as tables inner join duckdb_columns() as columns using (table_oid, database_name) "
        ~ "where tables.database_name = '" ~ relation.database ~ "' and tables.schema_name = '" ~ relation.schema
        ~ "' and tables.table_name = '" ~ relation.identifier ~ "' group by tables.comment"
    ) -%}
    {{ return(told.rows[0][0] == now | join('\n')) }}
{%- endmacro %}
