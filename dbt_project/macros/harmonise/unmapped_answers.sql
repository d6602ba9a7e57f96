{# Answers of coded columns that no code and no not_stated covers, counted. One row per survey, wave, table, variable and
   answer. `n_answers` is what the column holds in the wave; each record counts once, as last handed in. Coded columns only: free text has no codes. #}
{% macro unmapped_answers() -%}
    {%- set parts = [] -%}
    {%- for model_name in all_staging_models() -%}
        {%- set survey, table = staged_survey(model_name), staged_table(model_name) -%}
        {%- set files = raw_files(survey, table) -%}
        {%- if files -%}
            {%- for name, column in staged_columns(model_name).items() if column.config.meta.codes is defined -%}
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
    {{ return(staging_models('households') + staging_models('persons') + staging_models('institutions')) }}
{%- endmacro %}


{% macro staged_columns(model_name) -%}
    {{ return(graph.nodes['model.migstat.' ~ model_name].columns if execute else {}) }}
{%- endmacro %}


{% macro unmapped_of_column(survey, table, files, variable, meta) -%}
    {%- set covered = [] -%}
    {%- for text in meta.codes.keys() | list + meta.get('not_stated', []) -%}
        {%- do covered.append(text_literal(text | trim)) -%}
    {%- endfor -%}
    select
        '{{ survey }}' as survey_code, wave, '{{ table }}' as table_name, '{{ variable }}' as variable,
        {{ text_literal(meta['from']) }} as raw_column, answer, count(*) as n_records, min(n_answers) as n_answers
    from (
        select wave, answer, count(*) over (partition by wave) as n_answers
        from (select wave, {{ answer(meta['from']) }} as answer from ({{ latest_rows(files) }}) as latest) as answers
        where answer is not null
    ) as counted
    where answer not in ({{ covered | join(', ') }})
    group by wave, answer
{%- endmacro %}
