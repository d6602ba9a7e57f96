with households as (
    select * from {{ ref('int_households__status') }}
),

final as (
    select
        {{ design_columns() }},
        hh_mig,
        {{ dimension_code('head_sex') }} as sex,
        {{ dimension_code('urbanisation') }} as urbanisation,
        {{ dimension_code('ref_area') }} as ref_area,
        {{- indicator_columns('household') }}
    from households
)

select * from final
