{{ config(materialized='incremental', incremental_strategy='append', pre_hook='{{ forget_changed_waves() }}') }}

select * from {{ ref("int_unmapped_answers") }}
