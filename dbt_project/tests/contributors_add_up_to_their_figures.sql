-- who stands behind a figure that is not broken down is everybody in its leaves, with an answer and without
with summed as (
    select survey_code, wave, indicator_code, breakdown, sum(n_obs) as n_obs, sum(n_dk) as n_dk
    from {{ ref('contributors') }}
    group by survey_code, wave, indicator_code, breakdown
)

select estimates.survey_code, estimates.wave, estimates.indicator_code, estimates.breakdown
from {{ ref('indicator_estimates') }} as estimates
left join summed
    on
        estimates.survey_code = summed.survey_code
        and estimates.wave = summed.wave
        and estimates.indicator_code = summed.indicator_code
        and estimates.breakdown = summed.breakdown
where
    {% for dim in cube_dimensions() %}estimates.{{ dim }} = '_T'{{ ' and ' if not loop.last }}{% endfor %}
    and (coalesce(summed.n_obs, 0) <> estimates.n_obs or coalesce(summed.n_dk, 0) <> coalesce(estimates.n_dk, 0))
