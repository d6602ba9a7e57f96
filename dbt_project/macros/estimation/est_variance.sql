{# Step 5: the influence z of every unit on the figure, its spread inside each stratum, and the variance. #}

{# z = c * (y - R*x) of every unit and domain. c is 1, and the domain the cell, unless cells are compared: then z is summed
   over the cells that take part. The unit has no row of the domain: null, which no sum below counts. #}
{%- macro est_influences(plan, is_summed) -%}
select
            u.est_h,
            u.est_unit,
            r.est_domain,
            u.est_block
            {%- for slot in plan.slots %},
            {{ 'sum' if is_summed }}(r.est_c_{{ slot }} * (u.est_y_{{ slot }} - r.est_r_{{ slot }} * u.est_x_{{ slot }})) as est_z_{{ slot }}
            {%- endfor %}
        from ({{ est_all_sums(plan) }}) as u
        inner join est_block_rates as r on u.est_cell = r.est_cell and u.est_block = r.est_block
        {{ 'group by u.est_h, u.est_unit, r.est_domain, u.est_block' if is_summed }}
{%- endmacro %}

{# sum z^2 - (sum z)^2 * b over all n units, from the m that hold rows of the domain (the others have z = 0), their
   var_pop(z) = v and sum z = s. Non-negative terms only: no cancellation, no negative variance. #}
{%- macro est_bracket(m, v, s, b) -%}
({{ m }} * {{ v }} + {{ s }} * {{ s }} * (1 / nullif(cast({{ m }} as double), 0) - {{ b }}))
{%- endmacro %}

{# Per domain and stratum: m, var_pop(z), sum z; then one row per indicator. #}
{%- macro est_stratum_sums(plan, influences) -%}
est_block_sums as (
    select
        est_domain,
        est_block,
        est_h
        {%- for slot in plan.slots %},
        count(est_z_{{ slot }}) as est_m_{{ slot }},
        var_pop(est_z_{{ slot }}) as est_v_{{ slot }},
        sum(est_z_{{ slot }}) as est_s_{{ slot }}
        {%- if plan.two_stage %},
        sum(est_t_{{ slot }}) as est_t_{{ slot }},
        sum(case when est_z_{{ slot }} is null then 0 else est_failing2 end) as est_failing2_{{ slot }}
        {%- endif %}
        {%- endfor %}
    from ({{ est_second_stage_sums(plan, influences) if plan.two_stage else influences }}) as est_influences
    group by est_domain, est_block, est_h
),

est_stratum_sums as (
    {%- for slot in plan.slots %}
    {{ 'union all' if not loop.first }}
    select
        est_domain, 8 * est_block + {{ slot }} as est_indicator, est_h
        {%- for part in ['m', 'v', 's'] + (['t', 'failing2'] if plan.two_stage else []) %},
        est_{{ part }}_{{ slot }} as est_{{ part }}
        {%- endfor %}
    from est_block_sums
    where est_m_{{ slot }} > 0
    {%- endfor %}
)
{%- endmacro %}

{# V = sum over the strata present of g * bracket, times the factor of `average`, plus the second stage. #}
{%- macro est_variance(plan) -%}
est_variance as (
    select
        d.est_domain,
        d.est_indicator,
        sum(s.est_g * {{ est_bracket('d.est_m', 'd.est_v', 'd.est_s', 's.est_b') }})
        * count(*) / nullif(cast(sum(1 - s.est_skipped) as double), 0)
        {%- if plan.two_stage %} + sum(d.est_t){% endif %} as est_variance,
        sum(d.est_m) as est_psus,
        count(*) as est_strata,
        sum(s.est_failing)
        {%- if plan.two_stage %} + sum(d.est_failing2){% endif %} as est_failing,
        min(s.est_is_census) as est_is_census,
        min(s.est_is_srs) as est_is_srs
    from est_stratum_sums as d
    inner join est_strata as s on d.est_h = s.est_h
    group by d.est_domain, d.est_indicator
)
{%- endmacro %}
