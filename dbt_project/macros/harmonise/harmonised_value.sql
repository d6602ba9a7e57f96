{# A harmonised variable from the meta of its column; an answer as the type of its variable. #}


{% macro harmonised_value(column, variable) -%}
    {%- set meta = column.config.meta if column else {} -%}
    {%- if meta.sql is defined -%}
        cast({{ meta.sql }} as {{ variable.type }})
    {%- elif meta.codes is defined -%}
        case {{ answer(meta['from']) }}
            {% for text, code in meta.codes.items() -%}
            when {{ text_literal(text | trim) }} then {{ code_literal(code, variable.type) }}
            {% endfor -%}
        end
    {%- elif meta['from'] is defined -%}
        {%- set missing = [] -%}
        {%- for text in meta.get('not_stated', []) -%}{%- do missing.append(text_literal(text | trim)) -%}{%- endfor -%}
        {{ typed(
            'case when ' ~ answer(meta['from']) ~ ' not in (' ~ missing | join(', ') ~ ') then ' ~ answer(meta['from']) ~ ' end'
            if missing else answer(meta['from']), variable.type
        ) }}
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


{# A raw answer as a type. Whole numbers go through double and floor, so that engines agree on '4.0'. #}
{% macro typed(expression, type) -%}
    {%- if expression == 'null' -%} cast(null as {{ type }})
    {%- elif type == 'string' -%} {{ expression }}
    {%- elif type in ('int', 'bigint') -%} cast(floor(try_cast({{ expression }} as double)) as {{ type }})
    {%- elif type == 'date' -%} try_cast(substr({{ expression }}, 1, 10) as date)
    {%- else -%} try_cast({{ expression }} as {{ type }})
    {%- endif -%}
{%- endmacro %}
