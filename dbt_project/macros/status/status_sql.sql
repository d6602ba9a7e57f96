{# From the rules of include/catalogue/migratory_status.yml to SQL: each rule is evaluated once, as a column. #}

{# A declared condition with its thresholds and lists written out. #}
{%- macro status_sql(condition) -%}
    {%- set status = catalogue('migratory_status') -%}
    {%- set written = namespace(sql=condition) -%}
    {%- for name, value in status.thresholds.items() -%}
        {%- set written.sql = modules.re.sub('\\b' ~ name ~ '\\b', value | string, written.sql) -%}
    {%- endfor -%}
    {%- for name, codes in status.lists.items() -%}
        {%- set written.sql = modules.re.sub('\\b' ~ name ~ '\\b', text_literals(codes), written.sql) -%}
    {%- endfor -%}
    {{ return(written.sql) }}
{%- endmacro %}

{# Whether the instrument asked what a rule needs. #}
{%- macro status_rule_asked(rule) -%}
    {%- set parts = [] -%}
    {%- for name in rule.needs -%}{%- do parts.append('asked_' ~ name) -%}{%- endfor -%}
    {%- if rule.needs_any -%}{%- do parts.append('(asked_' ~ rule.needs_any | join(' or asked_') ~ ')') -%}{%- endif -%}
    {%- for name in rule.without -%}{%- do parts.append('not asked_' ~ name) -%}{%- endfor -%}
    {{- parts | join(' and ') -}}
{%- endmacro %}

{# The names of the rules that give a code or one below it. #}
{%- macro status_rules_under(code) -%}
    {%- set names = [] -%}
    {%- for rule in catalogue('migratory_status').rules if code in code_path('CL_MIG_STATUS', rule.code) -%}
        {%- do names.append(rule.name) -%}
    {%- endfor -%}
    {{ return(names) }}
{%- endmacro %}

{# One row per instrument (set of collected variables): what it asked, which rules that allows, and whether all. #}
{%- macro status_instruments(relation) -%}
    {%- set rules = catalogue('migratory_status').rules %}
    select
        *,
        asks_{{ rules | rejectattr('without') | map(attribute='name') | join(' and asks_') }} as is_complete
    from (
        select
            *
            {%- for rule in rules %},
            {{ status_rule_asked(rule) }} as asks_{{ rule.name }}
            {%- endfor %}
        from (
            select
                collected_variables
                {%- for name in catalogue('variables').persons %},
                {{ was_asked(name) }} as asked_{{ name }}
                {%- endfor %}
            from {{ relation }}
            group by collected_variables
        ) as questions
    ) as rules
{%- endmacro %}

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

{# The lookup of decisions: code, rule number, basis, and whether the person is a usual resident. #}
{%- macro status_decisions() -%}
    {%- set status = catalogue('migratory_status') -%}
    select * from (values
        {%- for rule in status.rules %}
        ('{{ rule.name }}', '{{ rule.code }}', {{ rule.rule }}, '{{ rule.basis }}', {{ rule.resident | lower }}),
        {%- endfor %}
        ('by_design', null, {{ status.outcomes.by_design.rule }}, 'DESIGN', true),
        ('not_stated', '{{ status.outcomes.not_stated.code }}', {{ status.outcomes.not_stated.rule }}, null, true),
        ('not_collected', '{{ status.outcomes.not_collected.code }}', {{ status.outcomes.not_collected.rule }}, null, true)
    ) as t (decision, code, ms_rule, ms_basis, is_resident_rule)
{%- endmacro %}

{# The lookup of codes: each with its code at the three levels of the list, null below its own. #}
{%- macro status_levels() -%}
    select * from (values
        {%- for code in catalogue('code_lists').CL_MIG_STATUS %}
        {%- set path = code_path('CL_MIG_STATUS', code) %}
        ('{{ code }}'
        {%- for level in range(3) %}, {{ text_literal(path[level]) if path | length > level else 'null' }}{% endfor %}){{ ',' if not loop.last }}
        {%- endfor %}
    ) as t (mig_status, mig_status_l1, mig_status_l2, mig_status_l3)
{%- endmacro %}
