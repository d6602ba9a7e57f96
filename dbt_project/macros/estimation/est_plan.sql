{# Reads the declarations into one dict that all later steps share: which margins, rolled up from which parent.

   plan.groups      columns that separate whole surveys
   plan.dims        every dim of `by`, in the order of first mention
   plan.scanned     the dims the scan groups by: those, and the ones a contrast compares
   plan.area        those of them that are constant inside a PSU
   plan.fpc         whether the design has population counts of PSUs; plan.two_stage: of SSUs, too
   plan.units       what tells sampling units of the last stage apart
   plan.indicators  the indicators, each with its number and the sums it needs
   plan.summed      per sum the numbers of the indicators that need it
   plan.blocks      the indicators again, up to 20 side by side: one column per indicator would make SQL as long as indicators
                    times levels, one row per indicator a lot of hashing; plan.slots, their places in a block, from 1
   plan.margins     {number, keys, level, parent, is_asked, of}, parents first. Number 0 has all dims: the leaf. Units are
                    rolled up to margins with a `level`, the distance from it, each from `parent`: they have all areas,
                    which are constant inside a unit. A margin of `by` without them has the same sums of units as `of`
   plan.levels      how many levels there are, the leaf one of them
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
        'fpc': true if design.get('fpc') else false,
        'two_stage': true if design.get('fpc') and design.get('fpc2') else false,
        'replicates': true if design.get('replicates') else false,
        'keeps_unasked': design.get('keeps_unasked') or not design.get('groups'),
        'margins': [], 'indicators': [], 'summed': {'y': [], 'x': [], 'p': [], 'q': [], 'n': [], 'k': [], 'd': []},
    }) -%}
    {%- do plan.update({
        'units': plan.groups + ['est_stratum', 'est_psu'] + (['est_ssu'] if plan.two_stage else []),
    }) -%}
    {%- do est_plan_margins(plan, by) -%}
    {%- set n = indicators | length -%}
    {%- set n_blocks = (n + 19) // 20 -%}
    {%- set size = (n + n_blocks - 1) // n_blocks -%}
    {%- for indicator in indicators -%}{%- do est_plan_indicator(plan, indicator, loop.index, size) -%}{%- endfor -%}
    {%- do plan.update({'blocks': plan.indicators | batch(size) | list, 'slots': range(1, size + 1) | list}) -%}
    {%- do est_refuse_names(plan) -%}
{%- endmacro %}

{# First the margins that units are rolled up to, larger ones first, then what is asked for besides. #}
{%- macro est_plan_margins(plan, by) -%}
    {%- do plan.margins.append({'number': 0, 'keys': plan.scanned, 'level': 0, 'is_asked': false, 'of': 0}) -%}
    {%- for size in range(plan.scanned | length, -1, -1) -%}
        {%- for keys in by -%}
            {%- set rolled = plan.scanned | select('in', keys + plan.area) | list -%}
            {%- if rolled | length == size -%}{%- do est_plan_rolled(plan, rolled) -%}{%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- do plan.update({'levels': 1 + plan.margins | map(attribute='level') | max}) -%}
    {%- for keys in by -%}
        {%- set asked = plan.scanned | select('in', keys) | list -%}
        {%- set rolled = plan.scanned | select('in', keys + plan.area) | list -%}
        {%- set of = plan.margins | selectattr('keys', 'equalto', rolled) | first -%}
        {%- if asked == rolled -%}{%- do of.update({'is_asked': true}) -%}
        {%- elif not (plan.margins | selectattr('keys', 'equalto', asked) | list) -%}
            {%- do plan.margins.append({
                'number': plan.margins | length, 'keys': asked, 'level': 0, 'is_asked': true, 'of': of.number
            }) -%}
        {%- endif -%}
    {%- endfor -%}
{%- endmacro %}

{# Rolled up from the smallest parent: of the larger ones that hold its keys the one with the fewest. #}
{%- macro est_plan_rolled(plan, keys) -%}
    {%- if not (plan.margins | selectattr('keys', 'equalto', keys) | list) -%}
        {%- set best = namespace(parent=none) -%}
        {%- for margin in plan.margins if not (keys | reject('in', margin['keys']) | list) -%}
            {%- if best.parent is none or margin['keys'] | length <= best.parent['keys'] | length -%}
                {%- set best.parent = margin -%}
            {%- endif -%}
        {%- endfor -%}
        {%- do plan.margins.append({
            'number': plan.margins | length, 'keys': keys, 'level': best.parent.level + 1, 'parent': best.parent.number,
            'is_asked': false, 'of': plan.margins | length,
        }) -%}
    {%- endif -%}
{%- endmacro %}

{# y = sum(w*y), x = sum(w) or sum(w*x), p = sum(w) where x is something else, q = sum(w*y*y),
   n = rows with an answer, k = rows where a proportion's y holds, d = don't know. #}
{%- macro est_plan_indicator(plan, indicator, number, size) -%}
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
        'block': (number - 1) // size,
        'slot': (number - 1) % size + 1,
        'name': indicator.name,
        'kind': indicator.kind,
        'y': indicator.y,
        'x': indicator.get('x') if indicator.kind == 'ratio' else none,
        'n_dk': indicator.get('n_dk'),
        'ci': indicator.get('ci') or ('beta' if indicator.kind == 'prop' else 't'),
        'sums': sums[indicator.kind] + (['d'] if indicator.get('n_dk') else []),
    }) -%}
    {%- for letter in plan.indicators[-1].sums -%}{%- do plan.summed[letter].append(number) -%}{%- endfor -%}
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
