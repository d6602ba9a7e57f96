{# What the estimates of a unit sum, over a relation of its records: the design, the dimensions, the columns of indicators. #}
{%- macro unit_indicators(unit, relation) -%}
    select
        {{ design_columns() }},
        {%- if unit == 'person' %}
        mig_status_l1,
        coalesce(mig_status_l2, '') as mig_status_l2,
        coalesce(mig_status_l3, '') as mig_status_l3,
        birth,
        citizenship,
        hh_mig,
        {{ dimension_code('sex') }} as sex,
        {{ dimension_code(age_band(), 'age') }} as age,
        {%- else %}
        hh_mig,
        {{ dimension_code('head_sex') }} as sex,
        {%- endif %}
        {{ dimension_code('urbanisation') }} as urbanisation,
        {{ dimension_code('ref_area') }} as ref_area,
        {{- indicator_columns(unit) }}
    from {{ relation }}
{%- endmacro %}
