{# Answers without a code stay within the share that the survey declares (acceptance.max_unmapped_share). A variable
   above it leaves its survey out of the build. #}
{% test unmapped_share_is_accepted(model) %}
    select unmapped.survey_code, unmapped.wave, unmapped.table_name, unmapped.variable, sum(unmapped.n_records) as n_records
    from {{ model }} as unmapped
    inner join (
        {%- for survey, declared in var('surveys').items() %}
        select '{{ survey }}' as survey_code, {{ declared.max_unmapped_share }} as max_share
        {{ 'union all' if not loop.last }}
        {%- endfor %}
    ) as accepted on unmapped.survey_code = accepted.survey_code
    group by unmapped.survey_code, unmapped.wave, unmapped.table_name, unmapped.variable, accepted.max_share
    having sum(unmapped.n_records) > accepted.max_share * min(unmapped.n_answers)
{% endtest %}
