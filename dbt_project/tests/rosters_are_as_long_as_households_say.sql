{# A household lists as many members as it says it has, where the survey lists them all (it asks how they are related to the
   head). Members held back make single households differ; a repeat that the export lost or flattened makes most of them. #}
with listed as (
    select survey_code, wave, household_key, count(*) as n_listed
    from {{ ref('persons') }}
    where {{ was_asked('relation_to_head') }}
    group by survey_code, wave, household_key
),

rosters as (
    select distinct survey_code from listed
),

compared as (
    select
        households.survey_code,
        households.wave,
        avg(case when households.n_members = coalesce(listed.n_listed, 0) then 0.0 else 1.0 end) as share_that_differ
    from {{ ref('households') }} as households
    inner join rosters on households.survey_code = rosters.survey_code
    left join listed
        on
            households.survey_code = listed.survey_code
            and households.wave = listed.wave
            and households.household_key = listed.household_key
    where households.n_members is not null
    group by households.survey_code, households.wave
)

select survey_code, wave, share_that_differ
from compared
where share_that_differ > 0.05
