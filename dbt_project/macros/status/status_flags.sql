{# Flags beside the one status: building blocks that precedence must not hide. #}

{# True where any rule of the code is, whatever rule won; null where unknown or not asked, and where the status stops above
   the code: such answers could not tell. #}
{%- macro status_flags(relation) -%}
    {%- for flag, code in catalogue('migratory_status').flags.items() %}
    {%- set rules = status_rules_under(code) %}
    case
        when ms_contradiction is not null and forced_status is null then null
        when {{ relation }}.mig_status in {{ text_literals(codes_under('CL_MIG_STATUS', code)) }} then true
        {%- set above = code_path('CL_MIG_STATUS', code)[:-1] %}
        {%- if above %}
        when {{ relation }}.mig_status in {{ text_literals(above) }} then null
        {%- endif %}
        when asks_{{ rules | join(' or asks_') }} then {{ rules | join(' or ') }}
    end as {{ flag }}{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{# Native-born or foreign-born by present borders. #}
{%- macro birth_code() -%}
case
        when birth_country = country_code then 'NB'
        when birth_country is not null then 'FB'
        when asked_birth_country then '_U'
        else '_X'
    end
{%- endmacro %}

{# Citizen, foreign citizen or stateless. #}
{%- macro citizenship_code() -%}
case
        when is_stateless then 'STL'
        when citizenship_country = country_code then 'CIT'
        when citizenship_country is not null then 'NON'
        when asked_citizenship_country then '_U'
        else '_X'
    end
{%- endmacro %}

{# Came back in the pandemic: the return lies in March 2020 or later. #}
{%- macro is_covid_return() -%}
coalesce(return_date >= date '2020-03-01', interview_month - months_since_return >= 2020 * 12 + 3)
{%- endmacro %}

{# Born in another republic of the USSR before it ended (1991-12-26): foreign-born by present borders only. The age at
   the interview bounds the day of birth to a year; where that year holds the last day the flag is null. #}
{%- macro is_border_change() -%}
{%- set interview_day = "(extract(year from interview_date) * 10000 + extract(month from interview_date) * 100 + extract(day from interview_date))" -%}
born_abroad
    and country_code {{ status_sql('in former_ussr') }}
    and birth_country {{ status_sql('in former_ussr') }}
    and case
        when {{ interview_day }} - age * 10000 < 19911226 then true
        when {{ interview_day }} - (age + 1) * 10000 >= 19911225 then false
    end
{%- endmacro %}
