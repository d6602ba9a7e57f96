{# Step 4: roll up, each margin from its smallest parent. Sampling units are rolled up over the dims that vary inside them
   only; what is asked for without an area is put together where the variance is (est_parts). #}

{#  est_parents   which cell of a margin the rows of a cell of its parent belong to; margins as far from the leaf are one level
    est_parts     the cells with all areas that a domain is made of #}
{%- macro est_links(plan) -%}
{%- set rolled = plan.margins | selectattr('level') | list -%}
{%- if rolled -%}
est_parents as (
    select p.est_cell as est_parent, c.est_cell, m.est_level
    from (values {% for m in rolled %}({{ m.number }}, {{ m.parent }}, {{ m.level }}){{ ', ' if not loop.last }}{% endfor %}) as m (est_margin, est_parent, est_level)
    inner join est_places as c on m.est_margin = c.est_margin
    inner join est_places as p on m.est_parent = p.est_margin and c.est_combo = p.est_combo
    group by p.est_cell, c.est_cell, m.est_level
),

{% endif -%}
est_parts as (
    select p.est_cell, c.est_cell as est_domain
    from (values {% for m in plan.margins if m.is_asked %}({{ m.number }}, {{ m.of }}){{ ', ' if not loop.last }}{% endfor %}) as m (est_margin, est_of)
    inner join est_places as c on m.est_margin = c.est_margin
    inner join est_places as p on m.est_of = p.est_margin and c.est_combo = p.est_combo
    group by p.est_cell, c.est_cell
)
{%- endmacro %}

{# Sums per sampling unit, cell and block: only y and x, which make the variance. A key made of both sides keeps DuckDB
   from summing once more before the join: there are no rows of one unit and cell to be put together yet. #}
{%- macro est_levels(plan) -%}
{{ est_level_0(plan) }}
{%- for level in range(1, plan.levels) %},

est_level_{{ level }} as (
    select
        u.est_h,
        u.est_unit,
        p.est_cell,
        u.est_block + 0 * p.est_level as est_block
        {%- for slot in plan.slots %},
        sum(u.est_y_{{ slot }}) as est_y_{{ slot }},
        sum(u.est_x_{{ slot }}) as est_x_{{ slot }}
        {%- endfor %}
    from est_level_{{ level - 1 }} as u
    inner join est_parents as p on u.est_cell = p.est_parent
    where p.est_level = {{ level }}
    group by u.est_h, u.est_unit, p.est_cell, u.est_block + 0 * p.est_level
)
{%- endfor %}
{%- endmacro %}

{# The units of all levels under each other: cells have numbers of their own over all margins. #}
{%- macro est_all_levels(plan) -%}
{%- for level in range(plan.levels) %}
        {{ 'union all' if not loop.first }}
        select * from est_level_{{ level }}
{%- endfor %}
{%- endmacro %}
