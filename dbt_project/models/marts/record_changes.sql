{{ config(materialized='waves') }}

select
    survey_code,
    wave,
    table_name,
    delivery_id,
    previous_delivery_id,
    record_key,
    change
from {{ ref('int_record_changes') }}
