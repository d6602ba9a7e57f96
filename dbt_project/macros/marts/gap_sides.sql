{# Which groups are compared, and the rows on either side. #}


{# The code that each dimension's others are compared with: {dimension: code}. #}
{% macro gap_references(unit) -%}
    {%- set references = {'mig_status': 'NM', 'birth': 'NB', 'citizenship': 'CIT', 'hh_mig': 'H_NON'} -%}
    {{ return(references if unit == 'person' else {'hh_mig': references.hh_mig}) }}
{%- endmacro %}


{# The codes that are compared: all but totals, what is not known, and the reference with its parts. #}
{% macro gap_codes(dimension, reference) -%}
    {%- set list = catalogue('disaggregations').dimensions[dimension].codes -%}
    {%- set codes = [] -%}
    {%- for code in catalogue('code_lists')[list] if code[0] != '_' and reference not in code_path(list, code) -%}
        {%- do codes.append(code) -%}
    {%- endfor -%}
    {{ return(codes) }}
{%- endmacro %}


{# The columns that hold a dimension's codes: one per level of the status. #}
{% macro gap_columns(dimension) -%}
    {{ return(['mig_status_l1', 'mig_status_l2', 'mig_status_l3'] if dimension == 'mig_status' else [dimension]) }}
{%- endmacro %}


{# The codes that a survey wave holds, each a comparison with its reference. #}
{% macro gap_pairs(unit, relation) -%}
    {%- for dimension, reference in gap_references(unit).items() %}
    {%- set outer = loop %}
    {%- for column in gap_columns(dimension) %}
    {{ 'union all' if not (outer.first and loop.first) }}
    select survey_code, wave, '{{ dimension }}' as dimension, {{ column }} as status
    from {{ relation }}
    where {{ column }} in {{ text_literals(gap_codes(dimension, reference)) }}
    group by survey_code, wave, {{ column }}
    {%- endfor %}
    {%- endfor %}
{%- endmacro %}


{# Rows on the sides of comparisons: a record stands in each that has its code, on side S, and one of a reference in all
   of its dimension, on side R. Once more every record without a side, since variances need the whole design. #}
{% macro gap_sides(unit, relation, pairs) -%}
    {%- for dimension, reference in gap_references(unit).items() %}
    {%- for column in gap_columns(dimension) %}
    select {{ relation }}.*, '{{ dimension }}' as dimension, {{ column }} as status, 'S' as side
    from {{ relation }}
    where {{ column }} in {{ text_literals(gap_codes(dimension, reference)) }}
    union all
    {%- endfor %}
    select {{ relation }}.*, {{ pairs }}.dimension, {{ pairs }}.status, 'R' as side
    from {{ relation }}
    inner join {{ pairs }}
        on {{ relation }}.survey_code = {{ pairs }}.survey_code
        and {{ relation }}.wave = {{ pairs }}.wave
        and {{ pairs }}.dimension = '{{ dimension }}'
    where {{ relation }}.{{ gap_columns(dimension)[0] }} = '{{ reference }}'
    union all
    {%- endfor %}
    select {{ relation }}.*, '' as dimension, '' as status, '' as side
    from {{ relation }}
{%- endmacro %}
