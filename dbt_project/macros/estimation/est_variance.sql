{# Step 5: the influence z of every unit on the figure, its spread inside each stratum, and the variance. #}

{# z = y - R*x of every unit and domain. Where cells are compared z has a coefficient, and is summed over the cells that take
   part. The unit has no row of the domain: null, which no sum below counts. #}
{%- macro est_influences(plan, is_compared) -%}
select
            u.est_h,
            u.est_unit,
            r.est_domain,
            u.est_block
            {%- for slot in plan.slots %}{% set z = 'u.est_y_%s - r.est_r_%s * u.est_x_%s' % (slot, slot, slot) %},
            {{ 'sum(r.est_c_%s * (%s))' % (slot, z) if is_compared else z }} as est_z_{{ slot }}
            {%- endfor %}
        from ({{ est_all_levels(plan) }}) as u
        inner join est_block_rates as r on u.est_cell = r.est_cell and u.est_block = r.est_block
        {{ 'group by u.est_h, u.est_unit, r.est_domain, u.est_block' if is_compared }}
{%- endmacro %}

{# sum z^2 - (sum z)^2 * b over all n units, from the m that hold rows of the domain (the others have z = 0), their
   var_pop(z) = v and sum z = s. Non-negative terms only: no cancellation, no negative variance. #}
{%- macro est_bracket(m, v, s, b) -%}
({{ m }} * {{ v }} + {{ s }} * {{ s }} * (1 / nullif(cast({{ m }} as double), 0) - {{ b }}))
{%- endmacro %}

{# Per domain and stratum: m, var_pop(z), sum z. #}
{%- macro est_stratum_sums(plan, influences) -%}
est_stratum_sums as (
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
        sum(case when est_z_{{ slot }} is not null then est_failing2 end) as est_failing2_{{ slot }}
        {%- endif %}
        {%- endfor %}
    from ({{ est_second_stage_sums(plan, influences) if plan.two_stage else influences }}) as est_influences
    group by est_domain, est_block, est_h
)
{%- endmacro %}

{# V = sum over the strata present of g * bracket, times the factor of `average`, plus the second stage. Still wide, the strata
   are summed by their sort (est_design), of which most surveys have but one. #}
{%- macro est_variance(plan) -%}
{%- set second = ['t', 'failing2'] if plan.two_stage else [] -%}
est_block_variance as (
    select
        d.est_domain,
        d.est_block,
        s.est_sort
        {%- for slot in plan.slots %},
        sum(s.est_g * {{ est_bracket('d.est_m_%s' % slot, 'd.est_v_%s' % slot, 'd.est_s_%s' % slot, 's.est_b') }}) as est_v_{{ slot }},
        sum(d.est_m_{{ slot }}) as est_m_{{ slot }},
        count(nullif(d.est_m_{{ slot }}, 0)) as est_strata_{{ slot }}
        {%- for part in second %},
        sum(d.est_{{ part }}_{{ slot }}) as est_{{ part }}_{{ slot }}
        {%- endfor %}
        {%- endfor %}
    from est_stratum_sums as d
    inner join est_strata as s on d.est_h = s.est_h
    group by d.est_domain, d.est_block, s.est_sort
),

est_variance as (
    select
        est_domain,
        est_indicator,
        sum(est_v) * sum(est_strata) / nullif(sum(case when est_sort = 'skipped' then 0 else cast(est_strata as double) end), 0)
        {%- if plan.two_stage %} + sum(est_t){% endif %} as est_variance,
        sum(est_m) as est_psus,
        sum(est_strata) as est_strata,
        sum(case when est_sort = 'failing' then est_strata else 0 end)
        {%- if plan.two_stage %} + sum(est_failing2){% endif %} as est_failing,
        min(case when est_sort = 'census' then 1 else 0 end) as est_is_census,
        min(case when est_sort = 'srs' then 1 else 0 end) as est_is_srs
    from (
        select
            v.est_domain,
            v.est_sort,
            f.est_indicator
            {%- for part in ['v', 'm', 'strata'] + second %},
            {{ est_pick('v.est_' ~ part, 'f.est_slot', plan.slots, 'double') }} as est_{{ part }}
            {%- endfor %}
        from est_block_variance as v
        inner join est_facts as f on v.est_block = f.est_block
    ) as est_turned
    where est_m > 0
    group by est_domain, est_indicator
)
{%- endmacro %}
