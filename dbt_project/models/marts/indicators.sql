{{ config(meta={'of': 'catalogue'}) }}

{%- set rows = [] -%}
{%- for code, indicator in var('catalogue').indicators.items() -%}
    {%- do rows.append([
        code, indicator.name, indicator.units | join(' '), indicator.kind, indicator.numerator, indicator.denominator,
        indicator.universe, indicator.unit_measure, indicator.polarity, indicator.sdg | join(' '), indicator.gcm | join(' '),
        indicator.definition_version,
    ]) -%}
{%- endfor -%}
{{ literal_rows({
    'indicator_code': 'string', 'indicator_label': 'string', 'unit': 'string', 'kind': 'string', 'numerator': 'string',
    'denominator': 'string', 'universe': 'string', 'unit_measure': 'string', 'polarity': 'string', 'sdg': 'string',
    'gcm': 'string', 'definition_version': 'string',
}, rows) }}
