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
        {%- if (meta['from'] is defined) == (meta.sql is defined) -%}
            {%- do exceptions.raise_compiler_error(place ~ 'needs either from or sql in its meta') -%}
        {%- endif -%}
        {%- if meta['from'] is defined and meta['from'] not in passing -%}
            {%- do exceptions.raise_compiler_error(
                place ~ "raw column '" ~ meta['from'] ~ "' does not pass the border of delivery.yml"
            ) -%}
        {%- endif -%}
        {%- set list = variables[name].codes -%}
        {%- for code in meta.get('codes', {}).values() if list and code | string not in lists[list] -%}
            {%- do exceptions.raise_compiler_error(place ~ "code '" ~ code ~ "' is not in " ~ list) -%}
        {%- endfor -%}
    {%- endfor -%}
{%- endmacro %}
