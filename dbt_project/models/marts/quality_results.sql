with results as (
    select * from {{ build_input('quality_results') }}
),

deliveries as (
    select * from {{ ref('deliveries') }}
),

final as (
    select
        deliveries.survey_code,
        deliveries.wave,
        results.delivery_id,
        results.position,
        results.table_name,
        results.rule,
        results.severity,
        results.n_failed,
        results.n_rows,
        results.reason
    from results
    inner join deliveries on results.delivery_id = deliveries.delivery_id
)

select * from final
