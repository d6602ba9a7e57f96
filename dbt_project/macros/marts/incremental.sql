{# Before a mart takes in the waves under build: drop their old rows, and those of waves that are gone. The delete and the
   insert that follows are one transaction. #}
{% macro forget_changed_waves() -%}
    {%- if is_incremental() -%}
    delete from {{ this }}
    where (survey_code || '/' || wave) in (
        select survey_code || '/' || wave from {{ build_input('waves') }} where is_under_build
    )
    or (survey_code || '/' || wave) not in (
        select survey_code || '/' || wave from {{ build_input('waves') }}
    )
    {%- else -%}
    select 1
    {%- endif -%}
{%- endmacro %}
