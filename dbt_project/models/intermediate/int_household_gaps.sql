{{ config(meta={'of': 'households'}) }}

with records as (
    select * from {{ ref('int_households__indicators') }}
),

pairs as (
    {{- gap_pairs('household', 'records') }}
),

sides as (
    {{- gap_sides('household', 'records', 'pairs') }}
),

compared as (
    {{ unit_gaps('household', 'sides') }}
),

final as (
    {{ long_gaps('household', 'compared') }}
)

select * from final
