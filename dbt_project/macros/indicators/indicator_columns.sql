{# From include/catalogue/indicators.yml to the wide columns of int_<unit>__indicators:
   <code>__y, <code>__x and <code>__dk; of a component <code>_<component>__y; of a distribution one y per dimension and
   code, dm01__mig_status__im__y. A y is null outside the universe, without a valid answer, and where the survey did not
   ask what the indicator needs. #}

{# Every column set of a unit: {name, code, breakdown, dimension, dimension_code, kind, ci, y, x, where, dont_know, needs,
   instead, absent, disaggregations}.
   distribution: true only those of a distribution, false all others; without, all. The shares of codes are costly to list. #}
{%- macro indicator_parts(unit, distribution=none) -%}
    {%- set parts = [] -%}
    {%- for code, indicator in catalogue('indicators').items()
        if unit in indicator.units and (distribution is none or (indicator.kind == 'distribution') == distribution) -%}
        {%- if indicator.kind == 'distribution' -%}
            {%- do parts.extend(distribution_parts(code, indicator)) -%}
        {%- else -%}
            {%- do parts.append(indicator_part(code, indicator, '_T', indicator)) -%}
            {%- for key, component in indicator.components.items() if unit in (component.units or indicator.units) -%}
                {%- do parts.append(indicator_part(code, indicator, key, component)) -%}
            {%- endfor -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(parts) }}
{%- endmacro %}

