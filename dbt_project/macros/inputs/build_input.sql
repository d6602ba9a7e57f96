{# What a build reads besides the raw store, written before dbt starts (migstat.warehouse.inputs): from the ledger waves,
   raw_files, deliveries and quality_results; from the catalogue code_lists. #}
{% macro build_input(name) -%}
    {{ parquet_files([env_var('MIGSTAT_BUILD_INPUTS') ~ '/' ~ name ~ '.parquet']) }}
{%- endmacro %}


{# A relation over Parquet files; the column `file_name` says which. The one place where an engine reads files. #}
{% macro parquet_files(files) -%}
    {{ return(adapter.dispatch('parquet_files', 'migstat')(files)) }}
{%- endmacro %}


{% macro duckdb__parquet_files(files) -%}
    {%- set quoted = [] -%}
    {%- for file in files -%}
        {%- do quoted.append("'" ~ file | replace("'", "''") ~ "'") -%}
    {%- endfor -%}
    read_parquet([{{ quoted | join(', ') }}], union_by_name = true, filename = 'file_name')
{%- endmacro %}


{% macro spark__parquet_files(files) -%}
    (select *, input_file_name() as file_name from parquet.`{{ '{' ~ files | join(',') ~ '}' }}`)
{%- endmacro %}


{# Raw files of one survey's table: the current deliveries of the waves under build, or all their deliveries.
   A list of {wave, delivery_id, sequence, round, path}. Known when a model runs, not when it is parsed. #}
{% macro raw_files(survey, table, only_current=true) -%}
    {%- set files = [] -%}
    {%- if execute -%}
        {%- set query -%}
            select wave, delivery_id, sequence, round, path
            from {{ build_input('raw_files') }}
            where survey_code = '{{ survey }}' and table_name = '{{ table }}' and is_under_build
                {{ 'and is_current' if only_current }}
            order by wave, sequence, round
        {%- endset -%}
        {%- for row in run_query(query).rows -%}
            {%- do files.append({
                'wave': row[0], 'delivery_id': row[1], 'sequence': row[2] | int, 'round': row[3] | int, 'path': row[4],
            }) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(files) }}
{%- endmacro %}


{# A column name as SQL takes it, whatever characters the export uses in it. #}
{% macro quoted(column) -%}"{{ column | replace('"', '""') }}"{%- endmacro %}


{# The records of raw files that count: an appended delivery may repeat one, then the last one handed in stands. #}
{% macro latest_rows(files) -%}
    select *
    from (
    {{ raw_rows(files) }}
    ) as raw
    qualify row_number() over (partition by wave, _record_key order by delivery_sequence desc, delivery_round desc) = 1
{%- endmacro %}


{# A raw relation of those files: their columns, and wave, delivery_id, sequence and round of each row's delivery. #}
{% macro raw_rows(files) -%}
    {%- set rows = [] -%}
    {%- for file in files -%}{%- do rows.append([file.path, file.wave, file.delivery_id, file.sequence, file.round]) -%}{%- endfor -%}
    select raw.*, file.wave, file.delivery_id, file.delivery_sequence, file.delivery_round
    from {{ parquet_files(files | map(attribute='path') | list) }} as raw
    inner join (
        {{ literal_rows(
            {'path': 'string', 'wave': 'string', 'delivery_id': 'string', 'delivery_sequence': 'int', 'delivery_round': 'int'}, rows
        ) }}
    ) as file on raw.file_name = file.path
{%- endmacro %}
