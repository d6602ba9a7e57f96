{# Step 2: roll up. Per PSU only y and x (they make the variance), each margin from its smallest parent;
   a margin of all dims is the leaf itself. #}
{%- macro est_unit_rollups(plan) -%}
{%- for step in plan.units %}
{%- set keys = plan.groups + ['est_stratum', 'est_psu'] + (['est_ssu'] if plan.two_stage else []) + plan.area + step.by -%}
{{ step.name }} as (
    select
        {{ keys | join(', ') }}
        {%- for k in plan.indicators %}{% for letter in k.sums if letter in ['y', 'x'] %},
        sum(cast(est_{{ letter }}_{{ k.number }} as double)) as est_{{ letter }}_{{ k.number }}
        {%- endfor %}{% endfor %}
    from {{ step.parent }}
    {{ est_group_by(keys) }}
),

{% endfor %}
{%- endmacro %}

{# Per cell everything, and R = sum(w*y) / sum(w*x). For a total R = 0: its own z is the weighted sum itself. #}
{%- macro est_cell_rollups(plan) -%}
{%- for step in plan.cells %}
{%- set keys = plan.groups + step.by -%}
{{ step.name }} as (
    select
        {{ est_columns(keys) }}
        sum(est_n_rows) as est_n_rows
        {%- for k in plan.indicators %}{% for letter in k.sums %},
        sum(est_{{ letter }}_{{ k.number }}) as est_{{ letter }}_{{ k.number }}
        {%- endfor %}
        {%- if k.kind != 'total' %},
        cast(sum(est_y_{{ k.number }}) as double)
        / nullif(cast(sum(est_x_{{ k.number }}) as double), 0) as est_r_{{ k.number }}
        {%- endif %}{% endfor %}
    from {{ step.parent }}
    {{ est_group_by(keys) }}
),

{% endfor %}
{%- endmacro %}

{# The smallest parent of each key set: the set already built that holds it with the fewest keys; else the leaf. #}
{%- macro est_rollups(steps, key_sets, prefix, leaf_keys) -%}
    {%- for size in range(leaf_keys | length, -1, -1) -%}
        {%- for keys in key_sets if keys | length == size -%}
            {%- set best = namespace(parent='est_leaf', size=leaf_keys | length + 1) -%}
            {%- for step in steps if step.by | length < best.size and not (keys | reject('in', step.by) | list) -%}
                {%- set best.parent = step.name -%}
                {%- set best.size = step.by | length -%}
            {%- endfor -%}
            {%- do steps.append({'name': prefix ~ (steps | length), 'by': keys, 'parent': best.parent}) -%}
        {%- endfor -%}
    {%- endfor -%}
{%- endmacro %}
