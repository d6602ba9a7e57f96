{{ config(materialized='waves') }}

with judged as (
    select * from {{ ref('int_indicator_estimates') }}
),

not_stated as (
    {{ status_not_stated('judged') }}
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

final as (
    select
        surveys.country_code,
        judged.survey_code,
        judged.wave,
        periods.time_period,
        judged.indicator_code,
        judged.ref_area,
        judged.mig_status,
        judged.hh_mig,
        judged.birth,
        judged.citizenship,
        judged.sex,
        judged.age,
        judged.urbanisation,
        judged.breakdown,
        judged.unit_measure,
        cast(judged.obs_value as double) as obs_value,
        cast(judged.std_error as double) as std_error,
        cast(judged.ci_lower as double) as ci_lower,
        cast(judged.ci_upper as double) as ci_upper,
        cast(judged.cv as double) as cv,
        cast(judged.deff as double) as deff,
        cast(judged.n_obs as bigint) as n_obs,
        cast(judged.n_dk as bigint) as n_dk,
        cast(judged.n_psu as bigint) as n_psu,
        cast(judged.df as bigint) as df,
        cast(judged.population as double) as population,
        case
            when judged.obs_value is null then 'O'
            when not surveys.is_weighted then 'E'
            when judged.reliability <> 'reliable' then 'U'
            when {{ is_by_status('judged') }} and {{ is_unranked('not_stated.not_stated') }} then 'U'
            else 'A'
        end as obs_status,
        case when judged.n_obs < surveys.min_contributors then 'C' else 'F' end as conf_status,
        judged.reliability,
        judged.variance_method,
        judged.definition_version,
        deliveries.delivery_ids as survey_delivery,
        judged.reliability_rule,
        {{ text_literal(catalogue('reliability').version) }} as reliability_version,
        cast(judged.n_eff as double) as n_eff,
        case when {{ is_by_status('judged') }} then {{ status_note('not_stated.not_stated') }} end as note,
        periods.is_synthetic
    from judged
    inner join surveys on judged.survey_code = surveys.survey_code
    inner join periods on judged.survey_code = periods.survey_code and judged.wave = periods.wave
    inner join deliveries on judged.survey_code = deliveries.survey_code and judged.wave = deliveries.wave
    left join not_stated on judged.survey_code = not_stated.survey_code and judged.wave = not_stated.wave
)

select * from final
