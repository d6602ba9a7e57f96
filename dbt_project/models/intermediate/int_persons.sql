{{ config(meta={'of': 'persons'}) }}

{%- set design = ['stratum', 'psu', 'fpc', 'replicate_weights', 'interview_date'] -%}
{%- set of_household = household_places() -%}
{%- set from_household = design + of_household -%}
with staged as (
    {{ union_staged('persons') }}
),

households as (
    select * from {{ ref('int_households') }}
),

surveys as (
    {{ survey_facts() }}
),

-- members carry the design, the date and the place of their household where their own table does not hold them
final as (
    select
        staged.* except ({{ (['weight', 'collected_variables'] + from_household) | join(', ') }}),
        surveys.country_code,
        surveys.forced_status,
        surveys.lonely_psu,
        cast(coalesce(staged.weight, households.weight, 1) as decimal(18, 6)) as weight,
        {% for name in from_household -%}
        coalesce(staged.{{ name }}, households.{{ name }}) as {{ name }},
        {% endfor -%}
        staged.collected_variables
        {%- for name in of_household %}
        || case
            when households.collected_variables like '%|{{ name }}|%' and staged.collected_variables not like '%|{{ name }}|%'
                then '{{ name }}|'
            else ''
        end
        {%- endfor %} as collected_variables
    from staged
    inner join surveys on staged.survey_code = surveys.survey_code
    left join households
        on
            staged.survey_code = households.survey_code
            and staged.wave = households.wave
            and staged.household_key = households.record_key
)

select * from final
