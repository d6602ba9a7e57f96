{{ config(materialized='incremental', incremental_strategy='append', pre_hook='{{ forget_changed_waves() }}') }}

select
    survey_code,
    wave,
    table_name,
    variable,
    raw_column,
    answer,
    n_records,
    n_answers
from {{ ref('int_unmapped_answers') }}
