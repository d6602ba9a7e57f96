{{ config(meta={'of': 'locations'}) }}

{{ unit_records('locations') }}
