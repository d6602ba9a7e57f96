{{ config(meta={'of': 'institutions'}) }}

-- depends_on: {{ ref('int_institutions__indicators') }}
with estimated as (
    {{ unit_estimates('institution', distribution=false) }}
),

final as (
    {{ long_estimates('institution', false, 'estimated') }}
)

select * from final
