{%- set parts = [] -%}
{%- for model_name in all_models_under_build() -%}
    {%- set survey, table = staged_survey(model_name), staged_table(model_name) -%}
    {%- set files = raw_files(survey, table, only_current=false) -%}
    {%- if files -%}
        {%- do parts.append(record_changes(survey, table, files)) -%}
    {%- endif -%}
{%- endfor -%}
{{ parts | join('\nunion all\n') if parts else no_record_changes() }}
