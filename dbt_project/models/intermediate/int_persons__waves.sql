{{ config(meta={'of': 'waves_of_persons'}) }}

with met as (
    {{ met_in_pairs('persons') }}
),

instruments as (
    {{- status_instruments('met') }}
),

answers as (
    select met.*, instruments.* except (collected_variables)
    from met
    inner join instruments on met.collected_variables = instruments.collected_variables
),

final as (
    {{- unit_indicators('person', 'answers') }}
)

select * from final
