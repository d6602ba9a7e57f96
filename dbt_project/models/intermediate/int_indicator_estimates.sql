with estimates as (
    select * from {{ ref('int_person_estimates') }}
    union all
    select * from {{ ref('int_person_distribution') }}
    union all
    select * from {{ ref('int_household_estimates') }}
    union all
    select * from {{ ref('int_institution_estimates') }}
),

collected as (
    {{ collected_dimensions('estimates') }}
),

-- left out: what the indicator is not published by, what only repeats the total, cells in which nobody was asked
kept as (
    select estimates.*
    from estimates
    inner join collected
        on
            estimates.survey_code = collected.survey_code
            and estimates.wave = collected.wave
            and estimates.unit = collected.unit
    where
        {{ is_published_by('estimates') }}
        and not ({{ repeats_the_total('estimates', 'collected') }})
        and (estimates.n_obs > 0 or coalesce(estimates.n_dk, 0) > 0)
),

final as (
    select
        *,
        {{ reliability() }} as reliability,
        {{ reliability_rule() }} as reliability_rule
    from kept
)

select * from final
