{# DM01: the shares of the statuses at the top of the list are all there is, in every cell. #}
{%- set tops = [] -%}
{%- for code, entry in catalogue('code_lists').CL_MIG_STATUS.items() if not entry.parent and code not in ['_T', '_Z'] -%}
    {%- do tops.append(code) -%}
{%- endfor -%}
select survey_code, wave, ref_area, hh_mig, sex, age, urbanisation, breakdown, sum(obs_value) as total
from {{ ref('indicator_estimates') }}
where indicator_code = 'DM01' and mig_status in {{ text_literals(tops) }} and birth = '_T' and citizenship = '_T'
group by survey_code, wave, ref_area, hh_mig, sex, age, urbanisation, breakdown
having abs(sum(obs_value) - 100) > 0.0001
