{# Who stands behind each figure: unweighted counts per finest combination of the cube's dimensions ("leaf"), for the
   disclosure control. A figure of indicator_estimates rests on the sum of the leaves that its codes hold. #}

{# The leaf of a record of a unit: the finest code of each dimension it has, `_T` for the others. #}
{% macro leaf_code(unit, dim) -%}
    {%- if unit not in catalogue('disaggregations').dimensions[dim].units -%} '_T'
    {%- elif dim == 'mig_status' and unit == 'person' -%}
    coalesce(nullif(mig_status_l3, ''), nullif(mig_status_l2, ''), mig_status_l1)
    {%- elif dim == 'mig_status' -%} mig_status_l1
    {%- else -%} {{ dim }}
    {%- endif -%}
{%- endmacro %}


{# The indicator columns that are counted: of a distribution the whole alone, since its shares are counts of leaves. #}
{% macro contributor_list(unit) -%}
    {{ return(indicator_list(unit, false) + (indicator_list(unit, true) | selectattr('dimension', 'none') | list)) }}
{%- endmacro %}


{# One row per survey, wave, leaf and indicator column of a unit: records with an answer (of a ratio: with both), of these
   with the property, and records of the universe without an answer. #}
{% macro contributor_counts(unit) -%}
    {%- set keys = ['survey_code', 'wave'] + cube_dimensions() -%}
    {%- for entry in contributor_list(unit) %}
    select
        {{ keys | join(', ') }},
        {{ text_literal(entry.name) }} as indicator,
        n_{{ loop.index }} as n_obs,
        y_{{ loop.index }} as n_yes,
        d_{{ loop.index }} as n_dk
    from {{ unit }}_leaves
    where n_{{ loop.index }} > 0 or d_{{ loop.index }} > 0
    {{ 'union all' if not loop.last }}
    {%- else %}
    {{ no_rows({'survey_code': 'string', 'wave': 'string'}, {'indicator': 'string', 'n_obs': 'bigint', 'n_yes': 'bigint', 'n_dk': 'bigint'}) }}
    {%- endfor %}
{%- endmacro %}


{# The same in wide form, one scan of the records. #}
{% macro contributor_leaves(unit) -%}
    select
        survey_code,
        wave,
        {%- for dim in cube_dimensions() %}
        {{ leaf_code(unit, dim) }} as {{ dim }}{{ ',' if not loop.last }}
        {%- endfor %}
        {%- for entry in contributor_list(unit) %},
        count({{ 'case when ' ~ entry.x ~ ' is not null then ' ~ entry.y ~ ' end' if entry.x else entry.y }}) as n_{{ loop.index }},
        {{ 'count(case when ' ~ entry.y ~ ' = 1 then 1 end)' if entry.kind == 'prop' else 'cast(null as bigint)' }} as y_{{ loop.index }},
        coalesce(sum({{ entry.n_dk }}), 0) as d_{{ loop.index }}
        {%- endfor %}
    from {{ ref('int_' ~ unit ~ 's__indicators') }}
    group by {{ range(1, cube_dimensions() | length + 3) | join(', ') }}
{%- endmacro %}


{# What each record contributes to a magnitude, weighted: y, and of a ratio x. Decimal, so that sums have no order. #}
{% macro contributions(unit) -%}
    {%- set magnitudes = contributor_list(unit) | rejectattr('kind', 'equalto', 'prop') | list -%}
    {%- for entry in magnitudes %}
    {%- for part in [entry.y, entry.x] | select %}
    select
        survey_code,
        wave,
        {%- for dim in cube_dimensions() %}
        {{ leaf_code(unit, dim) }} as {{ dim }},
        {%- endfor %}
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
