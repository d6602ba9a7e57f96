{{ config(meta={'of': 'waves_of_households'}) }}

with pairs as (
    {{ wave_pairs() }}
),

surveys as (
    {{ survey_facts() }}
),

-- the mart, since the other wave of a pair is often not under build
met as (
    select households.*, surveys.forced_status
    from {{ ref('households') }} as households
    inner join surveys on households.survey_code = surveys.survey_code
    where households.survey_code in (select pairs.survey_code from pairs)
),

records as (
    {{- unit_indicators('household', 'met') }}
),

sides as (
    {{- wave_sides('household', 'records', 'pairs') }}
),

compared as (
    {{ unit_changes('household', 'sides') }}
),

final as (
    {{ long_changes('household', 'compared') }}
)

select * from final
