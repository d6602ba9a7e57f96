{# What changed between a wave of a survey and the one before it: the same comparison as between a status and its reference
   group, with the wave on side S and the one before on side R. #}


{# Each wave beside the one before it. The order is that of the reference periods. #}
{% macro wave_pairs(under_build=true) -%}
    select survey_code, wave, reference
    from (
        select
            waves.survey_code,
            waves.wave,
            waves.is_under_build,
            lag(waves.wave) over (partition by waves.survey_code order by periods.time_period, waves.wave) as reference,
            lag(waves.is_under_build) over (
                partition by waves.survey_code order by periods.time_period, waves.wave
            ) as is_reference_under_build
        from {{ build_input('waves') }} as waves
        inner join ({{ wave_facts() }}) as periods on waves.survey_code = periods.survey_code and waves.wave = periods.wave
    ) as ordered
    where reference is not null{{ ' and (is_under_build or is_reference_under_build)' if under_build }}
{%- endmacro %}


{# The records of the surveys that have such a pair: of the mart, since the other wave of a pair is often not under build. #}
{% macro met_in_pairs(table) -%}
    select met.*, surveys.forced_status
    from {{ ref(table) }} as met
    inner join ({{ survey_facts() }}) as surveys on met.survey_code = surveys.survey_code
    where met.survey_code in (select pairs.survey_code from ({{ wave_pairs() }}) as pairs)
{%- endmacro %}


{# Before the mart takes in changes: drop those that are computed again, and those of pairs that are no more. #}
{% macro forget_changed_pairs() -%}
    {%- if holds_waves() -%}
    delete from {{ this }}
    where
        dimension = 'wave'
        and (
            survey_code || '/' || wave || '/' || reference in (
                select survey_code || '/' || wave || '/' || reference from ({{ wave_pairs() }}) as changed
            )
            or survey_code || '/' || wave || '/' || reference not in (
                select survey_code || '/' || wave || '/' || reference from ({{ wave_pairs(under_build=false) }}) as known
            )
        )
    {%- else -%}
    select 1
    {%- endif -%}
{%- endmacro %}


{# Rows on the two sides of each pair, once for all and once for each code of the status. Samples of their own share no
   sampling unit, so that the strata of both waves are apart; the declaration says where waves return to the same PSUs. #}
{% macro wave_sides(unit, relation, pairs) -%}
    {%- set status = 'mig_status' if unit == 'person' else 'hh_mig' -%}
    {%- set codes = ["'_T'"] + gap_columns(status) -%}
    {%- for code in codes %}
    {{ 'union all' if not loop.first }}
    select
        {{ relation }}.* except (wave, stratum{{ ', hh_mig' if unit != 'person' }}),
        {{ pairs }}.wave,
        {{ pairs }}.reference,
        case when {{ relation }}.wave = {{ pairs }}.wave then 'S' else 'R' end as side,
        {{ relation ~ '.' ~ code if not loop.first else code }} as {{ status }},
        case
            when {{ relation }}.survey_code in {{ text_literals(surveys_that_share_psus()) }} then {{ relation }}.stratum
            else {{ relation }}.wave || '/' || coalesce({{ relation }}.stratum, '')
        end as stratum
    from {{ relation }}
    inner join {{ pairs }}
        on
            {{ relation }}.survey_code = {{ pairs }}.survey_code
            and {{ relation }}.wave in ({{ pairs }}.wave, {{ pairs }}.reference)
    {%- endfor %}
{%- endmacro %}


{% macro surveys_that_share_psus() -%}
    {%- set found = [''] -%}
    {%- for survey, declared in var('surveys').items() if declared.design.waves_share_psus -%}
        {%- do found.append(survey) -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}


{# Difference and ratio of the two waves. The codes of the status in the same margin, and all together, are one family. #}
{% macro unit_changes(unit, relation) -%}
    {%- set status = 'mig_status' if unit == 'person' else 'hh_mig' -%}
    {%- set design = estimate_design(relation) -%}
    {%- do design.update({'groups': ['survey_code', 'wave', 'reference']}) -%}
    {{ survey_contrasts(relation, design, indicator_list(unit, false), [[status], [status, 'sex']], raw_contrasts()) }}
{%- endmacro %}


{# The form that all comparisons share. #}
{% macro long_changes(unit, relation) -%}
    {%- set status = 'mig_status' if unit == 'person' else 'hh_mig' -%}
    {%- set keys = [
        ['dimension', "'wave'"], ['status', 'gaps.wave'], ['reference', 'gaps.reference'],
        ['mig_status', 'gaps.mig_status' if unit == 'person' else none], ['hh_mig', 'gaps.hh_mig' if unit != 'person' else none],
        ['ref_area', none], ['sex', 'gaps.sex'], ['age', none],
    ] -%}
    {{ paired_figures(
        unit, "(select * from %s where n_obs_a > 0 and n_obs_b > 0 and sex <> '_X' and %s <> '')" % (relation, status), keys
    ) }}
{%- endmacro %}
