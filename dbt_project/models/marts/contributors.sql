{{ config(materialized='waves') }}

-- depends_on: {{ ref('int_persons__indicators') }}
-- depends_on: {{ ref('int_households__indicators') }}
-- depends_on: {{ ref('int_institutions__indicators') }}
{%- set units = ['person', 'household', 'institution'] %}
{%- set keys = ['survey_code', 'wave', 'unit'] + cube_dimensions() + ['indicator'] %}
{%- set indicators = {} %}
{%- for unit in units %}{% do indicators.update({unit: contributor_list(unit)}) %}{% endfor %}
with {% for unit in units %}{{ unit }}_leaves as (
    {{ contributor_leaves(unit, indicators[unit]) }}
),

{% endfor -%}
counted as (
    {% for unit in units %}
    select *, '{{ unit }}' as unit from ({{ contributor_counts(unit, indicators[unit]) }}) as of_{{ unit }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

contributed as (
    {% for unit in units %}
    select *, '{{ unit }}' as unit from ({{ contributions(unit, indicators[unit]) }}) as of_{{ unit }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

ranked as (
    select
        *,
        row_number() over (partition by {{ keys | join(', ') }}, part order by abs(amount) desc) as place
    from contributed
),

amounts as (
    select
        {{ keys | join(', ') }},
        {{ contribution_figures() }}
    from ranked
    group by {{ keys | join(', ') }}
),

listed as (
    {% for unit in units %}
    select '{{ unit }}' as unit, indicator, indicator_code, breakdown
    from ({{ indicator_facts(indicators[unit]) }}) as of_{{ unit }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

surveys as (
    {{ survey_facts() }}
),

final as (
    select
        surveys.country_code,
        counted.survey_code,
        counted.wave,
        counted.unit,
        listed.indicator_code,
        listed.breakdown,
        {%- for dim in cube_dimensions() %}
        counted.{{ dim }},
        {%- endfor %}
        cast(counted.n_obs as bigint) as n_obs,
        cast(counted.n_yes as bigint) as n_yes,
        cast(counted.n_dk as bigint) as n_dk,
        cast(counted.n_key as bigint) as n_key,
        cast(counted.yes_key as bigint) as yes_key
        {%- for part in ['y', 'x'] %}{% for figure in ['sum', 'absolute', 'largest', 'second'] %},
        cast(amounts.{{ part }}_{{ figure }} as decimal(24, 4)) as {{ part }}_{{ figure }}
        {%- endfor %}{% endfor %}
    from counted
    inner join listed on counted.unit = listed.unit and counted.indicator = listed.indicator
    inner join surveys on counted.survey_code = surveys.survey_code
    left join amounts
        on {% for key in keys %}counted.{{ key }} = amounts.{{ key }}{{ ' and ' if not loop.last }}{% endfor %}
)

select * from final
