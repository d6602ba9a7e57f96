{# Step 4: roll up, each margin from its smallest parent. #}

{# Which cell of a margin the rows of its parent belong to. #}
{%- macro est_link(margin) -%}
{%- if margin.parent is none -%}
select est_combo as est_parent, est_cell from est_places where est_margin = {{ margin.number }}
{%- else -%}
select p.est_cell as est_parent, c.est_cell
        from est_places as p
        inner join est_places as c on p.est_combo = c.est_combo
        where p.est_margin = {{ margin.parent.number }} and c.est_margin = {{ margin.number }}
        group by p.est_cell, c.est_cell
{%- endif -%}
{%- endmacro %}

{# Sums per sampling unit, cell and block: only y and x, which make the variance. #}
{%- macro est_unit_rollups(plan) -%}
{%- for margin in plan.margins %}
{%- set sum = '' if margin.is_renamed else 'sum' %}
{{ margin.name }} as (
    select
        u.est_h,
        u.est_unit,
        m.est_cell,
        u.est_block
        {%- for slot in plan.slots %},
        {{ sum }}(u.est_y_{{ slot }}) as est_y_{{ slot }},
        {{ sum }}(u.est_x_{{ slot }}) as est_x_{{ slot }}
        {%- endfor %}
    from {{ margin.parent.name if margin.parent else 'est_sums' }} as u
    inner join ({{ est_link(margin) }}) as m on u.est_cell = m.est_parent
    {{ 'group by u.est_h, u.est_unit, m.est_cell, u.est_block' if not margin.is_renamed }}
){{ ',' if not loop.last }}
{% endfor %}
{%- endmacro %}

{# The units of all margins under each other: cells have numbers of their own over all margins. #}
{%- macro est_all_sums(plan) -%}
{%- for margin in plan.margins %}
        {{ 'union all' if not loop.first }}
        select * from {{ margin.name }}
{%- endfor %}
{%- endmacro %}

{# Per cell and indicator everything, and R = sum(w*y) / sum(w*x); R of a total is 0, its own z is the weighted sum itself,
   and it is divided by nothing (est_per). #}
{%- macro est_cells(plan) -%}
est_cell_sums as (
    select
        m.est_cell,
        a.est_indicator,
        {%- for letter in ['y', 'x', 'p', 'q'] %}
        cast(sum(a.est_{{ letter }}) as double) as est_{{ letter }},
        {%- endfor %}
        {%- for letter in ['n', 'k', 'd'] %}
        cast(sum(a.est_{{ letter }}) as bigint) as est_{{ letter }}{{ ',' if not loop.last }}
        {%- endfor %}
    from est_answers as a
    inner join est_places as m on a.est_combo = m.est_combo
    group by m.est_cell, a.est_indicator
),

est_cells as (
    select
        s.*,
        f.est_kind,
        case when f.est_kind = 'total' then 0 else s.est_y / nullif(s.est_x, 0) end as est_r,
        case when f.est_kind = 'total' then 1 else nullif(s.est_x, 0) end as est_per,
        case when f.est_kind = 'total' then s.est_y else s.est_y / nullif(s.est_x, 0) end as est_figure
    from est_cell_sums as s
    inner join est_facts as f on s.est_indicator = f.est_indicator
)
{%- endmacro %}
