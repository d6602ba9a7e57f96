{%- set rows = [] -%}
{%- for list, codes in var('catalogue').code_lists.items() -%}
    {%- for code, entry in codes.items() -%}
        {%- for language, label in entry.labels.items() -%}{%- do rows.append((list, code, entry.parent, language, label)) -%}{%- endfor -%}
    {%- endfor -%}
{%- endfor -%}
{%- for list, code, parent, language, label in rows %}
select
    '{{ list }}' as code_list, '{{ code }}' as code, {{ nullable_text(parent) }} as parent_code,
    '{{ language }}' as language_code, {{ text_literal(label) }} as code_label
{{ 'union all' if not loop.last }}
{%- endfor %}
