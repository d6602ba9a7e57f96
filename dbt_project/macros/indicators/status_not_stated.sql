{# Where too few persons state their migratory status for figures by status to be compared. #}

{# The weighted share of persons whose status is not stated, in percent. One row per survey and wave. #}
{%- macro status_not_stated(estimates) -%}
    select survey_code, wave, max(obs_value) as not_stated
    from {{ estimates }}
    where
        share_of = 'mig_status' and mig_status = '_U' and breakdown = '_T'
        {%- for dim in cube_dimensions() if dim != 'mig_status' %} and {{ dim }} = '_T'{% endfor %}
    group by survey_code, wave
{%- endmacro %}

{# Whether a cell tells statuses apart. #}
{%- macro is_by_status(estimates) -%}
    {{ estimates }}.unit = 'person' and {{ estimates }}.mig_status <> '_T'
{%- endmacro %}

{# Whether statuses are not ranked, for want of those that are stated. #}
{%- macro is_unranked(not_stated) -%}
    coalesce({{ not_stated }}, 0) > {{ catalogue('reliability').status_unranked_above }}
{%- endmacro %}

{# What a user of figures by status must be told; null where enough state theirs. #}
{%- macro status_note(not_stated) -%}
    case
        when {{ is_unranked(not_stated) }}
            then 'Migratory status is not stated for ' || cast(cast({{ not_stated }} as decimal(5, 1)) as string)
                || ' % of persons: statuses cannot be ranked.'
        when {{ not_stated }} > {{ catalogue('reliability').status_noted_above }}
            then 'Migratory status is not stated for ' || cast(cast({{ not_stated }} as decimal(5, 1)) as string) || ' % of persons.'
    end
{%- endmacro %}
