{# A ratio in percent may pass 100, a share may not. The component of a share may be a mean, that of a total a share. #}
{%- set shares = [] -%}
{%- for unit in ('person', 'household', 'institution') -%}
    {%- for part in indicator_parts(unit) if part.kind in ('prop', 'distribution') -%}
        {%- do shares.append(part.code ~ '/' ~ part.breakdown) -%}
    {%- endfor -%}
{%- endfor -%}
select survey_code, wave, indicator_code, breakdown, obs_value
from {{ ref('indicator_estimates') }}
where indicator_code || '/' || breakdown in {{ text_literals(shares | unique) }} and not obs_value between 0 and 100
