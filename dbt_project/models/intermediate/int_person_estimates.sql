{{ config(meta={'of': 'persons'}) }}

-- depends_on: {{ ref('int_persons__indicators') }}
with estimated as (
    {{ unit_estimates('person', distribution=false) }}
),

final as (
    {{ long_estimates('person', false, 'estimated') }}
)

select * from final
