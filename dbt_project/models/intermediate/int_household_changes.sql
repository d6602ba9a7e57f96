{{ config(meta={'of': 'waves_of_households'}) }}

with pairs as (
    {{ wave_pairs() }}
),

-- a table, since a plan for all that stands in it would be made for each side
records as (
    select * from {{ ref('int_households__waves') }}
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
