{# Reads the declarations into one dict that all later steps share: which margins, rolled up from which parent.

   plan.groups      columns that separate whole surveys
   plan.dims        every dim of `by`, in the order of first mention
   plan.scanned     the dims the scan groups by: those, and the ones a contrast compares
   plan.area        those of them that are constant inside a PSU
   plan.indicators  the indicators, each with its number and the sums it needs
   plan.margins     {number, keys, units, cells}: one per list in `by`
   plan.units       sums per PSU (or SSU): {name, by, parent}, person dims only
   plan.cells       sums per cell: {name, by, parent}, all dims
#}
{%- macro est_plan(plan, design, indicators, by, area) -%}
    {%- set dims = [] -%}
    {%- for dim in by | sum(start=[]) if dim not in dims -%}{%- do dims.append(dim) -%}{%- endfor -%}
    {%- set key_sets = [] -%}
    {%- for keys in by -%}
        {%- set ordered = dims | select('in', keys) | list -%}
        {%- if ordered not in key_sets -%}{%- do key_sets.append(ordered) -%}{%- endif -%}
    {%- endfor -%}
    {%- do plan.update({
        'groups': design.get('groups') or [],
        'dims': dims,
        'scanned': dims,
        'area': dims | select('in', area or []) | list,
        'person': dims | reject('in', area or []) | list,
        'sum_type': design.get('sum_type') or 'double',
        'on_no_df': design.get('on_no_df') or 'null',
        'upper': 0.5 + (design.get('level') or 0.95) / 2,
        'two_stage': true if design.get('fpc') and design.get('fpc2') else false,
        'margins': [], 'units': [], 'cells': [], 'indicators': [],
    }) -%}
    {%- set person_sets = [] -%}
    {%- for keys in key_sets -%}
        {%- set person = keys | reject('in', plan.area) | list -%}
        {%- if person != plan.person and person not in person_sets -%}{%- do person_sets.append(person) -%}{%- endif -%}
    {%- endfor -%}
    {%- do est_rollups(plan.units, person_sets, 'est_units_', plan.person) -%}
    {%- do est_rollups(plan.cells, key_sets, 'est_cells_', dims) -%}
    {%- for keys in key_sets -%}
        {%- set person = keys | reject('in', plan.area) | list -%}
        {%- do plan.margins.append({
            'number': loop.index0,
            'keys': keys,
            'units': (plan.units | selectattr('by', 'equalto', person) | map(attribute='name') | list + ['est_leaf'])[0],
            'cells': (plan.cells | selectattr('by', 'equalto', keys) | first).name,
        }) -%}
    {%- endfor -%}
    {%- for indicator in indicators -%}{%- do est_plan_indicator(plan, indicator, loop.index) -%}{%- endfor -%}
    {%- do est_refuse_names(plan) -%}
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
        'name': indicator.name,
        'kind': indicator.kind,
        'y': indicator.y,
        'x': indicator.get('x') if indicator.kind == 'ratio' else none,
        'n_dk': indicator.get('n_dk'),
        'ci': indicator.get('ci') or ('beta' if indicator.kind == 'prop' else 't'),
        'sums': sums[indicator.kind] + (['d'] if indicator.get('n_dk') else []),
    }) -%}
{%- endmacro %}

{# DuckDB folds the case of names: a dim called like a column of ours would silently take its place. #}
{%- macro est_refuse_names(plan) -%}
    {%- set taken = [
        'indicator', 'estimator', 'obs_value', 'std_error', 'cv', 'deff', 'deff_wor', 'n_obs', 'n_pos', 'n_dk', 'n_psu',
        'df', 'population', 'n_eff', 'ci_lower', 'ci_upper', 'n_lonely', 'variance_method', 'contrast', 'scale', 'p_value',
        'value_a', 'value_b', 'n_obs_a', 'n_obs_b',
    ] -%}
    {%- for dim in plan.scanned if dim in plan.groups -%}
        {{ exceptions.raise_compiler_error("'" ~ dim ~ "' separates surveys: nothing is broken down by it again") }}
    {%- endfor -%}
    {%- for name in plan.groups + plan.scanned -%}
        {%- set bare = name | replace('"', '') | lower -%}
        {%- if bare in taken or bare.startswith('est_') -%}
            {{ exceptions.raise_compiler_error(
                "the estimation macros use the name '" ~ name ~ "' themselves: rename this column"
            ) }}
        {%- endif -%}
    {%- endfor -%}
{%- endmacro %}
