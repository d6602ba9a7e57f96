{%- for code, indicator in var('catalogue').indicators.items() %}
select
    '{{ code }}' as indicator_code,
    {{ text_literal(indicator.name) }} as indicator_label,
    '{{ indicator.units | join(' ') }}' as unit,
    '{{ indicator.kind }}' as kind,
    {{ text_literal(indicator.numerator) }} as numerator,
    {{ text_literal(indicator.denominator) }} as denominator,
    {{ text_literal(indicator.universe) }} as universe,
    '{{ indicator.unit_measure }}' as unit_measure,
    '{{ indicator.polarity }}' as polarity,
    {{ text_literal(indicator.sdg | join(' ')) }} as sdg,
    {{ text_literal(indicator.gcm | join(' ')) }} as gcm,
    '{{ indicator.definition_version }}' as definition_version
{{ 'union all' if not loop.last }}
{%- endfor %}
