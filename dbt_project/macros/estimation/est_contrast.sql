{# The parts of survey_contrasts: which cells are compared, the two sides, and what the influences count. #}

{# The coefficient of a row's code; null for codes that take no part. #}
{%- macro est_coefficient(column, coefficients) -%}
case {{ column }}
{%- for code, c in coefficients.items() %} when {{ est_text(code) }} then cast({{ c }} as double){% endfor %} end
{%- endmacro %}

{# The cells that take part in each comparison, with their coefficient; est_gap numbers what is compared: a contrast inside
   a cell of its margin. A cell may take part in several. A standardised contrast compares code by code of another dim, in
   bands that count their share of a standard population; any other has one band. #}
{%- macro est_compared(plan, compared) -%}
est_compared as (
    select
        *,
        dense_rank() over (order by {{ (['est_comparison'] + plan.groups + plan.dims) | join(', ') }}) as est_gap
    from (
        {%- for comparison in compared %}
        {%- set contrast = comparison.contrast %}
        {%- set standard = contrast.get('standard') %}
        {{ 'union all' if not loop.first }}
        select
            est_cell,
            {{ est_columns(plan.groups) }}
            {{ est_margin_codes(plan.dims, comparison['keys']) }}
            {{ comparison.number }} as est_comparison,
            {{ est_coefficient(contrast.by, contrast.over) }} as est_c,
            {{ standard.by if standard else "''" }} as est_band,
            {{ est_coefficient(standard.by, standard.shares) if standard else 'cast(1 as double)' }} as est_share
        from est_domains
        where est_margin = {{ comparison.margin }}
        {%- endfor %}
    ) as est_weighed
    where est_c is not null and est_share > 0
),

est_comparisons as (
    select *
    from (values
        {%- for comparison in compared %}{% set contrast = comparison.contrast %}
        ({{ comparison.number }}, {{ est_text(contrast.name) }}, '{{ contrast.scale }}', {{ contrast.over | length }}, {{ est_text(contrast.get('family') or contrast.scale) }}, cast({{ contrast.standard.get('least', 0) if contrast.get('standard') else 0 }} as double), {{ est_text(comparison['keys'] | join(' and ') | replace('"', '') or '_T') }}){{ ',' if not loop.last }}
        {%- endfor %}
    ) as est_listed_comparisons (est_comparison, contrast, scale, est_n_codes, est_family, est_least, est_inside)
),

est_gaps as (
    select
        {{ est_columns(plan.groups + plan.dims, 'g.') }}
        g.est_gap,
        k.*
    from est_compared as g
    inner join est_comparisons as k on g.est_comparison = k.est_comparison
    group by {{ est_columns(plan.groups + plan.dims, 'g.') }} g.est_gap, k.est_comparison, k.contrast, k.scale, k.est_n_codes, k.est_family, k.est_least, k.est_inside
)
{%- endmacro %}

{# The cells that make the figure, and what each counts: its coefficient, times the share of its band among the bands in
   which every code was observed. est_covered is how much of the standard population those are, of the bands in which any
   code was; est_a and est_b the two sides, and the figure is their difference or ratio. #}
{%- macro est_sides() -%}
est_answered as (
    select
        g.est_gap, g.est_cell, c.est_indicator, c.est_figure, c.est_r, c.est_per, c.est_n, g.est_c, g.est_share, k.scale, k.est_least,
        count(c.est_figure) over (partition by g.est_gap, c.est_indicator, g.est_band) as est_seen,
        k.est_n_codes
    from est_compared as g
    inner join est_gaps as k on g.est_gap = k.est_gap
    inner join est_cells as c on g.est_cell = c.est_cell
),

est_terms as (
    select
        *,
        est_c * est_share / sum(est_share) over (partition by est_gap, est_indicator) * est_n_codes as est_w
    from est_answered
    where est_seen = est_n_codes
),

est_sides as (
    select
        *,
        case
            when est_covered < est_least then null
            when scale = 'ratio' then est_a / nullif(est_b, 0)
            else est_a - est_b
        end as est_value
    from (
        select
            a.est_gap,
            a.est_indicator,
            max(a.scale) as scale,
            max(a.est_least) as est_least,
            sum(case when t.est_w > 0 then t.est_w * t.est_figure end) as est_a,
            sum(case when t.est_w < 0 then -t.est_w * t.est_figure end) as est_b,
            sum(case when a.est_c > 0 then a.est_n else 0 end) as est_n_a,
            sum(case when a.est_c < 0 then a.est_n else 0 end) as est_n_b,
            sum(t.est_share / a.est_n_codes)
            / sum(case when a.est_figure is not null then a.est_share / a.est_seen end) as est_covered
        from est_answered as a
        left join est_terms as t on a.est_gap = t.est_gap and a.est_cell = t.est_cell and a.est_indicator = t.est_indicator
        group by a.est_gap, a.est_indicator
    ) as est_summed
)
{%- endmacro %}

{# What z of each cell counts in a comparison: w/X, for a ratio times 1/b on the side a and a/b^2 on the side b. #}
{%- macro est_contrast_rates() -%}
select
            t.est_cell,
            t.est_gap as est_domain,
            t.est_indicator,
            t.est_r,
            t.est_w / t.est_per
            * case
                when t.scale = 'difference' then 1
                when t.est_w > 0 then 1 / nullif(s.est_b, 0)
                else s.est_a / nullif(s.est_b, 0) / nullif(s.est_b, 0)
            end as est_c
        from est_terms as t
        inner join est_sides as s on t.est_gap = s.est_gap and t.est_indicator = s.est_indicator
{%- endmacro %}

{# theta of the comparisons in every replicate; none where a cell that takes part has no figure there. #}
{%- macro est_contrast_thetas() -%}
select
                *,
                case
                    when est_n_figures < est_n_terms then null
                    when scale = 'ratio' then est_a / nullif(est_b, 0)
                    else est_a - est_b
                end as est_theta
            from (
                select
                    t.est_gap as est_domain,
                    t.est_indicator,
                    t.scale,
                    r.est_number,
                    r.est_rscale,
                    r.est_scale,
                    r.est_method,
                    r.est_is_mse,
                    max(s.est_value) as est_full,
                    count(*) as est_n_terms,
                    count(r.est_figure) as est_n_figures,
                    sum(case when t.est_w > 0 then t.est_w * r.est_figure end) as est_a,
                    sum(case when t.est_w < 0 then -t.est_w * r.est_figure end) as est_b
                from est_terms as t
                inner join est_sides as s on t.est_gap = s.est_gap and t.est_indicator = s.est_indicator
                inner join est_replicates as r on t.est_cell = r.est_cell and t.est_indicator = r.est_indicator
                group by
                    t.est_gap, t.est_indicator, t.scale, r.est_number, r.est_rscale, r.est_scale, r.est_method, r.est_is_mse
            ) as est_replicated_sides
{%- endmacro %}
