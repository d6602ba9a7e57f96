{{ config(meta={'of': 'households'}) }}

{{ unit_records('households') }}
