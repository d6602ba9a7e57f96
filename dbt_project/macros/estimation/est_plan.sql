{# Reads the declarations into one dict that all later steps share: which margins, rolled up from which parent.

   plan.groups      columns that separate whole surveys
   plan.dims        every dim of `by`, in the order of first mention
   plan.scanned     the dims the scan groups by: those, and the ones a contrast compares
   plan.area        those of them that are constant inside a PSU
   plan.indicators  the indicators, each with its number and the sums it needs
   plan.slots       1 to 8: per sampling unit, indicators stand side by side in blocks of so many columns. One column per
                    indicator would make SQL as long as indicators times margins, one row per indicator a lot of hashing
   plan.margins     {number, keys, name, parent, is_renamed}: one per list in `by`, parents first
#}
{%- macro est_plan(plan, design, indicators, by, area) -%}
    {%- set dims = [] -%}
    {%- for dim in by | sum(start=[]) if dim not in dims -%}{%- do dims.append(dim) -%}{%- endfor -%}
    {%- do plan.update({
        'groups': design.get('groups') or [],
        'dims': dims,
        'scanned': dims,
        'area': dims | select('in', area or []) | list,
        'sum_type': design.get('sum_type') or 'double',
        'on_no_df': design.get('on_no_df') or 'null',
        'upper': 0.5 + (design.get('level') or 0.95) / 2,
        'two_stage': true if design.get('fpc') and design.get('fpc2') else false,
        'replicates': true if design.get('replicates') else false,
        'margins': [], 'indicators': [],
    }) -%}
    {%- for size in range(dims | length, -1, -1) -%}
        {%- for keys in by if keys | unique | list | length == size -%}
            {%- do est_plan_margin(plan, dims | select('in', keys) | list) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- for indicator in indicators -%}{%- do est_plan_indicator(plan, indicator, loop.index) -%}{%- endfor -%}
    {%- do plan.update({'slots': range(1, [8, indicators | length] | min + 1) | list}) -%}
    {%- do est_refuse_names(plan) -%}
{%- endmacro %}

{# A margin is rolled up from its smallest parent: of the larger ones that hold its keys the one with the fewest; else the
   leaf. A parent that has but more dims of the area has the same rows under other names, if the promise holds. #}
{%- macro est_plan_margin(plan, keys) -%}
    {%- if keys not in plan.margins | map(attribute='keys') | list -%}
        {%- set best = namespace(parent=none) -%}
        {%- for margin in plan.margins if not (keys | reject('in', margin['keys']) | list) -%}
            {%- if best.parent is none or margin['keys'] | length <= best.parent['keys'] | length -%}
                {%- set best.parent = margin -%}
            {%- endif -%}
        {%- endfor -%}
        {%- do plan.margins.append({
            'number': plan.margins | length,
            'name': 'est_sums_' ~ (plan.margins | length),
            'keys': keys,
            'parent': best.parent,
            'is_renamed': best.parent is not none
                and keys | reject('in', plan.area) | list == best.parent['keys'] | reject('in', plan.area) | list,
        }) -%}
    {%- endif -%}
{%- endmacro %}

{# y = sum(w*y), x = sum(w) or sum(w*x), p = sum(w) where x is something else, q = sum(w*y*y),
   n = rows with an answer, k = rows where a proportion's y holds, d = don't know. #}
{%- macro est_plan_indicator(plan, indicator, number) -%}
    {%- set sums = {
        'mean': ['y', 'x', 'n', 'q'],
        'prop': ['y', 'x', 'n', 'k'],
        'total': ['y', 'p', 'n', 'q'],
        'ratio': ['y', 'x', 'p', 'n'],
    } -%}
    {%- if indicator.kind not in sums -%}
        {{ exceptions.raise_compiler_error(
            "indicator " ~ indicator.name ~ ": kind '" ~ indicator.kind ~ "' is not mean, prop, total or ratio"
        ) }}
    {%- endif -%}
    {%- do plan.indicators.append({
        'number': number,
        'block': (number - 1) // 8,
        'slot': (number - 1) % 8 + 1,
        'name': indicator.name,
        'kind': indicator.kind,
        'y': indicator.y,
        'x': indicator.get('x') if indicator.kind == 'ratio' else none,
        'n_dk': indicator.get('n_dk'),
        'ci': indicator.get('ci') or ('beta' if indicator.kind == 'prop' else 't'),
        'sums': sums[indicator.kind] + (['d'] if indicator.get('n_dk') else []),
    }) -%}
{%- endmacro %}

{# The plan of comparisons: each needs the margin of its cells by the dims compared, and answers with the other dims. #}
{%- macro est_plan_compared(plan, design, indicators, compared, area) -%}
    {%- do est_plan(plan, design, indicators, compared | map(attribute='cells') | list, area) -%}
    {%- set inside = [] -%}
    {%- for comparison in compared -%}
        {%- set cells = comparison.cells | unique | sort -%}
        {%- for margin in plan.margins if margin['keys'] | sort == cells -%}
            {%- do comparison.update({'margin': margin.number}) -%}
        {%- endfor -%}
        {%- for dim in comparison['keys'] if dim not in inside -%}{%- do inside.append(dim) -%}{%- endfor -%}
    {%- endfor -%}
    {%- do plan.update({'dims': inside}) -%}
{%- endmacro %}
