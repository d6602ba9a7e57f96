{# The parts of survey_contrasts: which cells are compared, the two sides, and what the influences count. #}

{# The coefficient of a row's code; null for codes that take no part. #}
{%- macro est_coefficient(contrast) -%}
case {{ contrast.by }}
{%- for code, c in contrast.over.items() %} when {{ est_text(code) }} then {{ c }}{% endfor %} end
{%- endmacro %}

{# The cells that take part in each comparison, with their coefficient; est_gap numbers what is compared: a contrast inside
   a cell of its margin. A cell may take part in several. #}
{%- macro est_compared(plan, compared) -%}
est_compared as (
    select
        *,
        dense_rank() over (order by {{ (['est_comparison'] + plan.groups + plan.dims) | join(', ') }}) as est_gap
    from (
        {%- for comparison in compared %}
        {%- set contrast = comparison.contrast %}
        {{ 'union all' if not loop.first }}
        select
            est_cell,
            {{ est_columns(plan.groups) }}
            {{ est_margin_codes(plan.dims, comparison['keys']) }}
            {{ comparison.number }} as est_comparison,
            {{ est_text(contrast.name) }} as contrast,
            '{{ contrast.scale }}' as scale,
            {{ contrast.over | length }} as est_n_codes,
            {{ est_coefficient(contrast) }} as est_c
        from est_domains
        where est_margin = {{ comparison.margin }}
        {%- endfor %}
    ) as est_weighed
    where est_c is not null
),

est_gaps as (
    select
        {{ est_columns(plan.groups + plan.dims) }}
        est_gap, contrast, scale, est_n_codes
    from est_compared
    group by {{ (plan.groups + plan.dims + ['est_gap', 'contrast', 'scale', 'est_n_codes']) | join(', ') }}
)
{%- endmacro %}

{# a, b and the interviews behind them, per comparison and indicator; est_seen counts the codes that were observed. #}
{%- macro est_sides() -%}
est_sides as (
    select
        g.est_gap,
        c.est_indicator,
        sum(case when g.est_c > 0 then g.est_c * c.est_figure end) as est_a,
        sum(case when g.est_c < 0 then -g.est_c * c.est_figure end) as est_b,
        sum(case when g.est_c > 0 then c.est_n else 0 end) as est_n_a,
        sum(case when g.est_c < 0 then c.est_n else 0 end) as est_n_b,
        count(c.est_figure) as est_seen
    from est_compared as g
    inner join est_cells as c on g.est_cell = c.est_cell
    group by g.est_gap, c.est_indicator
)
{%- endmacro %}

{# What z of each cell counts in a comparison: c/X, for a ratio times 1/b on the side a and a/b^2 on the side b. #}
{%- macro est_contrast_rates() -%}
select
            g.est_cell,
            g.est_gap as est_domain,
            c.est_indicator,
            c.est_r,
            g.est_c / c.est_per
            * case
                when g.scale = 'difference' then 1
                when g.est_c > 0 then 1 / nullif(s.est_b, 0)
                else s.est_a / nullif(s.est_b, 0) / nullif(s.est_b, 0)
            end as est_c
        from est_compared as g
        inner join est_cells as c on g.est_cell = c.est_cell
        inner join est_sides as s on g.est_gap = s.est_gap and c.est_indicator = s.est_indicator
{%- endmacro %}
