{{ config(meta={'of': 'persons'}) }}

with persons as (
    select * from {{ ref('int_persons') }}
),

instruments as (
    {{- status_instruments('persons') }}
),

decisions as (
    {{ status_decisions() }}
),

levels as (
    {{ status_levels() }}
),

answers as (
    select
        persons.*,
        instruments.* except (collected_variables)
    from persons
    inner join instruments on persons.collected_variables = instruments.collected_variables
),

terms as (
    select
        *,
        {{ status_terms() }}
    from answers
),

conditions as (
    select
        *,
        {{ status_conditions() }}
    from terms
),

decided as (
    select
        *,
        {{ status_decision() }}
    from conditions
),

coded as (
    select
        decided.*,
        decisions.ms_rule,
        decisions.ms_basis,
        coalesce(decisions.code, decided.forced_status) as mig_status
    from decided
    inner join decisions on decided.decision = decisions.decision
),

final as (
    select
        {{ record_columns('persons', 'coded') }},
        coded.mig_status,
        levels.mig_status_l1,
        levels.mig_status_l2,
        levels.mig_status_l3,
        coded.ms_rule,
        coded.ms_basis,
        case when coded.forced_status is not null then 'D' when coded.is_complete then 'A' else 'B' end as ms_quality,
        '{{ catalogue('migratory_status').version }}' as ms_version,
        coded.ms_contradiction,
        {{ status_trace() }} as ms_trace,
        {{ birth_code() }} as birth,
        {{ citizenship_code() }} as citizenship,
        levels.mig_status_l1 <> 'EM' and coalesce(coded.is_resident, true) as is_usual_resident,
        {{ status_flags('coded') }},
        {{ is_covid_return() }} as f_covid_return,
        {{ is_border_change() }} as f_border_change
    from coded
    inner join levels on coded.mig_status = levels.mig_status
)

select * from final
