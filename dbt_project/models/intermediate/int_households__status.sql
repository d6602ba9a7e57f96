{{ config(meta={'of': 'households'}) }}

with households as (
    select * from {{ ref('int_households') }}
),

persons as (
    select * from {{ ref('int_persons__status') }}
),

instruments as (
    {{- status_instruments('persons') }}
),

members as (
    select
        persons.survey_code,
        persons.wave,
        persons.household_key,
        {{- household_member_sums() }}
    from persons
    inner join instruments on persons.collected_variables = instruments.collected_variables
    where persons.household_key is not null
    group by persons.survey_code, persons.wave, persons.household_key
),

answers as (
    select
        households.*,
        members.* except (survey_code, wave, household_key)
    from households
    left join members
        on
            households.survey_code = members.survey_code
            and households.wave = members.wave
            and households.household_key = members.household_key
),

flagged as (
    select
        *,
        {{- household_flags() }}
    from answers
),

final as (
    select
        {{ record_columns('households', 'flagged') }},
        {% for flag in catalogue('migratory_status').household_flags -%}
        flagged.{{ flag }},
        {% endfor %}
        {{ household_status() }} as hh_mig,
        '{{ catalogue('migratory_status').version }}' as ms_version
    from flagged
)

select * from final
