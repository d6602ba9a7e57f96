with staged as (
    {{ union_staged('institutions') }}
),

surveys as (
    {{ survey_facts() }}
),

final as (
    select
        {{ except_columns("staged", ["weight"]) }},
        surveys.country_code,
        surveys.forced_status,
        surveys.lonely_psu,
        cast(coalesce(staged.weight, 1) as decimal(18, 6)) as weight
    from staged
    inner join surveys on staged.survey_code = surveys.survey_code
)

select * from final
