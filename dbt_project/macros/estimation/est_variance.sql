{# Step 4: the influence z of every unit on the figure, its spread inside each stratum, and the variance. #}

{# z = y - R*x of one indicator and unit. The unit has no row of the domain: null, which no sum below counts. #}
{%- macro est_influence(k) -%}
{%- if k.kind == 'total' -%} cast(u.est_y_{{ k.number }} as double)
{%- else -%} cast(u.est_y_{{ k.number }} as double) - c.est_r_{{ k.number }} * cast(u.est_x_{{ k.number }} as double)
{%- endif -%}
{%- endmacro %}

{# Units joined to the R of their cell. Dims constant in a PSU are joined here and never rolled up per PSU. #}
{%- macro est_influences(plan, margin) -%}
{%- set unit = plan.groups + ['est_stratum', 'est_psu'] + (['est_ssu'] if plan.two_stage else []) -%}
select
    {{ est_columns(unit, 'u.') }}
    {%- for dim in margin['keys'] %}c.{{ dim }}, {% endfor %}
    {%- for k in plan.indicators %}
    {{ est_influence(k) }} as est_z_{{ k.number }}{{ '' if loop.last else ',' }}
    {%- endfor %}
from {{ margin.units }} as u
inner join {{ margin.cells }} as c on {{ est_on('u', 'c', plan.groups + margin['keys']) }}
{%- endmacro %}

{# sum z^2 - (sum z)^2 * b over all n units, from the m that hold rows of the domain (the others have z = 0), their
   var_pop(z) = v and sum z = s. Non-negative terms only: no cancellation, no negative variance. #}
{%- macro est_bracket(m, v, s, b) -%}
({{ m }} * {{ v }} + {{ s }} * {{ s }} * (1 / nullif(cast({{ m }} as double), 0) - {{ b }}))
{%- endmacro %}

{# Per domain and stratum: m, var_pop(z), sum z; one variance serves all margins, so they are one union. #}
{%- macro est_stratum_sums(plan, number, influences, keys) -%}
select
    {{ est_columns(plan.groups) }}
    {{ number }} as est_margin,
    {{ est_codes(plan, keys) }}
    est_stratum
    {%- for k in plan.indicators %},
    count(est_z_{{ k.number }}) as est_m_{{ k.number }},
    var_pop(est_z_{{ k.number }}) as est_v_{{ k.number }},
    sum(est_z_{{ k.number }}) as est_s_{{ k.number }}
    {%- if plan.two_stage %},
    sum(est_t_{{ k.number }}) as est_t_{{ k.number }},
    sum(case when est_z_{{ k.number }} is null then 0 else est_failing2_{{ k.number }} end) as est_failing2_{{ k.number }}
    {%- endif %}
    {%- endfor %}
from ({{ est_second_stage_sums(plan, influences, keys) if plan.two_stage else influences }}) as est_influences
{{ est_group_by(plan.groups + keys + ['est_stratum']) }}
{%- endmacro %}

{# V = sum over strata of g * bracket, times the factor of `average`, plus the second stage. #}
{%- macro est_variance(plan) -%}
{%- set domain = plan.groups + ['est_margin'] + plan.dims -%}
est_variance as (
    select
        {{ est_columns(domain, 'd.') }}
        min(s.est_is_srs) as est_is_srs
        {%- for k in plan.indicators %}
        {%- set m, v, s = 'd.est_m_' ~ k.number, 'd.est_v_' ~ k.number, 'd.est_s_' ~ k.number -%}
        {%- set present = 'case when ' ~ m ~ ' > 0 then ' %},
        sum(s.est_g * {{ est_bracket(m, v, s, 's.est_b') }})
        * sum({{ present }}1 end) / nullif(sum({{ present }}1 - s.est_skipped end), 0)
        {%- if plan.two_stage %} + sum(d.est_t_{{ k.number }}){% endif %} as est_variance_{{ k.number }},
        sum({{ m }}) as est_psus_{{ k.number }},
        sum({{ present }}1 end) as est_strata_{{ k.number }},
        sum({{ present }}s.est_failing else 0 end)
        {%- if plan.two_stage %} + sum(d.est_failing2_{{ k.number }}){% endif %} as est_failing_{{ k.number }},
        min({{ present }}s.est_is_census end) as est_is_census_{{ k.number }}
        {%- endfor %}
    from est_stratum_sums as d
    inner join est_strata as s on {{ est_on('d', 's', plan.groups + ['est_stratum']) }}
    {{ est_group_by(domain, 'd.') }}
)
{%- endmacro %}
