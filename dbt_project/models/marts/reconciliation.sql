with facts as (
    {{ survey_facts() }}
),

sides as (
    select {{ reconciliation_columns() | join(', ') }}
    from ({{ local_and_national(ref('indicator_estimates')) }}) as estimated
    union all
    select {{ reconciliation_columns() | join(', ') }}
    from ({{ returnee_counts(ref('institutions'), ref('persons')) }}) as counted
),

-- two surveys draw their samples independently; a count has no sampling error that is known here
compared as (
    select
        *,
        value - other_value as difference,
        sqrt(std_error * std_error + other_std_error * other_std_error) as diff_std_error,
        value / nullif(other_value, 0) as ratio
    from sides
)

select
    compared.reconciliation,
    compared.country_code,
    compared.measure,
    compared.breakdown,
    compared.mig_status,
    compared.unit_measure,
    compared.ref_area,
    compared.survey_code,
    compared.wave,
    compared.time_period,
    own.population as universe,
    compared.value,
    compared.std_error,
    compared.n_obs,
    compared.n_missing,
    compared.reliability,
    own.is_weighted,
    compared.other_area,
    compared.other_survey_code,
    compared.other_wave,
    compared.other_time_period,
    other.population as other_universe,
    compared.other_value,
    compared.other_std_error,
    compared.other_n_obs,
    compared.other_n_missing,
    compared.other_reliability,
    other.is_weighted as other_is_weighted,
    compared.difference,
    compared.diff_std_error,
    compared.difference - 1.96 * compared.diff_std_error as diff_ci_lower,
    compared.difference + 1.96 * compared.diff_std_error as diff_ci_upper,
    compared.ratio,
    compared.is_same_definition,
    compared.is_synthetic
from compared
inner join facts as own on compared.survey_code = own.survey_code
inner join facts as other on compared.other_survey_code = other.survey_code
