{# Stop a staging model whose mapping can't be right; the message names the model, the column and the remedy. #}
{% macro check_mapping(node, variables) -%}
    {%- set lists = var('catalogue')['code_lists'] -%}
    {%- set passing = var('surveys')[staged_survey(node.name)].tables[staged_table(node.name)] -%}
    {%- for name, column in node.columns.items() -%}
        {%- set meta = column.config.meta -%}
        {%- set place = node.name ~ '.yml, column ' ~ name ~ ': ' -%}
        {%- if name not in variables -%}
            {%- do exceptions.raise_compiler_error(place ~ 'is no harmonised variable of include/catalogue/variables.yml') -%}
        {%- endif -%}
        {%- if sources_of(meta).split() | length != 1 -%}
            {%- do exceptions.raise_compiler_error(place ~ 'needs either from, sql or items in its meta') -%}
        {%- endif -%}
        {%- for raw in raw_columns_of(meta) if raw not in passing -%}
            {%- do exceptions.raise_compiler_error(place ~ "raw column '" ~ raw ~ "' does not pass the border of delivery.yml") -%}
        {%- endfor -%}
        {%- do check_answers(place, meta) -%}
        {%- set list = variables[name].codes -%}
        {%- for code in meta.get('codes', {}).values() if list and code | string not in lists[list] -%}
            {%- do exceptions.raise_compiler_error(place ~ "code '" ~ code ~ "' is not in " ~ list) -%}
        {%- endfor -%}
    {%- endfor -%}
{%- endmacro %}


{# The raw columns that a mapping reads, an expression aside. #}
{% macro raw_columns_of(meta) -%}
    {{ return([meta['from']] if 'from' in meta else meta.get('items', {}).get('from', [])) }}
{%- endmacro %}


{# Answers are text and stand once. YAML reads an unquoted no, yes, on or off as a boolean, which no answer is; an unquoted
   01 as a number. #}
{% macro check_answers(place, meta) -%}
    {%- set known = [] -%}
    {%- set coded = meta.get('codes', {}).keys() | list + meta.get('items', {}).get('codes', {}).keys() | list -%}
    {%- for answer in coded + meta.get('not_stated', []) | list + meta.get('not_asked', []) | list -%}
        {%- if answer is not string -%}
            {%- do exceptions.raise_compiler_error(
                place ~ 'YAML reads the answer ' ~ answer ~ ' as no text; put it in quotes as the export spells it, e.g. "no"'
            ) -%}
        {%- endif -%}
        {%- if answer | trim in known -%}
            {%- do exceptions.raise_compiler_error(
                place ~ "the answer '" ~ answer | trim ~ "' stands twice in codes, not_stated and not_asked; keep one"
            ) -%}
        {%- endif -%}
        {%- do known.append(answer | trim) -%}
    {%- endfor -%}
{%- endmacro %}
