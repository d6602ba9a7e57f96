{{ config(meta={'of': 'institutions'}) }}

{{ unit_records('institutions') }}
