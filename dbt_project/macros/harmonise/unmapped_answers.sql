{# Answers of coded columns and of items that no code covers and that are neither not_stated nor not_asked, counted. One row
   per survey, wave, table, variable and answer. `n_answers` is what the column (or the items together) holds in the wave;
   each record counts once, as last handed in. Coded columns only: free text has no codes. #}
{% macro unmapped_answers() -%}
    {%- set parts = [] -%}
    {%- for model_name in all_staging_models() -%}
        {%- set survey, table = staged_survey(model_name), staged_table(model_name) -%}
        {%- set files = raw_files(survey, table) -%}
        {%- if files -%}
            {%- for name, column in staged_columns(model_name).items() if has_codes(column.config.meta) | trim -%}
                {%- do parts.append(unmapped_of_column(survey, table, files, name, column.config.meta)) -%}
            {%- endfor -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if parts -%}
        {{ parts | join('\nunion all\n') }}
    {%- else -%}
        select
            cast(null as string) as survey_code, cast(null as string) as wave, cast(null as string) as table_name,
            cast(null as string) as variable, cast(null as string) as raw_column, cast(null as string) as answer,
            cast(null as bigint) as n_records, cast(null as bigint) as n_answers
        where 1 = 0
    {%- endif -%}
{%- endmacro %}


{% macro all_staging_models() -%}
    {%- set models = [] -%}
    {%- for table in ['households', 'persons', 'institutions', 'locations'] -%}{%- do models.extend(staging_models(table)) -%}{%- endfor -%}
    {{ return(models) }}
{%- endmacro %}


{% macro staged_columns(model_name) -%}
    {{ return(graph.nodes['model.migstat.' ~ model_name].columns if execute else {}) }}
{%- endmacro %}


{% macro has_codes(meta) -%}{{ 'yes' if 'codes' in meta or 'items' in meta }}{%- endmacro %}


{% macro unmapped_of_column(survey, table, files, variable, meta) -%}
    {%- set columns = raw_columns_of(meta) -%}
    select
        '{{ survey }}' as survey_code, wave, '{{ table }}' as table_name, '{{ variable }}' as variable,
        {{ text_literal(columns | join(', ')) }} as raw_column, answer, count(*) as n_records, min(n_answers) as n_answers
    from (
        select wave, answer, count(*) over (partition by wave) as n_answers
        from (
            with latest as (
                {{ latest_rows(files) }}
            )
            {% for column in columns %}
            select wave, {{ answer(column) }} as answer from latest
            {{ 'union all' if not loop.last }}
            {%- endfor %}
        ) as answers
        where answer is not null
    ) as counted
    where {{ is_unmapped(meta) }}
    group by wave, answer
{%- endmacro %}


{# Whether `answer` has no code, or no place on the scale, and is not one of those that are none. #}
{% macro is_unmapped(meta) -%}
    {%- set items = meta.get('items', {}) -%}
    {%- set covered = [no_answers(meta)] if no_answers(meta) else [] -%}
    {%- for text in meta.get('codes', items.get('codes') or {}) -%}{%- do covered.append(text_literal(text | trim)) -%}{%- endfor -%}
    {{ 'answer not in (' ~ covered | join(', ') ~ ')' if covered else 'true' }}
    {%- if items and not items.get('codes') %}
    and coalesce(try_cast(answer as double) not between {{ items.scale[0] }} and {{ items.scale[1] }}, true)
    {%- endif -%}
{%- endmacro %}
