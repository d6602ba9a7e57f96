{{ config(meta={'of': 'persons'}) }}

-- depends_on: {{ ref('int_persons__indicators') }}
with estimated as (
    {{ unit_estimates('person', distribution=true) }}
),

final as (
    {{ long_estimates('person', true, 'estimated') }}
)

select * from final
