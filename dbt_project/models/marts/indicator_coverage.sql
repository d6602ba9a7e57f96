{{ config(materialized='waves') }}
-- depends_on: {{ ref('int_persons__status') }}
-- depends_on: {{ ref('int_households__status') }}
-- depends_on: {{ ref('int_institutions__status') }}

with expected as (
    {{ coverage_expected() }}
),

asked as (
    {{ coverage_asked() }}
),

surveys as (
    {{ survey_facts() }}
),

waves as (
    select survey_code, wave from {{ build_input('waves') }} where is_under_build
),

periods as (
    {{ wave_facts() }}
),

-- the answers it takes in a cell for a coefficient of variation of 20 %
cells as (
    select
        estimates.survey_code,
        estimates.wave,
        estimates.indicator_code,
        estimates.reliability,
        cast(estimates.n_obs as double) as n_obs,
        {{ disaggregation_of('estimates') }} as disaggregation,
        case
            when estimates.variance_method = 'CENSUS' or estimates.n_obs = 0 then null
            when estimates.estimator = 'prop'
                then
                    cast(coalesce(estimates.deff, 1) as double) * (100 - cast(estimates.obs_value as double))
                    / nullif(cast(estimates.obs_value as double) * 0.04, 0)
            else cast(estimates.n_obs as double) * power(cast(estimates.cv as double) / 0.2, 2)
        end as n_needed
    from {{ ref('int_indicator_estimates') }} as estimates
    where
        estimates.breakdown = '_T' and estimates.mig_status <> '_Z'
        and '_U' not in (
            estimates.ref_area, estimates.mig_status, estimates.hh_mig, estimates.birth, estimates.citizenship,
            estimates.sex, estimates.age, estimates.urbanisation
        )
        and '_X' not in (
            estimates.ref_area, estimates.mig_status, estimates.hh_mig, estimates.birth, estimates.citizenship,
            estimates.sex, estimates.age, estimates.urbanisation
        )
),

totals as (
    select survey_code, wave, indicator_code, n_obs from cells where disaggregation = '_T'
),

seen as (
    select
        cells.survey_code,
        cells.wave,
        cells.indicator_code,
        cells.disaggregation,
        count(*) as n_cells,
        sum(case when cells.reliability = 'reliable' then 1 else 0 end) as n_reliable,
        sum(case when cells.reliability = 'caution' then 1 else 0 end) as n_caution,
        max(cells.n_needed) as n_needed_cell,
        max(cells.n_needed / nullif(cells.n_obs, 0) * totals.n_obs) as n_needed
    from cells
    inner join totals
        on
            cells.survey_code = totals.survey_code
            and cells.wave = totals.wave
            and cells.indicator_code = totals.indicator_code
    group by cells.survey_code, cells.wave, cells.indicator_code, cells.disaggregation
),

joined as (
    select
        surveys.country_code,
        waves.survey_code,
        waves.wave,
        periods.time_period,
        expected.indicator_code,
        expected.disaggregation,
        expected.choice,
        coalesce(seen.n_cells, 0) as n_cells,
        coalesce(seen.n_reliable, 0) as n_reliable,
        coalesce(seen.n_caution, 0) as n_caution,
        seen.n_needed_cell,
        seen.n_needed,
        case when asked.unit is null then expected.unit || 's ' else '' end || {{ coverage_missing() }} as missing_variables,
        periods.is_synthetic
    from waves
    cross join expected
    inner join surveys on waves.survey_code = surveys.survey_code
    inner join periods on waves.survey_code = periods.survey_code and waves.wave = periods.wave
    left join asked
        on waves.survey_code = asked.survey_code and waves.wave = asked.wave and expected.unit = asked.unit
    left join seen
        on
            waves.survey_code = seen.survey_code
            and waves.wave = seen.wave
            and expected.indicator_code = seen.indicator_code
            and expected.disaggregation = seen.disaggregation
),

-- of an indicator with several units the one that the survey asked, or else the first
ranked as (
    select
        *,
        row_number() over (
            partition by survey_code, wave, indicator_code, disaggregation
            order by case when missing_variables = '' then 0 else 1 end, choice
        ) as place
    from joined
),

final as (
    select
        country_code,
        survey_code,
        wave,
        time_period,
        indicator_code,
        disaggregation,
        case
            when n_cells = 0 and missing_variables <> '' then 'not_collected'
            when n_reliable + n_caution = 0 then 'too_imprecise'
            else 'produced'
        end as coverage,
        cast(n_cells as bigint) as n_cells,
        cast(n_reliable as bigint) as n_reliable,
        cast(n_caution as bigint) as n_caution,
        cast(ceil(n_needed_cell) as bigint) as n_needed_cell,
        cast(ceil(n_needed) as bigint) as n_needed,
        case when n_cells = 0 then nullif(trim(missing_variables), '') end as missing_variables,
        is_synthetic
    from ranked
    where place = 1
)

select * from final
