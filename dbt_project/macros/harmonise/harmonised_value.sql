{# A harmonised variable from the meta of its column; an answer as the type of its variable. #}


{% macro harmonised_value(column, variable) -%}
    {%- set meta = column.config.meta if column else {} -%}
    {%- if meta.sql is defined -%}
        cast({{ meta.sql }} as {{ variable.type }})
    {%- elif meta.get('items') -%}
        {{ item_score(meta.get('items'), no_answers(meta)) }}
    {%- elif meta.codes is defined -%}
        case {{ answer(meta['from']) }}
            {% for text, code in meta.codes.items() -%}
            when {{ text_literal(text | trim) }} then {{ code_literal(code, variable.type) }}
            {% endfor -%}
        end
    {%- elif meta['from'] is defined -%}
        {{ typed(given_answer(meta['from'], no_answers(meta)), variable.type) }}
    {%- else -%}
        cast(null as {{ variable.type }})
    {%- endif -%}
{%- endmacro %}


{# A code as a value of its variable's type. #}
{% macro code_literal(code, type) -%}
    {%- if type == 'boolean' -%} {{ code | string | lower }}
    {%- elif type == 'string' -%} {{ text_literal(code) }}
    {%- else -%} cast({{ text_literal(code) }} as {{ type }})
    {%- endif -%}
{%- endmacro %}


{% macro answer(column) -%}nullif(trim({{ quoted(column) }}), ''){%- endmacro %}


{# What of from, sql and items a column names. #}
{% macro sources_of(meta) -%}
    {%- for key in ('from', 'sql', 'items') if key in meta %}{{ key }} {% endfor -%}
{%- endmacro %}


{# The answers that are none, as literals: asked and not stated, or not asked. Empty text where there are none. #}
{% macro no_answers(meta) -%}
    {%- for text in meta.get('not_stated', []) | list + meta.get('not_asked', []) | list -%}
        {{ text_literal(text | trim) }}{{ ', ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}


{# An answer, null where it is none. #}
{% macro given_answer(column, missing) -%}
    {%- if missing -%} case when {{ answer(column) }} not in ({{ missing }}) then {{ answer(column) }} end
    {%- else -%} {{ answer(column) }}
    {%- endif -%}
{%- endmacro %}


{# A raw answer as a type. Whole numbers go through double and floor, so that engines agree on '4.0'. #}
{% macro typed(expression, type) -%}
    {%- if expression == 'null' -%} cast(null as {{ type }})
    {%- elif type == 'string' -%} {{ expression }}
    {%- elif type in ('int', 'bigint') -%} cast(floor(try_cast({{ expression }} as double)) as {{ type }})
    {%- elif type == 'date' -%} try_cast(substr({{ expression }}, 1, 10) as date)
    {%- else -%} try_cast({{ expression }} as {{ type }})
    {%- endif -%}
{%- endmacro %}
