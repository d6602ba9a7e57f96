{# What the estimate models hand to survey_estimates. Units are person, household, institution. #}

{# The indicators of a unit: what survey_estimates reads (name, kind, ci, y, x, n_dk) and what the long form says of it
   (indicator_code, breakdown, dimension and dimension_code of a distribution, unit_measure, definition_version,
   disaggregations).
   distribution: true only the shares of DM01, false all others. The two have margins of their own. #}
{%- macro indicator_list(unit, distribution=false) -%}
    {%- set found = [] -%}
    {%- for part in parts_under_build(unit, distribution) -%}
        {%- set entry = {
            'name': part.name, 'kind': part.kind, 'ci': part.ci, 'y': part.name ~ '__y', 'n_dk': part.name ~ '__dk',
            'indicator_code': part.code, 'breakdown': part.breakdown, 'dimension': part.dimension,
            'dimension_code': part.dimension_code, 'unit_measure': part.unit_measure,
            'definition_version': part.definition_version, 'disaggregations': part.disaggregations,
        } -%}
        {%- if part.x -%}{%- do entry.update({'x': part.name ~ '__x'}) -%}{%- endif -%}
        {%- do found.append(entry) -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}

{# The margins of a unit, but those by a dimension that no survey under build asks: there is nothing but `_X` to break
   down by. mig_status stands for its levels mig_status_l1, _l2, _l3, of which a margin holds one at most.
   A record without a code at a level has '' there: the caller drops those cells, since the level above has them. #}
{%- macro margin_list(unit, distribution=false) -%}
    {%- set shares = [] -%}
    {%- if distribution -%}
        {%- for indicator in catalogue('indicators').values() if unit in indicator.units -%}
            {%- do shares.extend(indicator.of) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- set left_out = shares + dimensions_not_asked(unit) -%}
    {%- set found = [] -%}
    {%- for margin in catalogue('disaggregations').margins[unit ~ 's'] if not (margin | select('in', left_out) | list) -%}
        {%- for level in (['l1', 'l2', 'l3'] if 'mig_status' in margin and unit == 'person' else ['l1']) -%}
            {%- set keys = [] -%}
            {%- for dim in margin -%}{%- do keys.append('mig_status_' ~ level if dim == 'mig_status' else dim) -%}{%- endfor -%}
            {%- do found.append(keys) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}

{# Dimensions that are `_X` in every record under build: each is asked by one variable. #}
{%- macro dimensions_not_asked(unit) -%}
    {%- set instruments = instruments_under_build(unit ~ 's') -%}
    {%- set found = [] -%}
    {%- for dimension in ['sex', 'age', 'birth', 'urbanisation', 'ref_area']
        if instruments is not none and not is_asked_together(dimension_variables(dimension, unit), instruments) -%}
        {%- do found.append(dimension) -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}

{# The age band of CL_AGE. #}
{%- macro age_band() -%}
case
        when age < 15 then 'Y0T14'
        when age < 25 then 'Y15T24'
        when age < 35 then 'Y25T34'
        when age < 45 then 'Y35T44'
        when age < 55 then 'Y45T54'
        when age < 65 then 'Y55T64'
        when age >= 65 then 'Y_GE65'
    end
{%- endmacro %}
