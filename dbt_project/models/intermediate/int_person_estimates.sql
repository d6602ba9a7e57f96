{{ config(meta={'of': 'persons'}) }}

-- depends_on: {{ ref('int_persons__indicators') }}
{%- set indicators, margins = indicator_list('person', distribution=false), margin_list('person', distribution=false) %}
with estimated as (
    {{ unit_estimates('person', indicators, margins) }}
),

final as (
    {{ long_estimates('person', indicators, margins, 'estimated') }}
)

select * from final
