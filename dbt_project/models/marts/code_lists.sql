{%- set rows = [] -%}
{%- for list, codes in var('catalogue').code_lists.items() -%}
    {%- for code, entry in codes.items() -%}
        {%- for language, label in entry.labels.items() -%}{%- do rows.append([list, code, entry.parent, language, label]) -%}{%- endfor -%}
    {%- endfor -%}
{%- endfor -%}
{{ literal_rows({
    'code_list': 'string', 'code': 'string', 'parent_code': 'string', 'language_code': 'string', 'code_label': 'string',
}, rows) }}
