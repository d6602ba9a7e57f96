{{ config(meta={'of': 'institutions'}, materialized='waves') }}

with records as (
    select * from {{ ref('int_institutions__status') }}
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
        records.mig_status,
        records.ms_rule,
        records.ms_version,
        {{ published_answers('institutions', 'records') }},
        periods.is_synthetic
    from records
    inner join periods on records.survey_code = periods.survey_code and records.wave = periods.wave
)

select * from final
