{# Rows written out, as a relation: {column: type} and a list of rows, each a list of values. One scan of values, since an
   engine makes a plan of its own for each select of a union. Text is written here: a call per value takes longer than all
   the rest. #}
{% macro literal_rows(columns, rows) -%}
    select
        {%- for name, type in columns.items() %}
        cast({{ name }} as {{ type }}) as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from (values
        {%- for row in rows or [[none] * (columns | length)] %}
        ({% for value in row -%}
            {%- if value is string %}'{{ value | replace("'", "''") }}'{% else %}{{ literal(value) }}{% endif %}{{ ', ' if not loop.last }}
        {%- endfor %}){{ ',' if not loop.last }}
        {%- endfor %}
    ) as written ({{ columns | join(', ') }})
    {%- if not rows %}
    where 1 = 0
    {%- endif %}
{%- endmacro %}


{# A value as SQL takes it. #}
{% macro literal(value) -%}
    {%- if value is none or value is undefined -%} null
    {%- elif value is boolean -%} {{ value | lower }}
    {%- elif value is number -%} {{ value }}
    {%- else -%} {{ text_literal(value) }}
    {%- endif -%}
{%- endmacro %}
