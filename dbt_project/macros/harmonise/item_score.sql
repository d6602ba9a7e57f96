{# The mean of items answered on one scale, from 0 to 100; null where fewer than two thirds of them are answered.

   items    {from: raw columns, scale: [lowest, highest], codes: answer -> place on the scale, reversed: raw columns}
   missing  the answers that are none, as literals
   Without codes the answers are the numbers; one outside the scale counts as not answered. #}
{% macro item_score(items, missing) -%}
    {%- set points, answered = [], [] -%}
    {%- for column in items['from'] -%}
        {%- set point = item_points(column, items, missing) -%}
        {%- do points.append('coalesce(' ~ point ~ ', 0)') -%}
        {%- do answered.append('case when ' ~ point ~ ' is null then 0 else 1 end') -%}
    {%- endfor -%}
    case
        when 3 * ({{ answered | join(' + ') }}) >= {{ 2 * items['from'] | length }}
        then
            cast(100 as double) * ({{ points | join(' + ') }})
            / nullif(({{ answered | join(' + ') }}) * {{ items.scale[1] - items.scale[0] }}, 0)
    end
{%- endmacro %}


{# How far an item lies above the end of the scale that counts as 0. #}
{% macro item_points(column, items, missing) -%}
    {%- set low, high = items.scale -%}
    {%- if items.codes -%}
        case {{ answer(column) }}
            {%- for text, code in items.codes.items() %}
            when {{ text_literal(text | trim) }} then {{ high - code if column in items.get('reversed', []) else code - low }}
            {%- endfor %}
        end
    {%- else -%}
        {%- set number = 'try_cast(' ~ given_answer(column, missing) ~ ' as double)' -%}
        case when {{ number }} between {{ low }} and {{ high }} then
            {{ high ~ ' - ' ~ number if column in items.get('reversed', []) else number ~ ' - ' ~ low }}
        end
    {%- endif -%}
{%- endmacro %}
