with headlines as (
    {{ headlines() }}
),

gaps as (
    {{ widest_gaps() }}
),

-- what each survey wave says of each indicator
held as (
    select
        coverage.country_code,
        coverage.survey_code,
        coverage.wave,
        coverage.time_period,
        coverage.indicator_code,
        coalesce(coverage.missing_variables, 'migratory status') as missing_variables,
        coverage.is_synthetic,
        headlines.n_obs,
        case
            when coverage.coverage = 'not_collected' or headlines.mig_status = '_X' then 'not_collected'
            when headlines.reliability in ('reliable', 'caution') then 'figure'
            else 'too_imprecise'
        end as evidence
    from {{ ref('indicator_coverage') }} as coverage
    left join headlines
        on {{ same_columns('coverage', 'headlines', ['survey_code', 'wave', 'indicator_code']) }}
    where coverage.disaggregation = '_T'
),

-- of a country's survey waves the one that says most: a figure, the latest; or else the one that lacks least
chosen as (
    select *
    from held
    qualify row_number() over (
        partition by country_code, indicator_code
        order by
            {{ place_of('evidence', ['figure', 'too_imprecise', 'not_collected']) }},
            length(missing_variables) - length(replace(missing_variables, ' ', '')),
            time_period desc nulls last,
            n_obs desc nulls last,
            survey_code,
            wave
    ) = 1
),

final as (
    select
        recommended.recommendation_id,
        recommended.title,
        recommended.line,
        recommended.country_code,
        recommended.indicator_code,
        chosen.survey_code,
        chosen.wave,
        chosen.time_period,
        headlines.mig_status,
        headlines.unit_measure,
        headlines.obs_value,
        headlines.std_error,
        headlines.ci_lower,
        headlines.ci_upper,
        headlines.n_obs,
        headlines.reliability,
        gaps.dimension as gap_dimension,
        gaps.status as gap_status,
        gaps.reference as gap_reference,
        gaps.difference as gap,
        gaps.diff_ci_lower as gap_ci_lower,
        gaps.diff_ci_upper as gap_ci_upper,
        gaps.p_value as gap_p_value,
        gaps.reliability as gap_reliability,
        gaps.n_compared as gap_n_compared,
        coalesce(chosen.evidence, 'not_collected') as evidence,
        case
            when chosen.survey_code is null then 'evidence gap: not collected: no survey of the country has been delivered'
            when chosen.evidence = 'not_collected' then 'evidence gap: not collected: ' || chosen.missing_variables
        end as missing,
        chosen.is_synthetic
    from ({{ recommended() }}) as recommended
    left join chosen
        on {{ same_columns('recommended', 'chosen', ['country_code', 'indicator_code']) }}
    left join headlines
        on {{ same_columns('chosen', 'headlines', ['survey_code', 'wave', 'indicator_code']) }} and chosen.evidence <> 'not_collected'
    left join gaps
        on {{ same_columns('chosen', 'gaps', ['survey_code', 'wave', 'indicator_code']) }}
)

select * from final
