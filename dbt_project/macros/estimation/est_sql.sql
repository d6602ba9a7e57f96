{# Small pieces of SQL text that every step needs. Pure text in, text out. #}

{# One number of the file, in the type whose sums the design asks for. DECIMAL sums do not depend on the order of rows.
   A weight has 18 digits and a value 19, so that their product has 128 bits: DuckDB keeps a product of two 18s in 64. #}
{%- macro est_number(plan, expression, digits=19) -%}
cast({{ expression }} as {{ 'decimal(' ~ digits ~ ', 6)' if plan.sum_type == 'decimal' else 'double' }})
{%- endmacro %}

{# Whether a row counts, as 1 or 0: of all types the one whose product with a weight is cheapest. #}
{%- macro est_share(plan, expression) -%}
cast({{ expression }} as {{ 'int' if plan.sum_type == 'decimal' else 'double' }})
{%- endmacro %}

{# A text literal. #}
{%- macro est_text(value) -%}
'{{ (value ~ "") | replace("'", "''") }}'
{%- endmacro %}

{# `a, b,` : leading columns of a select list, each followed by a comma. #}
{%- macro est_columns(columns, prefix='') -%}
{%- for column in columns %}{{ prefix }}{{ column }}, {% endfor -%}
{%- endmacro %}

{# The same inside a list: `u.a, u.b`. #}
{%- macro est_each(prefix, columns) -%}
{%- for column in columns %}{{ prefix }}{{ column }}{{ ', ' if not loop.last }}{% endfor -%}
{%- endmacro %}

{# Dims in one order: '_T' where this margin is not broken down. #}
{%- macro est_margin_codes(dims, keys) -%}
{%- for dim in dims -%}
{{ dim if dim in keys else ("'_T' as " ~ dim) }}, {% endfor -%}
{%- endmacro %}

{%- macro est_group_by(columns, prefix='') -%}
{%- for column in columns %}{{ 'group by ' if loop.first }}{{ prefix }}{{ column }}{{ '' if loop.last else ', ' }}{% endfor -%}
{%- endmacro %}

{# Plain equality: no key is ever null ('_U' is a missing code, '_T' a total). #}
{%- macro est_on(left, right, columns) -%}
{%- for column in columns -%}
{{ left }}.{{ column }} = {{ right }}.{{ column }}{{ '' if loop.last else ' and ' }}
{%- else -%}
1 = 1
{%- endfor -%}
{%- endmacro %}

{# Windows over a whole survey. #}
{%- macro est_over_groups(plan, prefix='') -%}
over ({% for group in plan.groups %}{{ 'partition by ' if loop.first }}{{ prefix }}{{ group }}{{ '' if loop.last else ', ' }}{% endfor %})
{%- endmacro %}
