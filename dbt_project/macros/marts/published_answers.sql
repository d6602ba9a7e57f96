{# The harmonised variables, the design and the origin of a record, as every table of records ends. #}
{% macro published_answers(table, relation) -%}
    {%- set names = catalogue('variables')[table] | list + [
        'weight', 'stratum', 'psu', 'fpc', 'replicate_weights', 'lonely_psu', 'interview_date', 'collected_variables', 'delivery_id',
    ] -%}
    {%- for name in names -%}
        {{ relation }}.{{ name }}{{ ',\n        ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}
