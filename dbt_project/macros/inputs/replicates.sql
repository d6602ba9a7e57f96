{# Replicate weights of surveys that bring them, from the columns of an export to what est_replicates reads. #}


{# All of a record in one text, in the order of the replicates, separated by spaces. One that is missing says so, which no
   record may have: left out, the others would be taken for their neighbours. #}
{% macro replicate_weights(replicates, columns) -%}
    {%- set given = (replicates.columns if replicates else []) | select('in', columns) | list -%}
    {%- set weights = [] -%}
    {%- for column in given -%}{%- do weights.append("coalesce(" ~ quoted(column) ~ ", 'missing')") -%}{%- endfor -%}
    {{ weights | join(" || ' ' || ") if weights else 'cast(null as string)' }}
{%- endmacro %}


{# How est_replicates finds them in the columns of a relation; none where no survey has any. #}
{% macro replicate_design(relation) -%}
    {%- set rows = [] -%}
    {%- for survey, declared in var('surveys').items() if declared.design.replicates -%}
        {%- set given = declared.design.replicates -%}
        {%- for rscale in given.rscales -%}
            {%- do rows.append([survey, loop.index, rscale, given.scale, given.mse, given.method]) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return({
        'rows': replicate_rows(relation, rows), 'number': 'replicate_number', 'weight': 'replicate_weight',
        'rscale': 'replicate_rscale', 'scale': 'replicate_scale', 'mse': 'replicate_mse', 'method': 'replicate_method',
        'pattern': replicate_pattern(),
    } if rows else none) }}
{%- endmacro %}


{# The records once per replicate of their survey. #}
{% macro replicate_rows(relation, rows) -%}
(
        select
            sampled.*,
            facts.replicate_number,
            facts.replicate_rscale,
            facts.replicate_scale,
            facts.replicate_mse,
            facts.replicate_method,
            cast(split_part(sampled.replicate_weights, ' ', facts.replicate_number) as double) as replicate_weight
        from {{ relation }} as sampled
        inner join (
            {{ literal_rows({
                'survey_code': 'string', 'replicate_number': 'int', 'replicate_rscale': 'double', 'replicate_scale': 'double',
                'replicate_mse': 'boolean', 'replicate_method': 'string',
            }, rows) }}
        ) as facts on sampled.survey_code = facts.survey_code
    )
{%- endmacro %}


{# Rows whose weights change alike. #}
{% macro replicate_pattern() -%}
    {{ return(adapter.dispatch('replicate_pattern', 'migstat')()) }}
{%- endmacro %}


{% macro duckdb__replicate_pattern() -%}
    'replicates: ' || array_to_string(
        list_transform(string_split(replicate_weights, ' '), lambda each: round(cast(each as double) / weight, 6)), ' '
    )
{%- endmacro %}


{% macro spark__replicate_pattern() -%}
    'replicates: ' || array_join(
        transform(split(replicate_weights, ' '), each -> round(cast(each as double) / weight, 6)), ' '
    )
{%- endmacro %}
