{{ config(meta={'of': 'households'}) }}

-- depends_on: {{ ref('int_households__indicators') }}
{%- set indicators, margins = indicator_list('household', distribution=false), margin_list('household', distribution=false) %}
with estimated as (
    {{ unit_estimates('household', indicators, margins) }}
),

final as (
    {{ long_estimates('household', indicators, margins, 'estimated') }}
)

select * from final
