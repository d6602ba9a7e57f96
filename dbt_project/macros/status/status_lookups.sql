{# What a decision means: lookups by the name of the rule and by the code. #}

{# The lookup of decisions: code, rule number and basis. #}
{%- macro status_decisions() -%}
    {%- set status = catalogue('migratory_status') -%}
    select * from (values
        {%- for rule in status.rules %}
        ('{{ rule.name }}', '{{ rule.code }}', {{ rule.rule }}, '{{ rule.basis }}'),
        {%- endfor %}
        ('by_design', null, {{ status.outcomes.by_design.rule }}, 'DESIGN'),
        ('not_stated', '{{ status.outcomes.not_stated.code }}', {{ status.outcomes.not_stated.rule }}, null),
        ('not_collected', '{{ status.outcomes.not_collected.code }}', {{ status.outcomes.not_collected.rule }}, null)
    ) as t (decision, code, ms_rule, ms_basis)
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
