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
    {%- set codes = catalogue('code_lists').CL_MIG_STATUS -%}
    {%- for rule in catalogue('migratory_status').rules if code in codes[rule.code].path -%}
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
