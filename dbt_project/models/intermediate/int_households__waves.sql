{{ config(meta={'of': 'waves_of_households'}) }}

with met as (
    {{ met_in_pairs('households') }}
),

final as (
    {{- unit_indicators('household', 'met') }}
)

select * from final
