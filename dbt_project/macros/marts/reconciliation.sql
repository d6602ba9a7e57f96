{# Two surveys of a country that speak of the same thing: what stands beside what. One survey is ours, the other the one it
   is held against; both parts have the columns of `reconciliation_columns`. #}


{# The columns of a part of the table: what is measured, then each side, told apart by `other_`. #}
{% macro reconciliation_columns() -%}
    {%- set columns = ['reconciliation', 'country_code', 'measure', 'breakdown', 'mig_status', 'unit_measure', 'ref_area', 'other_area'] -%}
    {%- for prefix in ['', 'other_'] -%}
        {%- for name in ['survey_code', 'wave', 'time_period', 'value', 'std_error', 'n_obs', 'n_missing', 'reliability'] -%}
            {%- do columns.append(prefix ~ name) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(columns + ['is_same_definition', 'is_synthetic']) }}
{%- endmacro %}


{# Whether the area is the wider one or lies in it: its code begins with that of the area above. #}
{% macro lies_in(area, wider) -%}
    ({{ area }} = {{ wider }} or substr({{ area }}, 1, length({{ wider }}) + 1) = {{ wider }} || '-')
{%- endmacro %}


{# Estimates of no margin but area and migratory status. The total of a distribution is 100 and its status not collected 0 or
   100 by definition, which says nothing of a difference. #}
{% macro area_estimates(estimates) -%}
    select *
    from {{ estimates }}
    where
        obs_value is not null
        {%- for dim in cube_dimensions() if dim not in ('ref_area', 'mig_status') %}
        and {{ dim }} = '_T'
        {%- endfor %}
        {%- for code, indicator in catalogue('indicators').items() if indicator.kind == 'distribution' %}
        and not (indicator_code = '{{ code }}' and mig_status in ('_T', '_X'))
        {%- endfor %}
{%- endmacro %}


{# Surveys whose areas all lie in one area of a survey of the country that knows areas outside of it too. #}
{% macro surveys_within(estimates) -%}
    with areas as (
        select distinct country_code, survey_code, wave, ref_area
        from {{ estimates }}
        where ref_area not in ('_T', '_U', '_X', '_Z')
    ),

    partial as (
        select one.country_code, one.survey_code, one.wave, one.ref_area
        from areas as one
        inner join areas as another on one.survey_code = another.survey_code and one.wave = another.wave
        group by one.country_code, one.survey_code, one.wave, one.ref_area
        having min(case when {{ lies_in('another.ref_area', 'one.ref_area') }} then 1 else 0 end) = 0
    )

    select
        areas.survey_code, areas.wave, partial.survey_code as other_survey_code, partial.wave as other_wave, partial.ref_area
    from areas
    inner join partial on areas.country_code = partial.country_code and areas.survey_code <> partial.survey_code
    group by areas.survey_code, areas.wave, partial.survey_code, partial.wave, partial.ref_area
    having min(case when {{ lies_in('areas.ref_area', 'partial.ref_area') }} then 1 else 0 end) = 1
{%- endmacro %}


{# A local survey's figures of all its areas beside the wider survey's of the same area, and of all of its own. #}
{% macro local_and_national(estimates) -%}
    select
        'LOCAL_NATIONAL' as reconciliation, own.country_code, own.indicator_code as measure, own.breakdown, own.mig_status,
        own.unit_measure, pairs.ref_area, other.ref_area as other_area,
        own.survey_code, own.wave, own.time_period, own.obs_value as value, own.std_error, own.n_obs, own.n_dk as n_missing,
        own.reliability,
        other.survey_code as other_survey_code, other.wave as other_wave, other.time_period as other_time_period,
        other.obs_value as other_value, other.std_error as other_std_error, other.n_obs as other_n_obs,
        other.n_dk as other_n_missing, other.reliability as other_reliability,
        own.definition_version = other.definition_version as is_same_definition,
        own.is_synthetic or other.is_synthetic as is_synthetic
    from ({{ surveys_within(estimates) }}) as pairs
    inner join ({{ area_estimates(estimates) }}) as own
        on pairs.survey_code = own.survey_code and pairs.wave = own.wave and own.ref_area = '_T'
    inner join ({{ area_estimates(estimates) }}) as other
        on
            pairs.other_survey_code = other.survey_code and pairs.other_wave = other.wave
            and other.ref_area in ('_T', pairs.ref_area)
            and own.indicator_code = other.indicator_code and own.breakdown = other.breakdown
            and own.mig_status = other.mig_status and own.unit_measure = other.unit_measure
{%- endmacro %}


{# Returnees by area and in all; `counted` is the number that a record adds, null where it is not known. #}
{% macro returnee_sums(relation, counted, where) -%}
    select
        country_code,
        survey_code,
        wave,
        time_period,
        coalesce(area, '_T') as area,
        cast(sum(weight * counted) as double) as n_returnees,
        count(counted) as n_obs,
        count(*) - count(counted) as n_missing,
        bool_or(is_synthetic) as is_synthetic
    from (
        select
            country_code, survey_code, wave, time_period, weight, is_synthetic,
            coalesce(ref_area, '_U') as area, {{ counted }} as counted
        from {{ relation }}
        where {{ where }}
    ) as records
    group by grouping sets (
        (country_code, survey_code, wave, time_period, area), (country_code, survey_code, wave, time_period)
    )
{%- endmacro %}


{# The returnees that the institutions of a country count beside those that a survey of its people met, by area and in all.
   An area that only one of them knows stays. #}
{% macro returnee_counts(institutions, persons) -%}
    with counted as (
        {{ returnee_sums(institutions, 'n_returnees', was_asked('n_returnees')) }}
    ),

    met as (
        {{ returnee_sums(
            persons,
            "case when mig_status_l1 = 'RT' then 1 when mig_status_l1 not in ('_U', '_X') then 0 end",
            "mig_status_l1 <> '_X'",
        ) }}
    ),

    areas as (
        select counted.survey_code, counted.wave, met.survey_code as other_survey_code, met.wave as other_wave, counted.area
        from counted
        inner join met on counted.country_code = met.country_code and met.area = '_T'
        union
        select counted.survey_code, counted.wave, met.survey_code as other_survey_code, met.wave as other_wave, met.area
        from counted
        inner join met on counted.country_code = met.country_code and counted.area = '_T'
    )

    select
        'RETURNEES' as reconciliation, own_all.country_code, 'n_returnees' as measure, '_T' as breakdown, 'RT' as mig_status,
        'PS' as unit_measure, areas.area as ref_area, areas.area as other_area,
        areas.survey_code, areas.wave, own_all.time_period, own.n_returnees as value, cast(null as double) as std_error,
        coalesce(own.n_obs, 0) as n_obs, coalesce(own.n_missing, 0) as n_missing, cast(null as string) as reliability,
        areas.other_survey_code, areas.other_wave, other_all.time_period as other_time_period,
        other.n_returnees as other_value, cast(null as double) as other_std_error,
        coalesce(other.n_obs, 0) as other_n_obs, coalesce(other.n_missing, 0) as other_n_missing, cast(null as string) as other_reliability,
        cast(null as boolean) as is_same_definition,
        own_all.is_synthetic or other_all.is_synthetic as is_synthetic
    from areas
    inner join counted as own_all
        on areas.survey_code = own_all.survey_code and areas.wave = own_all.wave and own_all.area = '_T'
    inner join met as other_all
        on areas.other_survey_code = other_all.survey_code and areas.other_wave = other_all.wave and other_all.area = '_T'
    left join counted as own
        on areas.survey_code = own.survey_code and areas.wave = own.wave and areas.area = own.area
    left join met as other
        on areas.other_survey_code = other.survey_code and areas.other_wave = other.wave and areas.area = other.area
{%- endmacro %}
