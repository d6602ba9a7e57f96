{# Whoever has a figure for a group has one for all. #}
select survey_code, wave, indicator_code
from {{ ref('indicator_estimates') }}
group by survey_code, wave, indicator_code
having sum(case when breakdown = '_T' {% for dim in cube_dimensions() %}and {{ dim }} = '_T' {% endfor %}then 1 else 0 end) <> 1
