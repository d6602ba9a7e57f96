{{ config(meta={'of': 'waves_of_persons'}) }}

with pairs as (
    {{ wave_pairs() }}
),

surveys as (
    {{ survey_facts() }}
),

-- the mart, since the other wave of a pair is often not under build
met as (
    select persons.*, surveys.forced_status
    from {{ ref('persons') }} as persons
    inner join surveys on persons.survey_code = surveys.survey_code
    where persons.survey_code in (select pairs.survey_code from pairs)
),

instruments as (
    {{- status_instruments('met') }}
),

answers as (
    select met.*, instruments.* except (collected_variables)
    from met
    inner join instruments on met.collected_variables = instruments.collected_variables
),

final as (
    {{- unit_indicators('person', 'answers') }}
)

select * from final
