{{ config(meta={'of': 'households'}) }}

with households as (
    select * from {{ ref('int_households__status') }}
),

final as (
    {{- unit_indicators('household', 'households') }}
)

select * from final
