{# What the catalogue says of the report's figures, as relations. #}


{# Every figure of the report, and one row per country that has none to set an estimate beside. #}
{% macro report_figures() -%}
    {%- set rows = [] -%}
    {%- for row in report_rows() -%}
        {%- do rows.append([
            row.figure_id, row.country_code, row.kind, row.line, row.what, row.reported ~ '', row.value, row.unit, row.indicator,
            row.universe, row.rule or none, row.note,
        ]) -%}
    {%- endfor -%}
    {{ literal_rows({
        'figure_id': 'string', 'country_code': 'string', 'kind': 'string', 'line': 'int', 'what': 'string',
        'reported_text': 'string', 'reported_value': 'double', 'unit': 'string', 'indicator_code': 'string',
        'universe': 'string', 'rule': 'string', 'note': 'string',
    }, rows) }}
{%- endmacro %}


{% macro report_rows() -%}
    {%- set rows = [] -%}
    {%- set estimated = [] -%}
    {%- for figure_id, figure in catalogue('report_figures').items() -%}
        {%- set country = figure_id.split('-')[0] -%}
        {%- if figure.kind == 'EST' -%}{%- do estimated.append(country) -%}{%- endif -%}
        {%- do rows.append(dict(figure, figure_id=figure_id, country_code='_T' if country == 'GEN' else country, reported=figure.reported or number_words(figure.value), rule=figure_rule(figure))) -%}
    {%- endfor -%}
    {%- for country in programme_countries() if country not in estimated -%}
        {%- do rows.append({
            'figure_id': country ~ '-B00', 'country_code': country, 'kind': 'EST', 'reported': 'no figure in the report',
            'what': 'Any estimate of the country', 'note': 'The report gives no number that an estimate could be set beside',
        }) -%}
    {%- endfor -%}
    {{ return(rows) }}
{%- endmacro %}


{# What is counted, or which signs must show, in words. #}
{% macro figure_rule(figure) -%}
    {%- set words = [] -%}
    {%- for sign in figure.signs -%}
        {%- do words.append([cell_words(sign.left), sign.relation, cell_words(sign.right) if sign.right else number_words(sign.value)] | join(' ')) -%}
    {%- endfor -%}
    {%- if figure.count -%}
        {%- do words.append(
            ('different ' ~ figure.count.distinct ~ ' of ' if figure.count.distinct else '') ~ figure.count.table
            ~ (' where ' ~ figure.count.where if figure.count.where else '')
        ) -%}
    {%- endif -%}
    {{ return(words | join(' and ')) }}
{%- endmacro %}


{% macro number_words(number) -%}
    {{ return(number | int if number == number | int else number) }}
{%- endmacro %}


{% macro cell_words(cell) -%}
    {%- set words = [cell.indicator] -%}
    {%- for dim in cube_dimensions() + ['breakdown'] if cell[dim] and cell[dim] != '_T' -%}
        {%- do words.append(dim ~ ' ' ~ cell[dim]) -%}
    {%- endfor -%}
    {{ return(words | join(' ')) }}
{%- endmacro %}


{# The countries of the recommendations, in their order. #}
{% macro programme_countries() -%}
    {%- set countries = [] -%}
    {%- for recommendation in catalogue('recommendations').values() -%}
        {%- do countries.extend(recommendation.countries) -%}
    {%- endfor -%}
    {{ return(countries | unique | list) }}
{%- endmacro %}



{# What of ours stands beside a figure. One row per figure, place and side: side L is ours, and is held by `relation`
   against `bound` or against side R of the same place. `counted` tells a number of records from an estimate. #}
{% macro report_sides() -%}
    {%- set columns = {
        'figure_id': 'string', 'place': 'int', 'side': 'string', 'counted': 'boolean', 'relation': 'string', 'bound': 'double',
        'tolerance': 'double', 'survey_code': 'string', 'wave': 'string', 'indicator_code': 'string',
    } -%}
    {%- for dim in cube_dimensions() + ['breakdown'] -%}{%- do columns.update({dim: 'string'}) -%}{%- endfor -%}
    {%- set rows = [] -%}
    {%- for side in report_side_list() -%}
        {%- set row = [
            side.figure_id, side.place, side.side, side.counted is true or side.counted is mapping, side.relation, side.bound,
            side.tolerance, side.cell.survey, side.cell.wave, side.cell.indicator,
        ] -%}
        {%- for dim in cube_dimensions() + ['breakdown'] -%}{%- do row.append(side.cell[dim] or '_T') -%}{%- endfor -%}
        {%- do rows.append(row) -%}
    {%- endfor -%}
    {{ literal_rows(columns, rows) }}
{%- endmacro %}


{% macro report_side_list() -%}
    {%- set sides = [] -%}
    {%- for figure_id, figure in catalogue('report_figures').items() -%}
        {%- set ours = figure.cell or figure.count -%}
        {%- if ours -%}
            {%- set usual = 0 if figure.count else 0.5 -%}
            {%- do sides.append({
                'figure_id': figure_id, 'place': 1, 'side': 'L', 'relation': '=', 'bound': figure.value, 'cell': ours,
                'counted': figure.count, 'tolerance': usual if figure.tolerance is none or figure.tolerance is undefined else figure.tolerance,
            }) -%}
        {%- endif -%}
        {%- for sign in figure.signs -%}
            {%- do sides.append({
                'figure_id': figure_id, 'place': loop.index, 'side': 'L', 'relation': sign.relation, 'bound': sign.value,
                'cell': sign.left,
            }) -%}
            {%- if sign.right -%}
                {%- do sides.append({'figure_id': figure_id, 'place': loop.index, 'side': 'R', 'cell': sign.right}) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(sides) }}
{%- endmacro %}


{# Records of ours that a number of the report is reconciled with. One row per figure and wave. #}
{% macro report_counts() -%}
    {%- for figure_id, figure in catalogue('report_figures').items() if figure.count %}
    select
        '{{ figure_id }}' as figure_id,
        wave,
        count({{ 'distinct ' ~ figure.count.distinct if figure.count.distinct else '*' }}) as n_counted,
        count(*) as n_records
    from {{ ref(figure.count.table) }}
    where survey_code = '{{ figure.count.survey }}'{{ ' and (' ~ figure.count.where ~ ')' if figure.count.where }}
    group by wave
    union all
    {%- endfor %}
    select cast(null as string) as figure_id, cast(null as string) as wave, cast(0 as bigint) as n_counted, cast(0 as bigint) as n_records
{%- endmacro %}
