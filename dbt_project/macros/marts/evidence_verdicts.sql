{# What the comparison with the report says of a figure, and what it is judged by. #}


{# The waves that the marts hold; recency 1 is the latest of a survey. #}
{% macro waves_held() -%}
    select
        survey_code,
        wave,
        time_period,
        is_synthetic,
        row_number() over (partition by survey_code order by time_period desc nulls last, wave desc nulls last) as recency
    from {{ ref('indicator_coverage') }}
    group by survey_code, wave, time_period, is_synthetic
{%- endmacro %}


{# Two relations agree in these columns. #}
{% macro same_columns(one, other, columns) -%}
    {%- for column in columns -%}
    {{ one }}.{{ column }} = {{ other }}.{{ column }}{{ ' and ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}


{# An estimate passes within its tolerance or within 1.96 standard errors of the report, whichever is wider; a number of
   records within its tolerance; a sign by its direction. #}
{% macro comparison_result() -%}
    case
        when is_undelivered then 'no_data'
        when difference is null then 'not_collected'
        when counted then case when abs(difference) <= tolerance then 'reconciled' else 'differs' end
        when relation = '='
            then case when abs(difference) <= greatest(tolerance, 1.96 * coalesce(std_error, 0)) then 'within' else 'outside' end
        when relation = '>' and difference > 0 or relation = '<' and difference < 0 then 'holds'
        else 'fails'
    end
{%- endmacro %}


{# Of the results of a figure's signs the one that decides: what is missing, then what fails. #}
{% macro deciding_result(result) -%}
    coalesce(
        {%- for decides in ['no_data', 'not_collected', 'fails'] %}
        max(case when {{ result }} = '{{ decides }}' then {{ result }} end) over (partition by figure_id),
        {%- endfor %}
        {{ result }}
    )
{%- endmacro %}


{# What tells one estimate from another. #}
{% macro cell_columns() -%}
    {{ return(['survey_code', 'wave', 'indicator_code'] + cube_dimensions() + ['breakdown']) }}
{%- endmacro %}


{# What a comparison shows of ours: where it stands, how sure it is, how far it lies from the report. #}
{% macro comparison_columns(relation) -%}
    {%- set names = ['survey_code', 'wave', 'time_period'] + cube_dimensions() + [
        'breakdown', 'obs_value', 'std_error', 'ci_lower', 'ci_upper', 'n_obs', 'reliability', 'compared_value', 'difference',
        'tolerance',
    ] -%}
    {%- for name in names -%}
        {{ relation }}.{{ name }}{{ ',\n        ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}
