{# Every code of a dimension stands in its list. #}
{%- set dimensions = catalogue('disaggregations').dimensions -%}
{%- for dim, entry in dimensions.items() if entry.codes %}
select survey_code, wave, '{{ dim }}' as dimension, {{ dim }} as code
from {{ ref('indicator_estimates') }}
where {{ dim }} is null or {{ dim }} not in {{ text_literals(catalogue('code_lists')[entry.codes]) }}
union all
{%- endfor %}
select survey_code, wave, 'breakdown' as dimension, breakdown as code
from {{ ref('indicator_estimates') }}
where breakdown is null or breakdown not in {{ text_literals(catalogue('code_lists').CL_BREAKDOWN) }}
union all
select survey_code, wave, 'persons.mig_status' as dimension, mig_status as code
from {{ ref('persons') }}
where mig_status is null or mig_status not in {{ text_literals(catalogue('code_lists').CL_MIG_STATUS) }}
union all
select survey_code, wave, dimension, status as code
from {{ ref('migrant_gaps') }}
where
    {%- for dim, entry in dimensions.items() if entry.codes %}
    (dimension = '{{ dim }}' and status not in {{ text_literals(catalogue('code_lists')[entry.codes]) }}){{ ' or' if not loop.last }}
    {%- endfor %}
