{{ config(meta={'of': 'persons'}, materialized='waves') }}

with records as (
    select * from {{ ref('int_persons__status') }}
),

households as (
    select survey_code, wave, household_key, hh_mig from {{ ref('int_households__status') }}
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
        records.mig_status,
        records.mig_status_l1,
        records.mig_status_l2,
        records.mig_status_l3,
        records.ms_rule,
        records.ms_basis,
        records.ms_quality,
        records.ms_version,
        records.ms_contradiction,
        records.ms_trace,
        records.birth,
        records.citizenship,
        coalesce(households.hh_mig, '_X') as hh_mig,
        records.is_usual_resident,
        records.f_returnee,
        records.f_idp,
        records.f_protection,
        records.f_cross_border,
        records.f_internal,
        records.f_diaspora,
        records.f_covid_return,
        records.f_border_change,
        {{ published_answers('persons', 'records') }},
        periods.is_synthetic
    from records
    inner join periods on records.survey_code = periods.survey_code and records.wave = periods.wave
    left join households
        on
            records.survey_code = households.survey_code
            and records.wave = households.wave
            and records.household_key = households.household_key
)

select * from final
