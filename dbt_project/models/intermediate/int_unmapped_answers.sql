{%- for model_name in all_models_under_build() %}
-- depends_on: {{ ref(model_name) }}
{%- endfor %}
{{ unmapped_answers() }}
