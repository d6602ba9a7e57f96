{# The parts of survey_contrasts: the two sides and the joint influence of each unit. #}

{# The coefficient of a row's code; null for codes that take no part. #}
{%- macro est_coefficient(contrast, prefix='') -%}
case {{ prefix }}{{ contrast.by }}
{%- for code, c in contrast.over.items() %} when {{ est_text(code) }} then {{ c }}{% endfor %} end
{%- endmacro %}

{%- macro est_cells_of(plan, comparison) -%}
{%- for margin in plan.margins if margin['keys'] | sort == (comparison['keys'] + [comparison.contrast.by]) | sort -%}
{%- do comparison.update({'units': margin.units, 'cells': margin.cells}) -%}
{%- endfor -%}
{%- endmacro %}

{# a, b and the interviews behind them, per cell; est_seen counts the codes that were observed. #}
{%- macro est_sides(plan, comparison) -%}
{%- do est_cells_of(plan, comparison) -%}
{%- set keys = plan.groups + comparison['keys'] -%}
est_sides_{{ comparison.number }} as (
    select
        {{ est_columns(keys) }}
        count(*) as est_codes
        {%- for k in plan.indicators %}
        {%- set i = k.number -%}
        {%- set figure = 'cast(est_y_' ~ i ~ ' as double)' if k.kind == 'total' else 'est_r_' ~ i %},
        sum(case when est_c > 0 then est_c * {{ figure }} end) as est_a_{{ i }},
        sum(case when est_c < 0 then -est_c * {{ figure }} end) as est_b_{{ i }},
        sum(case when est_c > 0 then est_n_{{ i }} else 0 end) as est_n_a_{{ i }},
        sum(case when est_c < 0 then est_n_{{ i }} else 0 end) as est_n_b_{{ i }},
        count({{ figure }}) as est_seen_{{ i }}
        {%- endfor %}
    from (select *, {{ est_coefficient(comparison.contrast) }} as est_c from {{ comparison.cells }}) as est_sided
    where est_c is not null
    {{ est_group_by(keys) }}
)
{%- endmacro %}

{# z of every unit, summed over the codes: one number per unit, whichever sides its rows are on. #}
{%- macro est_contrast_influences(plan, comparison) -%}
{%- set contrast = comparison.contrast -%}
{%- set unit = plan.groups + ['est_stratum', 'est_psu'] + (['est_ssu'] if plan.two_stage else []) -%}
{%- set keys = comparison['keys'] -%}
{%- set c = est_coefficient(contrast, 'c.') -%}
select
    {{ est_columns(unit, 'u.') }}{{ est_columns(keys, 'u.') }}
    {%- for k in plan.indicators %}
    {%- set i = k.number -%}
    {%- set per = '' if k.kind == 'total' else ' / nullif(cast(c.est_x_' ~ i ~ ' as double), 0)' %}
    sum(
        {{ c }} * ({{ est_influence(k) }}){{ per }}
        {%- if contrast.scale == 'ratio' %}
        * case when {{ c }} > 0 then 1 else s.est_a_{{ i }} / nullif(s.est_b_{{ i }}, 0) end / nullif(s.est_b_{{ i }}, 0)
        {%- endif %}
    ) as est_z_{{ i }}{{ '' if loop.last else ',' }}
    {%- endfor %}
from {{ comparison.units }} as u
inner join {{ comparison.cells }} as c on {{ est_on('u', 'c', plan.groups + keys + [contrast.by]) }}
inner join est_sides_{{ comparison.number }} as s on {{ est_on('u', 's', plan.groups + keys) }}
where {{ c }} is not null
{{ est_group_by(unit + keys, 'u.') }}
{%- endmacro %}