{# Those that a survey under build can fill. An indicator whose questions none of them asked would be null in every row, and
   makes the queries wider by as much as one that is there. The first of each list stays, so that no list is empty. #}
{%- macro parts_under_build(unit, distribution=none) -%}
    {%- set instruments = instruments_under_build(unit ~ 's') -%}
    {%- set found, lists = [], [] -%}
    {%- for part in indicator_parts(unit, distribution) -%}
        {%- set is_share = catalogue('indicators')[part.code].kind == 'distribution' -%}
        {%- if instruments is none or is_share not in lists or is_asked_together(part.needs, instruments)
            or (part.instead and is_asked_together(part.instead, instruments)) -%}
            {%- do found.append(part) -%}
        {%- endif -%}
        {%- do lists.append(is_share) -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}

{# Whether one of the instruments asks all of the variables. #}
{%- macro is_asked_together(variables, instruments) -%}
    {%- set found = [] -%}
    {%- for asked in instruments if not (variables | reject('in', asked) | list) -%}{%- do found.append(asked) -%}{%- endfor -%}
    {{ return(found | length > 0) }}
{%- endmacro %}

{%- macro indicator_part(code, indicator, breakdown, formula) -%}
    {%- set terms, where = indicator.terms, formula.where or indicator.where or 'true' -%}
    {{ return({
        'name': code | lower ~ ('' if breakdown == '_T' else '_' ~ breakdown | lower),
        'code': code, 'breakdown': breakdown, 'dimension': none, 'dimension_code': none,
        'kind': formula.kind or indicator.kind, 'ci': none,
        'y': with_terms(formula.y, terms) if terms else formula.y, 'x': with_terms(formula.x, terms) if terms else formula.x,
        'where': with_terms(where, terms) if terms else where, 'dont_know': indicator.dont_know,
        'needs': formula.needs or indicator.needs, 'instead': formula.instead if formula.needs else indicator.instead,
        'absent': indicator.absent, 'unit_measure': formula.unit_measure or indicator.unit_measure,
        'disaggregations': indicator_disaggregations(indicator), 'definition_version': indicator.definition_version,
    }) }}
{%- endmacro %}

{# An expression with the terms that it names written out; a term may name those above it. #}
{%- macro with_terms(expression, terms) -%}
    {%- set written = namespace(sql=expression) -%}
    {%- if expression -%}
        {%- for name in terms | reverse -%}
            {%- set written.sql = modules.re.sub('\\b' ~ name ~ '\\b', '(' ~ terms[name] ~ ')', written.sql) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(written.sql) }}
{%- endmacro %}

{# The dimensions an indicator is published by. #}
{%- macro indicator_disaggregations(indicator) -%}
    {{ return((catalogue('disaggregations').always | list + indicator.of | list + indicator.disaggregations | list) | unique | list) }}
{%- endmacro %}

{# The share of each code; of a code that the instrument can't tell there is no share, rather than none of it. Then the same of
   each variant. #}
{%- macro distribution_parts(code, indicator) -%}
    {%- set parts = distribution_shares(code, indicator, '_T', 'true') -%}
    {%- for key, variant in indicator.variants.items() -%}
        {%- do parts.extend(distribution_shares(code, indicator, key, status_sql(variant.where))) -%}
    {%- endfor -%}
    {{ return(parts) }}
{%- endmacro %}

{# The total and the shares of those for whom `where` is true; of a variant at the top of each code list only. The total is
   100 % whoever is drawn: unlike that of Korn and Graubard, the interval t says so. #}
{%- macro distribution_shares(code, indicator, breakdown, where) -%}
    {%- set name = code | lower ~ ('' if breakdown == '_T' else '_' ~ breakdown | lower) -%}
    {%- set total = {
        'name': name, 'code': code, 'breakdown': breakdown, 'dimension': none, 'dimension_code': none,
        'kind': 'prop', 'ci': 't', 'y': 'true', 'x': none, 'where': where, 'dont_know': 'false', 'needs': [], 'absent': false,
        'unit_measure': indicator.unit_measure, 'definition_version': indicator.definition_version,
        'disaggregations': indicator_disaggregations(indicator),
    } -%}
    {%- set parts = [total] -%}
    {%- for dimension in indicator.of -%}
        {%- set code_list = catalogue('disaggregations').dimensions[dimension].codes -%}
        {%- for other, entry in catalogue('code_lists')[code_list].items()
            if other not in ['_T', '_Z'] and 'EM' not in code_path(code_list, other) and (breakdown == '_T' or not entry.parent) -%}
            {%- set part = dict(total) -%}
            {%- do part.update({
                'name': [name, dimension, other | lower | replace('_', '', 1) if other[0] == '_' else other | lower] | join('__'),
                'dimension': dimension, 'dimension_code': other, 'ci': none,
                'y': dimension ~ ' in ' ~ text_literals(codes_under(code_list, other)),
                'where': distribution_reach(dimension, code_list, other) ~ ('' if breakdown == '_T' else ' and (' ~ where ~ ')'),
            }) -%}
            {%- do parts.append(part) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(parts) }}
{%- endmacro %}

{# Where the instrument could have found the code. #}
{%- macro distribution_reach(dimension, code_list, code) -%}
    {%- if code in ['_U', '_X'] -%}
        {{ return('true') }}
    {%- elif dimension == 'mig_status' -%}
        {%- set rules = status_rules_under(code) -%}
        {{ return('(' ~ (['forced_status in ' ~ text_literals(codes_under(code_list, code))] + (['forced_status is null and (asks_' ~ rules | join(' or asks_') ~ ')'] if rules else [])) | join(' or ') ~ ')') }}
    {%- else -%}
        {{ return("(" ~ dimension ~ " <> '_X')") }}
    {%- endif -%}
{%- endmacro %}

{# The condition under which a row is in the universe: who is asked what, and lives here. #}
{%- macro indicator_universe(part, residents) -%}
    {%- set conditions = ['(' ~ part.where ~ ')'] -%}
    {%- if residents and not part.absent -%}{%- do conditions.append('is_usual_resident') -%}{%- endif -%}
    {%- set asked = all_asked(part.needs) -%}
    {%- if part.instead -%}
        {%- do conditions.append('(' ~ asked ~ ' or ' ~ all_asked(part.instead) ~ ')') -%}
    {%- elif asked -%}
        {%- do conditions.append(asked) -%}
    {%- endif -%}
    {{ return(conditions | join(' and ')) }}
{%- endmacro %}

{# The instrument asked every one of the variables. #}
{%- macro all_asked(variables) -%}
    {%- set parts = [] -%}
    {%- for name in variables -%}{%- do parts.append(was_asked(name)) -%}{%- endfor -%}
    {{ return(parts | join(' and ')) }}
{%- endmacro %}

{%- macro indicator_columns(unit) -%}
    {%- set residents = unit == 'person' -%}
    {%- for part in parts_under_build(unit) %}
    {%- set universe = indicator_universe(part, residents) %}
    {%- set asked = dict(part, where='true') %}
    {%- if part.kind == 'prop' %}
    case when {{ universe }} then case when {{ part.y }} then 1 when not ({{ part.y }}) then 0 end end as {{ part.name }}__y,
    {%- else %}
    case when {{ universe }} then {{ part.y }} end as {{ part.name }}__y,
    {%- endif %}
    {%- if part.x %}
    case when {{ universe }} then {{ part.x }} end as {{ part.name }}__x,
    {%- endif %}
    {%- if part.dont_know %}
    case when {{ indicator_universe(asked, residents) }} and ({{ part.dont_know }}) then 1 else 0 end as {{ part.name }}__dk
    {%- else %}
    case when {{ universe }} and (({{ part.y }}) is null{{ ' or (' ~ part.x ~ ') is null' if part.x }}) then 1 else 0 end as {{ part.name }}__dk
    {%- endif %}{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
