{{ config(materialized='waves') }}

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
