{{ config(meta={'of': 'households'}) }}

-- depends_on: {{ ref('int_households__indicators') }}
with estimated as (
    {{ unit_estimates('household', distribution=false) }}
),

final as (
    {{ long_estimates('household', false, 'estimated') }}
)

select * from final
