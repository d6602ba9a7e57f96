{# An area of a record is one of include/countries, where its country declares any. Each row is a record's. #}
{%- set columns = {
    'persons': ['ref_area'], 'households': ['ref_area'], 'institutions': ['ref_area'], 'locations': ['ref_area', 'origin_area'],
} -%}
with areas as (
    {{ survey_areas() }}
),

placed as (
    {%- for table, names in columns.items() -%}
    {%- set last_table = loop.last -%}
    {%- for name in names %}
    select survey_code, wave, '{{ table }}' as table_name, {{ name }} as area_code
    from {{ ref(table) }}
    where {{ name }} is not null
    {{ 'union all' if not (loop.last and last_table) }}
    {%- endfor -%}
    {%- endfor %}
)

select placed.survey_code, placed.wave, placed.table_name
from placed
left join areas on placed.survey_code = areas.survey_code and placed.area_code = areas.area_code
where areas.area_code is null and placed.survey_code in (select survey_code from areas)
