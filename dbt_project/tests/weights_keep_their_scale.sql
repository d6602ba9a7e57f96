{# The weights of a wave lie on the scale of the wave before: normalised in one wave and expanding to the population in the
   other, they would pass for a growing population. A smaller sample changes the mean and not the sum of weights that expand,
   the sum and not the mean of normalised ones; another scale changes both. Made-up waves are compared among themselves. #}
with weights as (
    {%- for table in ['persons', 'households', 'institutions'] %}
    select
        survey_code, wave, is_synthetic, '{{ table }}' as table_name,
        avg(cast(weight as double)) as mean_weight, sum(cast(weight as double)) as sum_of_weights
    from {{ ref(table) }}
    group by survey_code, wave, is_synthetic
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

compared as (
    select
        *,
        mean_weight / lag(mean_weight) over (
            partition by survey_code, table_name, is_synthetic order by {{ wave_order('wave') }}
        ) as mean_change,
        sum_of_weights / lag(sum_of_weights) over (
            partition by survey_code, table_name, is_synthetic order by {{ wave_order('wave') }}
        ) as sum_change
    from weights
),

surveys as (
    {{ survey_facts() }}
)

select compared.survey_code, compared.wave, compared.table_name
from compared
inner join surveys on compared.survey_code = surveys.survey_code
where
    least(mean_change, sum_change) > surveys.max_weight_change
    or greatest(mean_change, sum_change) < 1 / surveys.max_weight_change
