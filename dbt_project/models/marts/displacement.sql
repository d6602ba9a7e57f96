{{ config(meta={'of': 'locations'}) }}

with locations as (
    select * from {{ ref('locations') }}
),

periods as (
    {{ wave_facts() }}
),

told as (
    {{ told_counts('locations') }}
),

retold as (
    select
        *,
        lag(n_told) over (
            partition by country_code, survey_code, round_wave, location_code, mig_status, unit
            order by {{ wave_order('told_in') }}
        ) as n_told_before
    from told
),

-- the figure that a file tells last stands; the one told first stands beside it
figures as (
    select
        country_code,
        survey_code,
        round_wave,
        location_code,
        mig_status,
        unit,
        max_by(ref_area, {{ wave_order('told_in') }}) as ref_area,
        max_by(n_told, {{ wave_order('told_in') }}) as stock,
        min_by(n_told, {{ wave_order('told_in') }}) as first_stock,
        max_by(told_in, {{ wave_order('told_in') }}) filter (where n_told <> n_told_before) as restated_in,
        bool_or(is_synthetic) as is_synthetic
    from retold
    group by country_code, survey_code, round_wave, location_code, mig_status, unit
),

rounds as (
    select
        survey_code,
        round_wave,
        lag(round_wave) over (partition by survey_code order by {{ wave_order('round_wave') }}) as previous_round
    from (select distinct survey_code, round_wave from figures) as listed
),

compared as (
    select
        figures.*,
        rounds.previous_round,
        earlier.stock as previous_stock,
        figures.stock - earlier.stock as net_flow
    from figures
    inner join rounds on figures.survey_code = rounds.survey_code and figures.round_wave = rounds.round_wave
    left join figures as earlier
        on
            figures.survey_code = earlier.survey_code
            and rounds.previous_round = earlier.round_wave
            and figures.location_code = earlier.location_code
            and figures.mig_status = earlier.mig_status
            and figures.unit = earlier.unit
),

-- each total is a sum of locations, never of totals
totals as (
    select
        country_code,
        survey_code,
        round_wave,
        previous_round,
        mig_status,
        unit,
        coalesce(ref_area, '_T') as ref_area,
        coalesce(location_code, '_T') as location_code,
        cast(sum(stock) as bigint) as stock,
        cast(sum(previous_stock) as bigint) as previous_stock,
        cast(sum(net_flow) as bigint) as net_flow,
        count(*) as n_locations,
        count(net_flow) as n_locations_compared,
        cast(sum(first_stock) as bigint) as first_stock,
        max(restated_in) is not null as is_restated,
        max_by(restated_in, {{ wave_order('restated_in') }}) as restated_in,
        bool_or(is_synthetic) as is_synthetic
    from compared
    group by grouping sets (
        (country_code, survey_code, round_wave, previous_round, mig_status, unit, ref_area, location_code),
        (country_code, survey_code, round_wave, previous_round, mig_status, unit, ref_area),
        (country_code, survey_code, round_wave, previous_round, mig_status, unit)
    )
)

select
    totals.* except (round_wave),
    totals.round_wave as wave,
    periods.time_period
from totals
left join periods on totals.survey_code = periods.survey_code and totals.round_wave = periods.wave
