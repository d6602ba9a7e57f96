{# The second stage. n2 = SSUs of the PSU in the sample, N2 in the population; a lonely SSU follows the rule of the
   survey, and `average` has nothing to average over inside one PSU. Ordinary: f1 (1-f2) n2/(n2-1) and 1/n2. #}
{%- macro est_second_stage(plan) -%}
{%- set psus = plan.groups + ['est_stratum', 'est_psu'] -%}
est_second_stage as (
    select
        u.est_unit,
        u.est_i,
        case
            when p.est_n_ssu >= p.est_fpc2 then 0
            when p.est_n_ssu > 1
                then s.est_fraction * (1 - p.est_n_ssu / p.est_fpc2) * p.est_n_ssu / (p.est_n_ssu - 1)
            when s.est_lonely = 'adjust' then s.est_fraction * (1 - p.est_n_ssu / p.est_fpc2)
            else 0
        end as est_g2,
        case
            when p.est_n_ssu = 1 and s.est_lonely = 'adjust' then 0
            else 1 / cast(p.est_n_ssu as double)
        end as est_b2,
        case
            when p.est_n_ssu > 1 or p.est_fpc2 <= 1 or s.est_lonely in ('adjust', 'certainty', 'remove') then 0
            else 1
        end as est_failing2
    from est_units as u
    inner join est_psus as p on {{ est_on('u', 'p', psus) }}
    inner join est_strata as s on u.est_h = s.est_h
)
{%- endmacro %}

{# Two-stage designs: z per PSU, and the PSU's own part of the variance,
   f1 (1-f2) n2/(n2-1) * bracket. #}
{%- macro est_second_stage_sums(plan, influences) -%}
select
        z.est_domain,
        z.est_block,
        z.est_h,
        max(s.est_failing2) as est_failing2
        {%- for slot in plan.slots %}{% set z = 'z.est_z_' ~ slot %},
        sum({{ z }}) as est_z_{{ slot }},
        max(s.est_g2)
        * {{ est_bracket('count(' ~ z ~ ')', 'var_pop(' ~ z ~ ')', 'sum(' ~ z ~ ')', 'max(s.est_b2)') }} as est_t_{{ slot }}
        {%- endfor %}
    from ({{ influences }}) as z
    inner join est_second_stage as s on z.est_unit = s.est_unit
    group by z.est_domain, z.est_block, z.est_h, s.est_i
{%- endmacro %}
