{{ config(meta={'of': 'institutions'}) }}

with institutions as (
    select * from {{ ref('int_institutions__status') }}
),

final as (
    select
        {{ design_columns() }},
        mig_status as mig_status_l1,
        {{ dimension_code('ref_area') }} as ref_area,
        {{- indicator_columns('institution') }}
    from institutions
)

select * from final
