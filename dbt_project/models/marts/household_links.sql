{{ config(meta={'of': 'households'}, materialized='waves') }}

select survey_code, wave, record_key, household_link
from {{ ref('int_households__status') }}
where household_link is not null
