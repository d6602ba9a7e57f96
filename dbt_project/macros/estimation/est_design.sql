{# Step 2: the design, from the whole file before any domain. Every lonely-PSU rule and the finite population
   correction become two numbers per stratum, g and b, so that the variance is one formula:

       V = sum over strata of  g * ( m*var_pop(z) + (sum z)^2 * (1/m - b) )

   m = PSUs of the stratum that hold rows of the domain, n = all its PSUs, f = n/N (est_rest is 1-f).
   an ordinary stratum         g = (1-f) n/(n-1)    b = 1/n
   certainty stratum (n >= N)  g = 0
   lonely (n = 1) adjust       g = 1-f              b = 0     adds z^2, R's rule, uncentred for totals
   lonely, certainty|remove    g = 0
   lonely, average             g = 0, skipped       V times strata present / strata present that could be computed
   lonely, fail                g = 0, failing       V is null and the strata are counted

   est_sort is what else must be known of a stratum: skipped and failing as above; census, all its units are in the sample;
   srs, it is the only one of its survey, each row its own PSU, the weights equal; ordinary.
#}
{%- macro est_design(plan) -%}
{%- set strata = plan.groups + ['est_stratum'] -%}
{%- set psus = strata + ['est_psu'] -%}
est_surveys as (
    select
        {{ est_columns(plan.groups) }}
        sum(est_n_rows) as est_n_rows,
        min(est_weight_min) as est_weight_min,
        max(est_weight_max) as est_weight_max,
        max(est_lonely) as est_lonely
    from est_counts
    {{ est_group_by(plan.groups) }}
),

{% if plan.two_stage -%}
est_psus as (
    select
        {{ psus | join(', ') }},
        max(est_fpc) as est_fpc,
        count(*) as est_n_ssu,
        max(est_fpc2) as est_fpc2
    from est_members
    group by {{ psus | join(', ') }}
),

{% endif -%}
est_strata_counts as (
    select
        {{ strata | join(', ') }},
        cast(count(*) as double) as est_n,
        1 {{- ' - coalesce(cast(count(*) as double) / max(est_fpc), 0)' if plan.fpc }} as est_rest,
        {{ 'min(case when est_n_ssu >= est_fpc2 then 1 else 0 end)' if plan.two_stage else '1' }} as est_is_complete
    from {{ 'est_psus' if plan.two_stage else 'est_members' }}
    group by {{ strata | join(', ') }}
),

est_strata_rules as (
    select
        {{ est_columns(strata, 'c.') }}
        c.est_n,
        c.est_rest,
        c.est_is_complete,
        s.est_lonely,
        s.est_n_rows,
        s.est_weight_min,
        s.est_weight_max,
        case
            when c.est_rest < 0.0000001 then '(census)'
            when c.est_n > 1 then '(several)'
            else s.est_lonely
        end as est_rule,
        count(*) {{ est_over_groups(plan, 'c.') }} as est_n_strata,
        cast(row_number() over (order by {{ est_each('c.', strata) }}) as int) as est_h
    from est_strata_counts as c
    inner join est_surveys as s on {{ est_on('c', 's', plan.groups) }}
),

est_strata as (
    select
        {{ strata | join(', ') }},
        est_h,
        est_lonely,
        1 - est_rest as est_fraction,
        case est_rule when '(several)' then est_rest * est_n / (est_n - 1) when 'adjust' then est_rest else 0 end as est_g,
        case est_rule when 'adjust' then 0 else 1 / est_n end as est_b,
        case
            when est_rule not in ('(census)', '(several)', 'certainty', 'remove', 'adjust', 'average') then 'failing'
            when est_rule = 'average' then 'skipped'
            when est_rule = '(census)' and est_is_complete = 1 then 'census'
            when est_n_strata = 1 and est_n = est_n_rows and est_weight_min = est_weight_max then 'srs'
            else 'ordinary'
        end as est_sort
    from est_strata_rules
)
{%- endmacro %}
