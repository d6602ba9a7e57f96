{# Estimates of all surveys of a unit from its wide indicator columns: the shares of the distributions and the other
   indicators have margins of their own. One row per survey, wave, indicator column and margin cell.
   indicators, margins: as indicator_list and margin_list give them. #}
{% macro unit_estimates(unit, indicators, margins) -%}
    {%- set records = ref('int_' ~ unit ~ 's__indicators') -%}
    {{ survey_estimates(records, estimate_design(records), indicators, margins) }}
{%- endmacro %}


{# How the macros find the design in the columns of int_<unit>__indicators, or of a relation with the same. #}
{% macro estimate_design(relation) -%}
    {{ return({
        'weight': 'weight', 'strata': 'stratum', 'psu': 'psu', 'fpc': 'fpc', 'row_key': 'record_key',
        'lonely_column': 'lonely_psu', 'groups': ['survey_code', 'wave'], 'sum_type': 'decimal',
        'replicates': replicate_design(relation),
    }) }}
{%- endmacro %}


{# The long form that all units share: codes of the cube, figures rounded so that they are the same run after run. #}
{% macro long_estimates(unit, indicators, margins, relation) -%}
    {%- set has_shares = indicators | selectattr('dimension') | list -%}
    {%- set dims = margins | sum(start=[]) | unique | list -%}
    {%- set levels = ['mig_status_l3', 'mig_status_l2', 'mig_status_l1'] | select('in', dims) | list -%}
    select
        {{ relation }}.survey_code,
        {{ relation }}.wave,
        listed.indicator_code,
        {%- for dim in ['ref_area', 'mig_status', 'hh_mig', 'birth', 'citizenship', 'sex', 'age', 'urbanisation'] %}
        {%- set code = status_code(levels, relation) if dim == 'mig_status' and levels
            else (relation ~ '.' ~ dim if dim in dims else "'_T'") %}
        {{ "coalesce(case when listed.dimension = '" ~ dim ~ "' then listed.dimension_code end, " if has_shares else '' }}
        {{- code }}{{ ')' if has_shares }} as {{ dim }},
        {%- endfor %}
        listed.breakdown,
        '{{ unit }}' as unit,
        listed.dimension as share_of,
        listed.unit_measure,
        listed.definition_version,
        listed.disaggregations,
        {{ relation }}.estimator,
        {%- for figure in ['obs_value', 'std_error', 'ci_lower', 'ci_upper', 'cv', 'deff'] %}
        {{ published_figure(relation ~ '.' ~ figure, figure) }} as {{ figure }},
        {%- endfor %}
        -- a census has no sampling error: all it holds is effective
        cast(case when {{ relation }}.variance_method = 'CENSUS' then {{ relation }}.n_obs else {{ relation }}.n_eff end as decimal(24, 6)) as n_eff,
        {{ relation }}.n_obs,
        {{ relation }}.n_dk,
        {{ relation }}.n_psu,
        {{ relation }}.df,
        cast({{ relation }}.population as decimal(20, 2)) as population,
        {{ relation }}.variance_method
    from {{ relation }}
    inner join ({{ indicator_facts(indicators) }}) as listed on {{ relation }}.indicator = listed.indicator
    {%- if levels %}
    where {% for level in levels %}{{ relation }}.{{ level }} <> ''{{ ' and ' if not loop.last }}{% endfor %}
    {%- endif %}
{%- endmacro %}


{# What the catalogue says of each indicator column of a list, as a relation. #}
{% macro indicator_facts(indicators) -%}
    {%- set rows = [] -%}
    {%- for entry in indicators -%}
        {%- do rows.append([
            entry.name, entry.indicator_code, entry.breakdown, entry.dimension, entry.dimension_code, entry.unit_measure,
            entry.definition_version, '|' ~ entry.disaggregations | join('|') ~ '|',
            100 if entry.unit_measure == 'PT' and entry.kind == 'ratio' else 1,
        ]) -%}
    {%- endfor -%}
    {{ literal_rows({
        'indicator': 'string', 'indicator_code': 'string', 'breakdown': 'string', 'dimension': 'string',
        'dimension_code': 'string', 'unit_measure': 'string', 'definition_version': 'string', 'disaggregations': 'string',
        'scale': 'int',
    }, rows) }}
{%- endmacro %}


{# One code from the levels: a margin holds one level at most, the others are totals. #}
{% macro status_code(levels, relation) -%}
    case
        {%- for level in levels %}
        when {{ relation }}.{{ level }} <> '_T' then {{ relation }}.{{ level }}
        {%- endfor %}
        else '_T'
    end
{%- endmacro %}



{# Decimal, so that the last bits of a double do not show; a ratio published in percent is scaled here. #}
{% macro published_figure(expression, figure) -%}
    cast({{ expression }}{{ ' * listed.scale' if figure in ['obs_value', 'std_error', 'ci_lower', 'ci_upper'] }} as decimal(24, 6))
{%- endmacro %}
