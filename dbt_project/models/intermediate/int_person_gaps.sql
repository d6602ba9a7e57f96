{{ config(meta={'of': 'persons'}) }}

with records as (
    select * from {{ ref('int_persons__indicators') }}
),

pairs as (
    {{- gap_pairs('person', 'records') }}
),

sides as (
    {{- gap_sides('person', 'records', 'pairs') }}
),

compared as (
    {{ unit_gaps('person', 'sides') }}
),

final as (
    {{ long_gaps('person', 'compared') }}
)

select * from final
