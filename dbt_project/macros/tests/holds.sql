{# A condition that no row may break; unknown does not break it. #}
{% test holds(model, condition) %}
    select * from {{ model }} where not ({{ condition }})
{% endtest %}
