{# The second stage. n2 = SSUs of the PSU in the sample, N2 in the population; a lonely SSU follows the rule of the
   survey, and `average` has nothing to average over inside one PSU. Ordinary: f1 (1-f2) n2/(n2-1) and 1/n2. #}
{%- macro est_second_stage(plan) -%}
{%- set psus = plan.groups + ['est_stratum', 'est_psu'] -%}
est_second_stage as (
    select
        {{ est_columns(psus, 'p.') }}
        case
            when p.est_n_ssu >= p.est_fpc2 then 0
            when p.est_n_ssu > 1
                then s.est_fraction * (1 - p.est_n_ssu / p.est_fpc2) * p.est_n_ssu / (p.est_n_ssu - 1)
            when p.est_lonely = 'adjust' then s.est_fraction * (1 - p.est_n_ssu / p.est_fpc2)
            else 0
        end as est_g2,
        case
            when p.est_n_ssu = 1 and p.est_lonely = 'adjust' then 0
            else 1 / cast(p.est_n_ssu as double)
        end as est_b2,
        case
            when p.est_n_ssu > 1 or p.est_fpc2 <= 1 or p.est_lonely in ('adjust', 'certainty', 'remove') then 0
            else 1
        end as est_failing2
    from est_psus as p
    inner join est_strata as s on {{ est_on('p', 's', plan.groups + ['est_stratum']) }}
)
{%- endmacro %}

{# Two-stage designs: z per PSU, and the PSU's own part of the variance,
   f1 (1-f2) n2/(n2-1) * bracket. #}
{%- macro est_second_stage_sums(plan, influences, keys) -%}
{%- set psu = plan.groups + ['est_stratum', 'est_psu'] -%}
select
    {{ est_columns(psu + keys, 'z.') }}
    {%- for k in plan.indicators %}{% set z = 'z.est_z_' ~ k.number %}
    sum({{ z }}) as est_z_{{ k.number }},
    max(s.est_failing2) as est_failing2_{{ k.number }},
    max(s.est_g2)
    * {{ est_bracket('count(' ~ z ~ ')', 'var_pop(' ~ z ~ ')', 'sum(' ~ z ~ ')', 'max(s.est_b2)') }} as est_t_{{ k.number }}
    {{- '' if loop.last else ',' }}
    {%- endfor %}
from ({{ influences }}) as z
inner join est_second_stage as s on {{ est_on('z', 's', psu) }}
{{ est_group_by(psu + keys, 'z.') }}
{%- endmacro %}
