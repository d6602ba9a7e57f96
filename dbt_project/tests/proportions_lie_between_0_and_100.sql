{# A ratio in percent may pass 100, a share may not. #}
select estimates.survey_code, estimates.wave, estimates.indicator_code, estimates.obs_value
from {{ ref('indicator_estimates') }} as estimates
inner join {{ ref('indicators') }} as indicators on estimates.indicator_code = indicators.indicator_code
where indicators.kind in ('prop', 'distribution') and not estimates.obs_value between 0 and 100
