with facts as (
    {{ survey_facts() }}
),

periods as (
    {{ wave_facts() }}
)

select
    facts.survey_code,
    periods.wave,
    facts.country_code,
    facts.title,
    facts.unit,
    periods.time_period,
    facts.is_weighted,
    periods.is_synthetic,
    facts.min_contributors,
    facts.steward
from facts
inner join periods on facts.survey_code = periods.survey_code
