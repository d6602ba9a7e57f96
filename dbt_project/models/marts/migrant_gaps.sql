{{ config(materialized='waves', pre_hook='{{ forget_changed_pairs() }}') }}

with gaps as (
    select * from {{ ref('int_person_gaps') }}
    union all
    select * from {{ ref('int_household_gaps') }}
    union all
    select * from {{ ref('int_person_changes') }}
    union all
    select * from {{ ref('int_household_changes') }}
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
        *,
        {{ gap_reliability_rule() }} as reliability_rule
    from gaps
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
        judged.mig_status,
        judged.hh_mig,
        judged.ref_area,
        judged.sex,
        judged.age,
        judged.breakdown,
        judged.unit_measure,
        cast(judged.value_status as double) as value_status,
        cast(judged.value_reference as double) as value_reference,
        {%- for name, contrast, figure in gap_doubles() %}
        cast(judged.{{ name }} as double) as {{ name }},
        {%- endfor %}
        {%- for name, contrast, figure in gap_counts() %}
        cast(judged.{{ name }} as bigint) as {{ name }},
        {%- endfor %}
        judged.dimension
        || case
            when judged.sex <> '_T' then ' by sex'
            when judged.age <> '_T' then ' by age'
            when judged.ref_area <> '_T' then ' by ref_area'
            else ''
        end as comparison_family,
        cast(judged.n_obs_status as bigint) as n_obs_status,
        cast(judged.n_obs_reference as bigint) as n_obs_reference,
        cast(judged.df as bigint) as df,
        judged.variance_method,
        {{ est_reliability('judged.reliability_rule') }} as reliability,
        judged.reliability_rule,
        {{ text_literal(catalogue('reliability').version) }} as reliability_version,
        judged.definition_version,
        deliveries.delivery_ids as survey_delivery,
        periods.is_synthetic
    from judged
    inner join surveys on judged.survey_code = surveys.survey_code
    inner join periods on judged.survey_code = periods.survey_code and judged.wave = periods.wave
    inner join deliveries on judged.survey_code = deliveries.survey_code and judged.wave = deliveries.wave
)

select * from final
