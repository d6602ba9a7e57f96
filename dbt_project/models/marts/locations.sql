{{ config(meta={'of': 'locations'}, materialized='waves') }}

with records as (
    select * from {{ ref('int_locations') }}
),

periods as (
    {{ wave_facts() }}
),

final as (
    select
        records.country_code,
        records.survey_code,
        records.wave,
        periods.time_period,
        records.record_key,
        {% for name in catalogue('variables').locations -%}
        records.{{ name }},
        {% endfor -%}
        records.interview_date,
        records.collected_variables,
        records.delivery_id,
        periods.is_synthetic
    from records
    inner join periods on records.survey_code = periods.survey_code and records.wave = periods.wave
)

select * from final
