{# Each rule is evaluated once, as a column; the first that is true decides. #}

{# The terms that rules use; each may use those above it. #}
{%- macro status_terms() -%}
    extract(year from interview_date) * 12 + extract(month from interview_date) as interview_month,
    extract(year from return_date) * 12 + extract(month from return_date) as return_month,
    interview_month - return_month as months_since_return_date
    {%- for name, term in catalogue('migratory_status').terms.items() %},
    {{ status_sql(term.sql) }} as {{ name }}
    {%- endfor %}
{%- endmacro %}

{# One column per rule: true, false, or null where an answer is missing; false where the rule was not asked. #}
{%- macro status_conditions() -%}
    {%- for rule in catalogue('migratory_status').rules %}
    case when asks_{{ rule.name }} then {{ status_sql(rule.when) }} else false end as {{ rule.name }},
    {%- endfor %}
    case
        {%- for item in catalogue('migratory_status').contradictions %}
        when {{ status_sql(item.when) }} then {{ text_literal(item.flag) }}
        {%- endfor %}
    end as ms_contradiction
{%- endmacro %}

{# How each rule came out, a letter per rule in their order: T true, F false, U open for want of an answer, - not asked. #}
{%- macro status_trace() -%}
    {%- for rule in catalogue('migratory_status').rules %}
    case when not asks_{{ rule.name }} then '-' when {{ rule.name }} then 'T' when not {{ rule.name }} then 'F' else 'U' end
    {{- ' ||' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{# The first rule that is true; a residual rule only where no other is open. #}
{%- macro status_decision() -%}
    {%- set rules = catalogue('migratory_status').rules -%}
    case
        when forced_status is not null then 'by_design'
        when ms_contradiction is not null then 'not_stated'
        {%- for rule in rules | rejectattr('residual') %}
        when {{ rule.name }} then {{ text_literal(rule.name) }}
        {%- endfor %}
        when {{ rules | rejectattr('residual') | map(attribute='name') | join(' is null or ') }} is null then 'not_stated'
        {%- for rule in rules | selectattr('residual') %}
        when {{ rule.name }} then {{ text_literal(rule.name) }}
        {%- endfor %}
        {%- for rule in rules | selectattr('residual') %}
        when asks_{{ rule.name }} then 'not_stated'
        {%- endfor %}
        else 'not_collected'
    end as decision
{%- endmacro %}
