with waves as (
    {{ waves_held() }}
),

counts as (
    {{ report_counts() }}
),

-- a side that names no wave is of the latest one
placed as (
    select
        sides.* except (wave),
        waves.wave,
        waves.time_period,
        waves.is_synthetic
    from ({{ report_sides() }}) as sides
    left join waves
        on
            sides.survey_code = waves.survey_code
            and (sides.wave = waves.wave or (sides.wave is null and waves.recency = 1))
),

measured as (
    select
        placed.*,
        estimates.std_error,
        estimates.ci_lower,
        estimates.ci_upper,
        estimates.reliability,
        case when placed.counted and placed.wave is not null then coalesce(counts.n_records, 0) else estimates.n_obs end as n_obs,
        case
            when placed.counted and placed.wave is not null then cast(coalesce(counts.n_counted, 0) as double)
            else estimates.obs_value
        end as obs_value
    from placed
    left join {{ ref('indicator_estimates') }} as estimates
        on {{ same_columns('placed', 'estimates', cell_columns()) }}
    left join counts on placed.figure_id = counts.figure_id and placed.wave = counts.wave
),

compared as (
    select
        ours.*,
        coalesce(theirs.obs_value, ours.bound) as compared_value,
        cast(cast(ours.obs_value - coalesce(theirs.obs_value, ours.bound) as decimal(24, 6)) as double) as difference,
        ours.wave is null or (theirs.figure_id is not null and theirs.wave is null) as is_undelivered
    from measured as ours
    left join measured as theirs
        on ours.figure_id = theirs.figure_id and ours.place = theirs.place and theirs.side = 'R'
    where ours.side = 'L'
),

judged as (
    select
        *,
        {{ comparison_result() }} as place_result
    from compared
),

-- all the signs of a figure must show; the first is printed
decided as (
    select
        *,
        {{ deciding_result('place_result') }} as result
    from judged
),

final as (
    select
        figures.figure_id,
        figures.country_code,
        figures.kind,
        figures.line,
        figures.what,
        figures.reported_text,
        figures.reported_value,
        figures.unit,
        figures.indicator_code,
        {{ comparison_columns('decided') }},
        figures.universe,
        coalesce(decided.result, 'not_compared') as result,
        figures.rule,
        figures.note,
        decided.is_synthetic
    from ({{ report_figures() }}) as figures
    left join decided on figures.figure_id = decided.figure_id and decided.place = 1
)

select * from final
