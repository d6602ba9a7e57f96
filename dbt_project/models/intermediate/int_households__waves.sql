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

final as (
    {{- unit_indicators('household', 'met') }}
)

select * from final
