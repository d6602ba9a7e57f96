{{ config(meta={'of': 'institutions'}) }}

with institutions as (
    select * from {{ ref('int_institutions') }}
),

final as (
    select
        {{ record_columns('institutions', 'institutions') }},
        '_Z' as mig_status,
        0 as ms_rule,
        '{{ catalogue('migratory_status').version }}' as ms_version
    from institutions
)

select * from final
