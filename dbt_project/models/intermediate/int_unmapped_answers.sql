{%- for model_name in all_staging_models() %}
-- depends_on: {{ ref(model_name) }}
{%- endfor %}
{{ unmapped_answers() }}
