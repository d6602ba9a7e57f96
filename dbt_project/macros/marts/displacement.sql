{# What key informants count: the migratory status of the displaced, their unit, and the variable of `locations`. #}
{% macro displacement_counts() -%}
    {{ return([
        ('IN_IDP', 'household', 'n_idp_households'), ('IN_IDP', 'person', 'n_idp_persons'),
        ('IN_IDPR', 'household', 'n_returnee_households'), ('IN_IDPR', 'person', 'n_returnee_persons'),
    ]) }}
{%- endmacro %}


{# Counts by location and round in long form, with the file that tells them. Rows that sum up others are none; a location
   that a file tells in several rows has their sum. #}
{% macro told_counts(relation) -%}
    {%- for status, unit, variable in displacement_counts() %}
    select
        country_code,
        survey_code,
        wave as told_in,
        coalesce(round_wave, wave) as round_wave,
        coalesce(location_code, record_key) as location_code,
        '{{ status }}' as mig_status,
        '{{ unit }}' as unit,
        coalesce(max(ref_area), '_U') as ref_area,
        bool_or(is_synthetic) as is_synthetic,
        cast(sum({{ variable }}) as bigint) as n_told
    from {{ relation }}
    where {{ variable }} is not null and not coalesce(is_subtotal, false)
    group by country_code, survey_code, wave, coalesce(round_wave, wave), coalesce(location_code, record_key)
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}


{# The place of a wave among those of its survey: by year, then by the number of the round, quarter or month. #}
{% macro wave_order(wave) -%}
try_cast(substr({{ wave }}, 1, 4) as int) * 1000 + coalesce(try_cast(substr({{ wave }}, 6) as int), 0)
{%- endmacro %}
