{# The dimensions of the cube, in the order of the public tables. #}
{% macro cube_dimensions() -%}
    {{ return(['ref_area', 'mig_status', 'hh_mig', 'birth', 'citizenship', 'sex', 'age', 'urbanisation']) }}
{%- endmacro %}


{# Per survey, wave and unit: has_<dimension> is 1 where a code other than total and not collected was seen. #}
{% macro collected_dimensions(relation) -%}
    select
        survey_code,
        wave,
        unit
        {%- for dim in cube_dimensions() %},
        max(case when {{ dim }} not in ('_T', '_X') then 1 else 0 end) as has_{{ dim }}
        {%- endfor %}
    from {{ relation }}
    where share_of is null
    group by survey_code, wave, unit
{%- endmacro %}


{# A cell `_X` of a dimension that the survey did not collect repeats the total. A share of `_X` in a distribution does not. #}
{% macro repeats_the_total(estimates, collected) -%}
    {%- for dim in cube_dimensions() %}
        ({{ estimates }}.{{ dim }} = '_X' and {{ collected }}.has_{{ dim }} = 0 and coalesce({{ estimates }}.share_of, '') <> '{{ dim }}')
        {{- ' or' if not loop.last }}
    {%- endfor %}
{%- endmacro %}


{# The indicator is published by every dimension that the cell is broken down by. #}
{% macro is_published_by(estimates) -%}
    {%- for dim in cube_dimensions() %}
        ({{ estimates }}.{{ dim }} in ('_T', '_Z') or {{ estimates }}.disaggregations like '%|{{ dim }}|%'){{ ' and' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
