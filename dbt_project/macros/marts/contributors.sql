{# Who stands behind each figure: unweighted counts per finest combination of the cube's dimensions ("leaf"), for the
   disclosure control. A figure of indicator_estimates rests on the sum of the leaves that its codes hold. #}

{# The columns of a leaf, one line each. #}
{% macro leaf_columns(unit) -%}
    {%- set columns = [] -%}
    {%- for dim in cube_dimensions() -%}{%- do columns.append((leaf_code(unit, dim) | trim) ~ ' as ' ~ dim) -%}{%- endfor -%}
    {{ columns | join(',\n        ') }}
{%- endmacro %}


{# The leaf of a record of a unit: the finest code of each dimension it has, `_T` for the others. #}
{% macro leaf_code(unit, dim) -%}
    {%- if unit not in catalogue('disaggregations').dimensions[dim].units -%} '_T'
    {%- elif dim == 'mig_status' and unit == 'person' -%}
    coalesce(nullif(mig_status_l3, ''), nullif(mig_status_l2, ''), mig_status_l1)
    {%- elif dim == 'mig_status' -%} mig_status_l1
    {%- else -%} {{ dim }}
    {%- endif -%}
{%- endmacro %}


{# The indicator columns that are counted, `indicators` of the macros below: of a distribution the whole alone, since its
   shares are counts of leaves. #}
{% macro contributor_list(unit) -%}
    {{ return(indicator_list(unit, false) + (indicator_list(unit, true) | selectattr('dimension', 'none') | list)) }}
{%- endmacro %}


{# One row per survey, wave, leaf and indicator column of a unit: records with an answer (of a ratio: with both), of these
   with the property, records of the universe without an answer, and the cell keys of the first two. #}
{% macro contributor_counts(unit, indicators) -%}
    {%- set keys = ['survey_code', 'wave'] + cube_dimensions() -%}
    {%- for entry in indicators %}
    select
        {{ keys | join(', ') }},
        {{ text_literal(entry.name) }} as indicator,
        n_{{ loop.index }} as n_obs,
        y_{{ loop.index }} as n_yes,
        d_{{ loop.index }} as n_dk,
        nk_{{ loop.index }} as n_key,
        yk_{{ loop.index }} as yes_key
    from {{ unit }}_leaves
    where n_{{ loop.index }} > 0 or d_{{ loop.index }} > 0
    {{ 'union all' if not loop.last }}
    {%- else %}
    {{ no_rows(
        {'survey_code': 'string', 'wave': 'string'},
        {'indicator': 'string', 'n_obs': 'bigint', 'n_yes': 'bigint', 'n_dk': 'bigint', 'n_key': 'bigint', 'yes_key': 'bigint'}
    ) }}
    {%- endfor %}
{%- endmacro %}


{# The same in wide form, one scan of the records. #}
{% macro contributor_leaves(unit, indicators) -%}
    {%- set keyed = surveys_with_cell_keys() -%}
    select
        survey_code,
        wave,
        {{ leaf_columns(unit) }}
        {%- for entry in indicators %}
        {%- set answer = 'case when ' ~ entry.x ~ ' is not null then ' ~ entry.y ~ ' end' if entry.x else entry.y %}
        {%- set yes = 'case when ' ~ entry.y ~ ' = 1 then 1 end' if entry.kind == 'prop' %},
        count({{ answer }}) as n_{{ loop.index }},
        {{ 'count(' ~ yes ~ ')' if yes else 'cast(null as bigint)' }} as y_{{ loop.index }},
        coalesce(sum({{ entry.n_dk }}), 0) as d_{{ loop.index }},
        {{ cell_key(answer) if keyed else 'cast(null as bigint)' }} as nk_{{ loop.index }},
        {{ cell_key(yes) if keyed and yes else 'cast(null as bigint)' }} as yk_{{ loop.index }}
        {%- endfor %}
    from {{ numbered_records(ref('int_' ~ unit ~ 's__indicators'), keyed) if keyed else ref('int_' ~ unit ~ 's__indicators') }}
    group by {{ range(1, cube_dimensions() | length + 3) | join(', ') }}
{%- endmacro %}


{# The key of the records of a leaf for which an expression is not null: the sum of their numbers modulo 2^32. The keys of
   leaves add up, modulo the same, to the key of the cell that they make. #}
{% macro cell_key(expression) -%}
    cast(mod(sum(case when ({{ expression }}) is not null then record_number end), 4294967296) as bigint)
{%- endmacro %}


{# Records with a uniform number below 2^32 each, the first eight digits of their key, which is a keyed hash: the same in
   every table, wave and build. Null in surveys whose counts are not changed by cell keys. #}
{% macro numbered_records(relation, surveys) -%}
    (
        select
            *,
            case when survey_code in {{ text_literals(surveys) }} then
                {%- for place in range(1, 9) %}
                cast(instr('0123456789abcdef', substr(record_key, {{ place }}, 1)) - 1 as bigint) * {{ 16 ** (8 - place) }}
                {{- ' +' if not loop.last }}
                {%- endfor %}
            end as record_number
        from {{ relation }}
    ) as numbered
{%- endmacro %}


{# Surveys whose counts their country changes by cell keys. Facts remembered of one that can't be read may not say. #}
{% macro surveys_with_cell_keys() -%}
    {%- set surveys = [] -%}
    {%- for survey, declared in var('surveys').items() if declared.get('has_cell_keys') -%}
        {%- do surveys.append(survey) -%}
    {%- endfor -%}
    {{ return(surveys) }}
{%- endmacro %}


{# What each record contributes to a magnitude, weighted: y, and of a ratio x. Decimal, so that sums have no order. #}
{% macro contributions(unit, indicators) -%}
    {%- set leaf = leaf_columns(unit) -%}
    {%- set magnitudes = indicators | rejectattr('kind', 'equalto', 'prop') | list -%}
    {%- for entry in magnitudes %}
    {%- for part in [entry.y, entry.x] | select %}
    select
        survey_code,
        wave,
        {{ leaf }},
        {{ text_literal(entry.name) }} as indicator,
        {{ text_literal(['y', 'x'][loop.index0]) }} as part,
        cast(weight * {{ part }} as decimal(24, 4)) as amount
    from {{ ref('int_' ~ unit ~ 's__indicators') }}
    where {{ entry.y }} is not null{{ ' and ' ~ entry.x ~ ' is not null' if entry.x }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
    {{ 'union all' if not loop.last }}
    {%- else %}
    {{ no_rows({'survey_code': 'string', 'wave': 'string'}, {'indicator': 'string', 'part': 'string', 'amount': 'decimal(24, 4)'}) }}
    {%- endfor %}
{%- endmacro %}


{# No row of a unit, where what is built asks nothing of it that is counted so. #}
{% macro no_rows(before, after) -%}
    {%- set columns = dict(before) -%}
    {%- for dim in cube_dimensions() -%}{%- do columns.update({dim: 'string'}) -%}{%- endfor -%}
    {%- do columns.update(after) -%}
    {{ literal_rows(columns, []) }}
{%- endmacro %}


{# The sums of the contributions of a leaf and its two largest, by size without sign. #}
{% macro contribution_figures() -%}
    {%- for part in ['y', 'x'] %}
        {%- set own = "part = '" ~ part ~ "'" %}
        sum(case when {{ own }} then amount end) as {{ part }}_sum,
        sum(case when {{ own }} then abs(amount) end) as {{ part }}_absolute,
        max(case when {{ own }} and place = 1 then abs(amount) end) as {{ part }}_largest,
        max(case when {{ own }} and place = 2 then abs(amount) end) as {{ part }}_second{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
