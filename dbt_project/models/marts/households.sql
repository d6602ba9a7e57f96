{{ config(meta={'of': 'households'}, materialized='waves') }}

with records as (
    select * from {{ ref('int_households__status') }}
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
        records.household_key,
        records.hh_mig,
        records.hh_abroad,
        records.hh_remit,
        records.hh_returnee,
        records.hh_immigrant,
        records.hh_protection,
        records.hh_idp,
        records.hh_crossborder,
        records.ms_version,
        {{ published_answers('households', 'records') }},
        periods.is_synthetic
    from records
    inner join periods on records.survey_code = periods.survey_code and records.wave = periods.wave
)

select * from final
