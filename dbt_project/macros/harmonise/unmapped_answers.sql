{# Answers of coded columns and of items that no code covers and that are neither not_stated nor not_asked, counted. One row
   per survey, wave, table, variable and answer. `n_answers` is what the column (or the items together) holds in the wave;
   each record counts once, as last handed in. Coded columns only: free text has no codes. #}
{% macro unmapped_answers() -%}
    {%- set parts = [] -%}
    {%- for model_name in all_models_under_build() -%}
        {%- set survey, table = staged_survey(model_name), staged_table(model_name) -%}
        {%- set files = raw_files(survey, table) -%}
        {%- set coded = coded_columns(model_name) -%}
        {%- if files and coded -%}{%- do parts.append(unmapped_of_table(survey, table, files, coded)) -%}{%- endif -%}
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


{% macro all_models_under_build() -%}
    {%- set models, surveys = [], surveys_under_build() -%}
    {%- for table in ['households', 'persons', 'institutions', 'locations'] -%}
        {%- do models.extend(models_under_build(table, surveys)) -%}
    {%- endfor -%}
    {{ return(models) }}
{%- endmacro %}


{# Of a staging model the variables that have codes, with their mapping. #}
{% macro coded_columns(model_name) -%}
    {%- set coded = {} -%}
    {%- for name, column in (graph.nodes['model.migstat.' ~ model_name].columns if execute else {}).items() -%}
        {%- set meta = column.config.meta -%}
        {%- if 'codes' in meta or 'items' in meta -%}{%- do coded.update({name: meta}) -%}{%- endif -%}
    {%- endfor -%}
    {{ return(coded) }}
{%- endmacro %}


{# One scan of the raw files, whatever the number of coded columns. #}
{% macro unmapped_of_table(survey, table, files, coded) -%}
    select
        '{{ survey }}' as survey_code, wave, '{{ table }}' as table_name, variable, raw_column, answer, n_records, n_answers
    from (
        select *, cast(sum(n_records) over (partition by wave, variable) as bigint) as n_answers
        from (
            with latest as (
                {{ latest_rows(files) }}
            )

            select wave, variable, raw_column, answer, count(*) as n_records
            from (
                {%- for variable, meta in coded.items() %}
                {%- set outer = loop %}
                {%- for column in raw_columns_of(meta) %}
                {{ 'union all' if not (outer.first and loop.first) }}
                select
                    wave, '{{ variable }}' as variable, {{ text_literal(raw_columns_of(meta) | join(', ')) }} as raw_column,
                    {{ answer(column) }} as answer
                from latest
                {%- endfor %}
                {%- endfor %}
            ) as answers
            where answer is not null
            group by wave, variable, raw_column, answer
        ) as counted
    ) as totalled
    where
        case variable
            {%- for variable, meta in coded.items() %}
            when '{{ variable }}' then {{ is_unmapped(meta) }}
            {%- endfor %}
        end
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
