{# How far an estimate carries, by the profile of the catalogue. #}
{%- macro reliability_rule(kind='estimator') -%}
{{ est_reliability_rule(catalogue('reliability'), kind) }}
{%- endmacro %}

{%- macro reliability(kind='estimator') -%}
{{ est_reliability(reliability_rule(kind)) }}
{%- endmacro %}
