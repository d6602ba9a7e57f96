{# What the catalogue (var 'catalogue', from include/catalogue) says, in the shapes that models need. #}

{# A part of the catalogue: migratory_status, indicators, variables, … #}
{%- macro catalogue(part) -%}
    {{ return(var('catalogue')[part]) }}
{%- endmacro %}

{# The codes from the top of the list down to this one: ['IM', 'IM_PRO', 'IM_REF']. #}
{%- macro code_path(code_list, code) -%}
    {{ return(var('catalogue').code_lists[code_list][code].path) }}
{%- endmacro %}

{# The code and all below it. #}
{%- macro codes_under(code_list, code) -%}
    {%- set found = [] -%}
    {%- for other, entry in var('catalogue').code_lists[code_list].items() if code in entry.path -%}
        {%- do found.append(other) -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}

{# A text literal, and a list of them for `in`, written out: a call per text takes longer than all the rest. #}
{%- macro text_literal(text) -%}
'{{ text | string | replace("'", "''") }}'
{%- endmacro %}

{%- macro text_literals(texts) -%}
({% for text in texts %}'{{ text | string | replace("'", "''") }}'{{ ', ' if not loop.last }}{% endfor %})
{%- endmacro %}

{# Whether the instrument asked the variable; collected_variables reads '|sex|age|'. #}
{%- macro was_asked(variable) -%}
position('|{{ variable }}|' in collected_variables) > 0
{%- endmacro %}

{# A dimension's code: not stated where asked, not collected where not. #}
{%- macro dimension_code(column, variable=none) -%}
coalesce(cast({{ column }} as string), case when {{ was_asked(variable or column) }} then '_U' else '_X' end)
{%- endmacro %}

{# The columns that estimates need of a record, whatever its unit. #}
{%- macro design_columns() -%}
survey_code, wave, country_code, record_key, weight, stratum, psu, fpc, replicate_weights, lonely_psu
{%- endmacro %}

{# The columns that every unit-level model carries beside its variables. #}
{%- macro technical_columns() -%}
    {{ return([
        'survey_code', 'wave', 'country_code', 'interview_date', 'delivery_id', 'record_key', 'household_key',
        'household_link', 'weight', 'stratum', 'psu', 'fpc', 'replicate_weights', 'lonely_psu', 'forced_status', 'collected_variables',
    ]) }}
{%- endmacro %}

{# Technical columns and variables of a table, qualified. #}
{%- macro record_columns(table, relation) -%}
    {%- set names = technical_columns() + (catalogue('variables')[table] | list) -%}
    {%- for name in names -%}
    {{ relation }}.{{ name }}{{ ',\n        ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}
