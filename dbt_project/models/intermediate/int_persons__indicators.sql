{{ config(meta={'of': 'persons'}) }}

with persons as (
    select * from {{ ref('int_persons__status') }}
),

households as (
    select
        survey_code,
        wave,
        household_key,
        hh_mig
    from {{ ref('int_households__status') }}
),

instruments as (
    {{- status_instruments('persons') }}
),

answers as (
    select
        persons.*,
        instruments.* except (collected_variables),
        coalesce(households.hh_mig, '_X') as hh_mig
    from persons
    inner join instruments on persons.collected_variables = instruments.collected_variables
    left join households
        on
            persons.survey_code = households.survey_code
            and persons.wave = households.wave
            and persons.household_key = households.household_key
),

final as (
    {{- unit_indicators('person', 'answers') }}
)

select * from final
