{# Staged records of a table that holds its own design, with what the declaration says of their survey. Where a survey has
   no weights, each record counts once. #}
{% macro unit_records(table) -%}
with staged as (
    {{ union_staged(table) }}
),

surveys as (
    {{ survey_facts() }}
)

select
    staged.* except (weight),
    surveys.country_code,
    surveys.forced_status,
    surveys.lonely_psu,
    cast(coalesce(staged.weight, 1) as decimal(18, 6)) as weight
from staged
inner join surveys on staged.survey_code = surveys.survey_code
{%- endmacro %}
