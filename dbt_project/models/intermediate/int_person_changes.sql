{{ config(meta={'of': 'waves_of_persons'}) }}

with pairs as (
    {{ wave_pairs() }}
),

-- a table, since a plan for all that stands in it would be made for each side
records as (
    select * from {{ ref('int_persons__waves') }}
),

sides as (
    {{- wave_sides('person', 'records', 'pairs') }}
),

compared as (
    {{ unit_changes('person', 'sides') }}
),

final as (
    {{ long_changes('person', 'compared') }}
)

select * from final
