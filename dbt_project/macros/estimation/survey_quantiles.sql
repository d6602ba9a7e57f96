{# Medians and other quantiles with Woodruff's interval, in one SELECT.

   quantiles   [{name, y, p: between 0 and 1, n_dk, ci: t|beta|logit|xlogit}]; the rest as in survey_estimates

       q           the smallest y whose cumulated weight reaches p of the cell's (R: qrule = "math")
       F           the share of y <= q, estimated like any proportion, with its interval F_lo to F_hi
       interval    the quantiles at F_lo and F_hi (Woodruff 1952; R: interval.type mean, beta, xlogit); no bound at an F
                   outside 0 to 1
       SE          the length of the interval over 2 t

   The file is laid out once per margin, since the cell decides which rows lie below its q. A cumulated weight within 1e-12
   of p counts as p: sums of doubles differ by as much. #}
{%- macro survey_quantiles(relation, design, quantiles, by) -%}
{%- set groups = design.get('groups') or [] -%}
{%- set dims = by | sum(start=[]) | unique | list -%}
{%- set keys = groups + ['quantile_margin'] + dims -%}
{%- set upper = 0.5 + (design.get('level') or 0.95) / 2 -%}
{%- set inner = dict(design) -%}
{%- do inner.update({'groups': groups + ['quantile_margin'], 'keeps_unasked': not groups}) -%}
{%- set shares = [] -%}
{%- for q in quantiles -%}
    {%- do shares.append({
        'name': q.name, 'kind': 'prop', 'y': 'quantile_below_' ~ loop.index, 'n_dk': q.get('n_dk'), 'ci': q.get('ci') or 't',
    }) -%}
{%- endfor -%}
{%- if design.get('replicates') -%}
    {%- set rows = '(' ~ est_quantile_margins(design.replicates.rows, by, dims, quantiles) ~ ')' -%}
    {%- set replicates = dict(design.replicates) -%}
    {%- do replicates.update({'rows': '(' ~ est_quantile_marked(rows, keys, quantiles) ~ ')'}) -%}
    {%- do inner.update({'replicates': replicates}) -%}
{%- endif -%}
with est_margin_rows as (
    {{ est_quantile_margins(relation, by, dims, quantiles) }}
),

{{ est_quantile_points(design, keys, quantiles) }},

est_shares as (
    {{ survey_estimates('(' ~ est_quantile_marked('est_margin_rows', keys, quantiles) ~ ')', inner, shares, [dims]) }}
),

est_bounds as (
    select
        {{ est_columns(keys, 's.') }}
        s.indicator,
        max(c.est_p) as est_p,
        min(case when c.est_reached >= c.est_p then c.est_y end) as est_q,
        min(case when s.ci_lower between 0 and 100 and c.est_reached >= s.ci_lower / 100 then c.est_y end) as est_lower,
        min(case when s.ci_upper between 0 and 100 and c.est_reached >= s.ci_upper / 100 then c.est_y end) as est_upper
    from est_shares as s
    inner join est_reached as c on {{ est_on('s', 'c', keys + ['indicator']) }}
    group by {{ est_columns(keys, 's.') }} s.indicator
),

est_answer as (
    select
        s.*,
        f.est_p,
        b.est_q,
        b.est_lower,
        b.est_upper,
        case
            when s.variance_method = 'CENSUS' then 0
            when s.df > 0 then (b.est_upper - b.est_lower) / 2 / t_quantile({{ upper }}, cast(s.df as double))
        end as est_se
    from est_shares as s
    inner join est_wanted as f on s.indicator = f.indicator
    left join est_bounds as b on {{ est_on('s', 'b', keys + ['indicator']) }}
)

select
    {{ est_columns(groups + dims) }}
    indicator,
    'quantile' as estimator,
    est_p as probability,
    est_q as obs_value,
    est_se as std_error,
    est_se / nullif(abs(est_q), 0) as cv,
    n_obs,
    n_dk,
    n_psu,
    df,
    population,
    n_eff,
    est_lower as ci_lower,
    est_upper as ci_upper,
    n_lonely,
    case when est_se is null then 'NONE' else variance_method end as variance_method
from est_answer
{%- endmacro %}

{# The rows once per margin, with the codes of its dims and '_T' in the others. #}
{%- macro est_quantile_margins(relation, by, dims, quantiles) -%}
{%- for keys in by %}
    {{ 'union all' if not loop.first }}
    select
        {% for dim in dims -%}
        {{ "coalesce(cast(" ~ dim ~ " as string), '_U')" if dim in keys else "'_T'" }} as {{ dim }},
        {% endfor -%}
        {% for q in quantiles -%}
        cast({{ q.y }} as double) as quantile_y_{{ loop.index }},
        {% endfor -%}
        {{ loop.index }} as quantile_margin,
        *{% if dims %} except ({{ dims | join(', ') }}){% endif %}
    from {{ relation }} as est_source_{{ loop.index }}
{%- endfor %}
{%- endmacro %}

{# est_reached: per cell and distinct y the share of the weight at or below it. #}
{%- macro est_quantile_points(design, keys, quantiles) -%}
{%- set weight = est_number({'sum_type': design.get('sum_type') or 'double'}, design.get('weight') or 1, 18) -%}
{%- set cell = est_columns(keys, 'm.') ~ ' m.indicator' -%}
est_wanted as (
    select *
    from (values
        {%- for q in quantiles %}
        ({{ est_text(q.name) }}, cast({{ q.p }} as double)){{ ',' if not loop.last }}
        {%- endfor %}
    ) as est_listed_quantiles (indicator, est_p)
),

est_masses as (
    {%- for q in quantiles %}
    {{ 'union all' if not loop.first }}
    select {{ est_columns(keys) }} {{ est_text(q.name) }} as indicator, quantile_y_{{ loop.index }} as est_y, sum({{ weight }}) as est_mass
    from est_margin_rows
    where quantile_y_{{ loop.index }} is not null
    group by {{ est_columns(keys) }} quantile_y_{{ loop.index }}
    {%- endfor %}
),

est_reached as (
    select
        {{ est_columns(keys, 'm.') }}
        m.indicator,
        w.est_p,
        m.est_y,
        cast(sum(m.est_mass) over (partition by {{ cell }} order by m.est_y) as double)
        / cast(sum(m.est_mass) over (partition by {{ cell }}) as double) * 1.000000000001 as est_reached
    from est_masses as m
    inner join est_wanted as w on m.indicator = w.indicator
)
{%- endmacro %}

{# The rows, each with whether its y lies at or below the quantile of its cell. #}
{%- macro est_quantile_marked(rows, keys, quantiles) -%}
select
    r.*,
    {%- for q in quantiles %}
    r.quantile_y_{{ loop.index }} <= q.est_q_{{ loop.index }} as quantile_below_{{ loop.index }}{{ ',' if not loop.last }}
    {%- endfor %}
from {{ rows }} as r
left join (
    select
        {{ est_columns(keys) }}
        {%- for q in quantiles %}
        min(case when indicator = {{ est_text(q.name) }} and est_reached >= est_p then est_y end) as est_q_{{ loop.index }}{{ ',' if not loop.last }}
        {%- endfor %}
    from est_reached
    group by {{ keys | join(', ') }}
) as q on {{ est_on('r', 'q', keys) }}
{%- endmacro %}
