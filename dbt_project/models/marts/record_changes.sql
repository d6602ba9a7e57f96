{{ config(materialized='incremental', incremental_strategy='append', pre_hook='{{ forget_changed_waves() }}') }}

select
    survey_code,
    wave,
    table_name,
    delivery_id,
    previous_delivery_id,
    record_key,
    change
from {{ ref('int_record_changes') }}
