{{ config(materialized='incremental', incremental_strategy='append', pre_hook='{{ forget_changed_waves() }}') }}

with gaps as (
    select * from {{ ref('int_person_gaps') }}
    union all
    select * from {{ ref('int_household_gaps') }}
),

not_stated as (
    {{ status_not_stated(ref('int_indicator_estimates')) }}
),

surveys as (
    {{ survey_facts() }}
),

periods as (
    {{ wave_facts() }}
),

deliveries as (
    select survey_code, wave, delivery_ids from {{ build_input('waves') }}
),

judged as (
    select
        gaps.*,
        case
            when gaps.dimension = 'mig_status' and {{ is_unranked('not_stated.not_stated') }} then 'withhold'
            else {{ gap_reliability() }}
        end as reliability
    from gaps
    left join not_stated on gaps.survey_code = not_stated.survey_code and gaps.wave = not_stated.wave
),

final as (
    select
        surveys.country_code,
        judged.survey_code,
        judged.wave,
        periods.time_period,
        judged.indicator_code,
        judged.dimension,
        judged.status,
        judged.reference,
        judged.ref_area,
        judged.sex,
        judged.age,
        judged.breakdown,
        judged.unit_measure,
        cast(judged.value_status as double) as value_status,
        cast(judged.value_reference as double) as value_reference,
        cast(judged.difference as double) as difference,
        cast(judged.diff_std_error as double) as diff_std_error,
        cast(judged.diff_ci_lower as double) as diff_ci_lower,
        cast(judged.diff_ci_upper as double) as diff_ci_upper,
        cast(judged.p_value as double) as p_value,
        cast(judged.ratio as double) as ratio,
        cast(judged.ratio_std_error as double) as ratio_std_error,
        cast(judged.ratio_ci_lower as double) as ratio_ci_lower,
        cast(judged.ratio_ci_upper as double) as ratio_ci_upper,
        cast(judged.n_obs_status as bigint) as n_obs_status,
        cast(judged.n_obs_reference as bigint) as n_obs_reference,
        cast(judged.df as bigint) as df,
        judged.reliability,
        judged.definition_version,
        deliveries.delivery_ids as survey_delivery,
        periods.is_synthetic
    from judged
    inner join surveys on judged.survey_code = surveys.survey_code
    inner join periods on judged.survey_code = periods.survey_code and judged.wave = periods.wave
    inner join deliveries on judged.survey_code = deliveries.survey_code and judged.wave = deliveries.wave
)

select * from final
