{{ config(meta={'of': 'institutions'}) }}

-- depends_on: {{ ref('int_institutions__indicators') }}
{%- set indicators, margins = indicator_list('institution', distribution=false), margin_list('institution', distribution=false) %}
with estimated as (
    {{ unit_estimates('institution', indicators, margins) }}
),

final as (
    {{ long_estimates('institution', indicators, margins, 'estimated') }}
)

select * from final
