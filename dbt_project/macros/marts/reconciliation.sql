{# Two surveys of a country that speak of the same thing: what stands beside what, in long form. #}


{# Estimates of no margin but the area. #}
{% macro area_estimates(estimates) -%}
    select *
    from {{ estimates }}
    where {% for dim in cube_dimensions() if dim != 'ref_area' %}{{ dim }} = '_T'{{ ' and ' if not loop.last }}{% endfor %}
{%- endmacro %}


{# Surveys whose areas all lie in one area of a wider survey of the country: codes begin with that of the area above. #}
{% macro surveys_within(estimates) -%}
    with areas as (
        select distinct country_code, survey_code, wave, ref_area
        from {{ estimates }}
        where ref_area not in ('_T', '_U', '_X', '_Z')
    )

    select
        part.survey_code, part.wave, whole.survey_code as other_survey_code, whole.wave as other_wave, whole.ref_area
    from areas as part
    inner join areas as whole on part.country_code = whole.country_code and part.survey_code <> whole.survey_code
    group by part.survey_code, part.wave, whole.survey_code, whole.wave, whole.ref_area
    having
        min(case when part.ref_area = whole.ref_area or position(whole.ref_area || '-' in part.ref_area) = 1 then 1 else 0 end) = 1
        and max(case when exists (
            select 1 from areas as wider
            where
                wider.survey_code = whole.survey_code and wider.wave = whole.wave
                and wider.ref_area <> whole.ref_area and position(whole.ref_area || '-' in wider.ref_area) <> 1
        ) then 1 else 0 end) = 1
{%- endmacro %}


{# A local survey's total beside the wider survey's figure of the same area, and of all its areas. #}
{% macro local_and_national(estimates) -%}
    select
        own.country_code, own.survey_code, own.wave, own.time_period, own.indicator_code as measure, own.breakdown,
        pairs.ref_area, pairs.ref_area as own_area, other.ref_area as other_area, own.unit_measure,
        own.obs_value, own.std_error, own.n_obs, own.definition_version,
        other.survey_code as other_survey_code, other.wave as other_wave, other.time_period as other_time_period,
        other.obs_value as other_value, other.std_error as other_std_error, other.n_obs as other_n_obs,
        other.definition_version as other_definition_version,
        own.is_synthetic or other.is_synthetic as is_synthetic
    from ({{ surveys_within(estimates) }}) as pairs
    inner join ({{ area_estimates(estimates) }}) as own
        on pairs.survey_code = own.survey_code and pairs.wave = own.wave and own.ref_area = '_T'
    inner join ({{ area_estimates(estimates) }}) as other
        on
            pairs.other_survey_code = other.survey_code and pairs.other_wave = other.wave
            and other.ref_area in ('_T', pairs.ref_area)
            and own.indicator_code = other.indicator_code and own.breakdown = other.breakdown
            and own.unit_measure = other.unit_measure
{%- endmacro %}


{# Returnees by area and in all: those that the institutions of a survey count, and those that a survey of persons met. #}
{% macro returnee_sums(relation, counted, is_counted) -%}
    select
        country_code, survey_code, wave, time_period, coalesce(ref_area, '_T') as ref_area,
        cast(round(sum(weight * {{ counted }}), 2) as double) as n_returnees,
        count({{ counted }}) as n_obs,
        bool_or(is_synthetic) as is_synthetic
    from (select * replace (coalesce(ref_area, '_U') as ref_area) from {{ relation }} where {{ is_counted }}) as counted
    group by grouping sets (
        (country_code, survey_code, wave, time_period, ref_area), (country_code, survey_code, wave, time_period)
    )
{%- endmacro %}
