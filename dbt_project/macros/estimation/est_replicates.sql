{# Replicate weights, where a survey brings them instead of its design: the variance is the spread of the figure over the
   replicates, as R's svrepdesign computes it,

       V = scale * sum over r of  rscale_r * (theta_r - centre)^2

   centre is the mean of the theta_r with rscale_r > 0, or the figure itself (mse). A replicate in which the figure does not
   exist takes no part. What scale and rscale_r are is up to the method: migstat.declarations.replicates.

   design.replicates   {rows, number, weight, rscale, scale, mse, method, pattern}
       rows            the sample once per replicate, a relation with the columns of the sample and these:
       number, weight  which replicate it is, and the weight of the row in it
       rscale          of the replicate; scale, mse (true or false) and method of the survey
       pattern         a column of the sample: 'replicates: ' and the replicate weights of the row over its own, separated by
                       spaces; null where a survey of a union has none #}

{# What tells rows apart that are sampling units: their key, or, with replicates, how their weights change. #}
{%- macro est_row_unit(design, otherwise) -%}
{%- set row_key = design.get('row_key') or otherwise -%}
{%- if design.get('replicates') -%} coalesce({{ design.replicates.pattern }}, cast({{ row_key }} as string))
{%- else -%} {{ row_key }}
{%- endif -%}
{%- endmacro %}

{# The figure of every cell and indicator in every replicate, by the steps that every figure is made by. #}
{%- macro est_replicate_figures(design, indicators, by, area) -%}
{%- set replicate = dict(design) -%}
{%- do replicate.update({
    'weight': design.replicates.weight,
    'groups': (design.get('groups') or []) + [design.replicates.number],
    'replicates': none,
}) -%}
{%- set plan = {} -%}
{%- do est_plan(plan, replicate, indicators, by, area) -%}
with {{ est_rows(design.replicates.rows, plan, replicate) }},

{{ est_leaf(plan) }},

{{ est_steps(plan) }}

    select {{ est_columns(plan.groups + plan.scanned, 'd.') }} c.est_indicator, c.est_figure
    from est_cells as c
    inner join est_domains as d on c.est_cell = d.est_cell
{%- endmacro %}

{# Per cell, indicator and replicate the figure, and what is known of the replicate. #}
{%- macro est_replicates(plan, design, indicators, by, area) -%}
{%- set given = design.replicates -%}
est_replicate_facts as (
    select
        {{ est_columns(plan.groups) }}
        {{ given.number }},
        max({{ given.rscale }}) as est_rscale,
        max({{ given.scale }}) as est_scale,
        max({{ given.method }}) as est_method,
        max(case when {{ given.mse }} then 1 else 0 end) as est_is_mse
    from {{ given.rows }} as est_replicate_rows
    group by {{ (plan.groups + [given.number]) | join(', ') }}
),

est_replicate_figures as (
    {{ est_replicate_figures(design, indicators, by, area) }}
),

est_replicates as (
    select
        d.est_cell, r.est_indicator, r.est_figure,
        f.{{ given.number }} as est_number, f.est_rscale, f.est_scale, f.est_method, f.est_is_mse
    from est_replicate_figures as r
    inner join est_domains as d on {{ est_on('r', 'd', plan.groups + plan.scanned) }}
    inner join est_replicate_facts as f on {{ est_on('r', 'f', plan.groups + [given.number]) }}
)
{%- endmacro %}

{# theta of the cells themselves, in every replicate. #}
{%- macro est_cell_thetas() -%}
select r.*, r.est_cell as est_domain, r.est_figure as est_theta, c.est_figure as est_full
            from est_replicates as r
            inner join est_cells as c on r.est_cell = c.est_cell and r.est_indicator = c.est_indicator
{%- endmacro %}

{# V per domain and indicator, and that of ln(theta / (1 - theta)), which the interval `logit` of a proportion needs. `thetas`
   selects est_domain, est_indicator, est_theta, est_full and the facts of the replicate. #}
{%- macro est_replicate_variance(plan, thetas, influences) -%}
est_thetas as (
    select
        *,
        case when est_theta > 0 and est_theta < 1 then ln(est_theta / (1 - est_theta)) end as est_logit_theta,
        case when est_full > 0 and est_full < 1 then ln(est_full / (1 - est_full)) end as est_logit_full
    from ({{ thetas }}) as est_plain_thetas
),

est_replicate_variance as (
    select
        s.*,
        d.est_df
    from (
        select
            est_domain,
            est_indicator,
            max(est_method) as est_method
            {%- for figure in ['', '_logit'] %},
            max(est_scale)
            * sum(est_rscale * (est{{ figure }}_theta - est{{ figure }}_centre) * (est{{ figure }}_theta - est{{ figure }}_centre))
            as est{{ figure }}_variance
            {%- endfor %}
        from (
            select
                *
                {%- for figure in ['', '_logit'] %},
                case
                    when est_is_mse = 1 then est{{ figure }}_full
                    else avg(case when est_rscale > 0 then est{{ figure }}_theta end) over (partition by est_domain, est_indicator)
                end as est{{ figure }}_centre
                {%- endfor %}
            from est_thetas
        ) as est_centred
        group by est_domain, est_indicator
    ) as s
    left join ({{ est_replicate_df(plan, influences) }}) as d on s.est_domain = d.est_domain and s.est_indicator = d.est_indicator
)
{%- endmacro %}

{# Degrees of freedom where no PSU is known, as R counts them: the rank of the replicate weights in the domain, less 1. Rows
   whose weights change alike count once. Null where PSUs are known: then they count, as in any design. #}
{%- macro est_replicate_df(plan, influences) -%}
select est_domain, est_indicator, replicate_rank(array_agg(est_psu)) - 1 as est_df
        from (
            {%- for slot in plan.slots %}
            {{ 'union all' if not loop.first }}
            select z.est_domain, {{ plan.slots | length }} * z.est_block + {{ slot }} as est_indicator, u.est_psu
            from ({{ influences }}) as z
            inner join est_units as u on z.est_unit = u.est_unit
            where z.est_z_{{ slot }} is not null and u.est_psu like 'replicates: %'
            group by z.est_domain, z.est_block, u.est_psu
            {%- endfor %}
        ) as est_patterns
        group by est_domain, est_indicator
{%- endmacro %}
