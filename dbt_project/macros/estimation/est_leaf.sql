{# Step 1: one scan of the file. est_rows types what is needed, est_leaf and its neighbours sum it. #}

{#  est_weight         w
    est_value_k        y_k (of a proportion: 1 or 0); null where y, or the x of a ratio, is missing:
                       not in the universe, or no answer
    est_per_k          x_k of a ratio
    A survey without strata is one stratum; without PSUs, every row is its own PSU. #}
{%- macro est_rows(relation, plan, design) -%}
est_rows as (
    select
        {{ est_columns(plan.groups) }}
        {% for dim in plan.scanned -%}
        coalesce(cast({{ dim }} as string), '_U') as {{ dim }},
        {% endfor -%}
        coalesce(cast({{ design.get('strata') or "''" }} as string), '') as est_stratum,
        {{ est_unit(design, 'psu') }} as est_psu,
        {% if plan.two_stage -%}
        {{ est_unit(design, 'ssu') }} as est_ssu,
        cast({{ design.get('fpc2') }} as double) as est_fpc2,
        {% endif -%}
        {{ est_number(plan, design.get('weight') or 1, 18) }} as est_weight,
        {% if plan.fpc -%}
        cast({{ design.get('fpc') }} as double) as est_fpc,
        {% endif -%}
        coalesce({{ design.get('lonely_column') or est_text(design.get('lonely') or 'fail') }}, 'fail') as est_lonely
        {%- for i in plan.indicators %},
        {%- if i.kind == 'ratio' %}
        case when ({{ i.x }}) is not null then {{ est_number(plan, i.y) }} end as est_value_{{ i.number }},
        case when ({{ i.y }}) is not null then {{ est_number(plan, i.x) }} end as est_per_{{ i.number }}
        {%- else %}
        {{ est_share(plan, i.y) if i.kind == 'prop' else est_number(plan, i.y) }} as est_value_{{ i.number }}
        {%- endif %}
        {%- if i.n_dk %},
        cast({{ i.n_dk }} as int) as est_unknown_{{ i.number }}
        {%- endif %}
        {%- endfor %}
    from {{ relation }}
)
{%- endmacro %}

{# The code of a sampling unit. A design without the column, or a survey of a union without the code, has the row itself:
   numbered where all rows are units, named at random where a few are, which costs nothing for the others. #}
{%- macro est_unit(design, part) -%}
{%- set column = design.get(part) -%}
{%- if column -%}
case when {{ column }} is null then cast({{ est_row_unit(design, 'uuid()') }} as string) else cast({{ column }} as string) end
{%- else -%}
cast({{ est_row_unit(design, 'row_number() over (order by 1)') }} as string)
{%- endif -%}
{%- endmacro %}

{# y over no present row is null, so "this PSU holds rows of the domain" is `est_y is not null` ever after. Products, not
   CASE or FILTER: they are a fifth cheaper. #}
{%- macro est_leaf_sum(plan, letter, k) -%}
{%- set value = 'est_value_' ~ k.number -%}
{%- if letter == 'y' -%} sum(est_weight * {{ value }})
{%- elif letter == 'x' and k.kind == 'ratio' -%} sum(est_weight * est_per_{{ k.number }})
{%- elif letter in ['x', 'p'] -%} sum(est_weight * {{ est_share(plan, value ~ ' is not null') }})
{%- elif letter == 'n' -%} count({{ value }})
{%- elif letter == 'k' -%} coalesce(sum({{ value }}), 0)
{%- elif letter == 'q' -%} sum(cast(est_weight as double) * cast({{ value }} as double) * cast({{ value }} as double))
{%- elif letter == 'd' -%} sum(est_unknown_{{ k.number }})
{%- endif -%}
{%- endmacro %}

{# `, sum(...) as est_y_1, ...` of every indicator, for those of the letters that it needs. #}
{%- macro est_leaf_sums(plan, letters) -%}
{%- for k in plan.indicators %}{% for letter in k.sums if letter in letters %},
        {{ est_leaf_sum(plan, letter, k) }} as est_{{ letter }}_{{ k.number }}
{%- endfor %}{% endfor %}
{%- endmacro %}

{#  est_leaf     y and x per sampling unit of the last stage and combination of dims
    est_counts   what no variance needs, per combination alone: as many sums again, in a table that is small
    est_members  the sampling units of the last stage, with their population counts #}
{%- macro est_leaf(plan) -%}
{%- set combos = plan.groups + plan.scanned -%}
est_leaf as (
    select
        {{ (plan.units + plan.scanned) | join(', ') }}
        {{- est_leaf_sums(plan, ['y', 'x', 'p']) }}
    from est_rows
    group by {{ (plan.units + plan.scanned) | join(', ') }}
),

est_counts as (
    select
        {{ est_columns(combos) }}
        count(*) as est_n_rows,
        min(est_weight) as est_weight_min,
        max(est_weight) as est_weight_max,
        max(est_lonely) as est_lonely
        {{- est_leaf_sums(plan, ['n', 'k', 'q', 'd']) }}
    from est_rows
    {{ est_group_by(combos) }}
),

est_members as (
    select
        {{ plan.units | join(', ') }}
        {%- if plan.fpc %},
        max(est_fpc) as est_fpc
        {%- endif %}
        {%- if plan.two_stage %},
        max(est_fpc2) as est_fpc2
        {%- endif %}
    from est_rows
    group by {{ plan.units | join(', ') }}
)
{%- endmacro %}
