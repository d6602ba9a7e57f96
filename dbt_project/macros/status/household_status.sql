{# The household's flags (Y, N, _U, _X) from its own answers and its members, and its exclusive status. #}

{# Per flag: is it true of a member, unknown of a member, and was a member asked. #}
{%- macro household_member_sums() -%}
    {%- for name, flag in catalogue('migratory_status').household_flags.items() if flag.members %}
    {%- set rules = status_rules_under(flag.of) if flag.of else [] %}
    max(case when {{ flag.members }} then 1 else 0 end) as {{ name }}_any,
    max(case when is_usual_resident and ({{ flag.members }}) is null then 1 else 0 end) as {{ name }}_open,
    max(case when {{ ('asks_' ~ rules | join(' or asks_')) if rules else 'false' }} then 1 else 0 end) as {{ name }}_asked,
    {%- endfor %}
    count(*) as n_rows
{%- endmacro %}

{%- macro household_flag(name, flag) -%}
    {%- set answer = flag.answer -%}
    case
        when {{ ([answer] if answer else []) | join }}{{ ' or ' if answer and flag.members }}{{ (name ~ '_any = 1') if flag.members }} then 'Y'
        {%- if answer %}
        when {{ was_asked(answer) }} and {{ answer }} is null then '_U'
        {%- endif %}
        {%- if flag.of %}
        when {{ name }}_asked = 1 and {{ name }}_open = 1 then '_U'
        when {{ name }}_asked = 1 then 'N'
        {%- endif %}
        {%- if answer %}
        when {{ was_asked(answer) }} then 'N'
        {%- endif %}
        else '_X'
    end as {{ name }}
{%- endmacro %}

{%- macro household_flags() -%}
    {%- for name, flag in catalogue('migratory_status').household_flags.items() %}
    {{ household_flag(name, flag) }}{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{%- macro household_status() -%}
    {%- set status = catalogue('migratory_status') -%}
    case
        {%- for rule in status.household | rejectattr('residual') %}
        when {{ rule.when }} then '{{ rule.code }}'
        {%- endfor %}
        when '_U' in ({{ status.household_flags | join(', ') }}) then '_U'
        {%- for rule in status.household | selectattr('residual') %}
        when {{ rule.when }} then '{{ rule.code }}'
        {%- endfor %}
        else '_X'
    end
{%- endmacro %}
