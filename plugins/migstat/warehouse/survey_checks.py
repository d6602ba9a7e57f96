"""What would give a wrong figure in silence: looked for before anything is estimated."""

from collections.abc import Iterator, Sequence

import duckdb

from migstat.warehouse.survey_file import FILE, LoadedSurvey

HEAVIEST = 10_000_000_000
"""A weight above this is absurd: one row would stand for more people than there are."""

FEW_ROWS = 20
"""With so many rows and more, a row that holds more than half of all weight is absurd."""

Finding = tuple[str, str]


def check_survey(
    connection: duckdb.DuckDBPyConnection,
    survey: LoadedSurvey,
    dims: Sequence[str],
    area: Sequence[str] = (),
) -> list[str]:
    """Look for rows and sampling units that contradict the design.

    Args:
        connection: holds the table `survey_file`.
        survey: the design and what is to be estimated.
        dims: every dim, quoted.
        area: the dims said to be constant inside a PSU, quoted.

    Returns:
        One sentence per kind of defect, with how often it occurs; empty if there is none.
    """
    total = connection.execute(f"select count(*) from {FILE}").fetchone()
    if total is None or total[0] == 0:
        return ["the file holds no rows"]
    findings = []
    for message, count in _checks(survey, dims, area):
        row = connection.execute(count).fetchone()
        if row and row[0]:
            findings.append(f"{row[0]} {message}")
    return findings


def _checks(survey: LoadedSurvey, dims: Sequence[str], area: Sequence[str]) -> Iterator[Finding]:
    yield from _weight_checks(survey)
    yield from _unit_checks(survey, dims)
    yield from _value_checks(survey)
    if survey.design.fpc:
        yield from _population_checks(survey)
    if survey.design.psu:
        yield from _psu_checks(survey, area)


def _weight_checks(survey: LoadedSurvey) -> Iterator[Finding]:
    if weight := survey.design.weight:
        bad = f"coalesce(not (isfinite({weight}) and {weight} > 0), true)"
        yield "row(s) have no weight above 0: give every row one, or drop the row", _rows(bad)
        yield (
            f"row(s) have an absurd weight, above {HEAVIEST:,}: is it a code for a missing one?",
            _rows(f"isfinite({weight}) and {weight} > {HEAVIEST}"),
        )
        if not survey.design.groups:
            yield _share_check(weight)
    for number in range(1, survey.n_replicates + 1):
        column = f"est_in_replicate_{number}"
        yield (
            f"row(s) have no weight in replicate {number}: it is 0 or more, never missing",
            _rows(f"coalesce(not (isfinite({column}) and {column} >= 0), true)"),
        )


def _share_check(weight: str) -> Finding:
    heaviest = f"(select max({weight}) from {FILE})"
    others = f"(select sum({weight}) from {FILE}) - {heaviest}"
    many = f"(select count(*) >= {FEW_ROWS} from {FILE})"
    return (
        "row(s) have an absurd weight, more than that of all others together: is it a code for "
        "a missing one?",
        _rows(f"{many} and {weight} = {heaviest} and {heaviest} > {others}"),
    )


def _unit_checks(survey: LoadedSurvey, dims: Sequence[str]) -> Iterator[Finding]:
    design = survey.design
    for part, column in (("stratum", design.strata), ("PSU", design.psu), ("SSU", design.ssu)):
        if column:
            yield (
                f"row(s) have no {part}: every sampled row lies in one",
                _rows(f"{column} is null"),
            )
    for group in design.groups:
        yield f"row(s) have no {group}: it separates surveys", _rows(f"{group} is null")
    for dim in dims:
        taken = _rows(f"{dim} = '_T'")
        yield f"row(s) have the code _T in {dim}: it means the total here", taken


def _value_checks(survey: LoadedSurvey) -> Iterator[Finding]:
    for one in survey.asked:
        for value in filter(None, (one.y, getattr(one, "x", None))):
            infinite = _rows(f"not isfinite({value})")
            yield f"row(s) hold no finite number in {one.name}", infinite
    for indicator in survey.indicators:
        if indicator.kind == "prop":
            other = _rows(f"{indicator.y} not in (0, 1)")
            yield (
                f"row(s) are neither 0 nor 1 (true or false, yes or no) in the proportion "
                f"{indicator.name}: write what counts as a condition, such as \"answer = 'A'\"",
                other,
            )


def _population_checks(survey: LoadedSurvey) -> Iterator[Finding]:
    design = survey.design
    strata = _keys(survey, design.strata)
    n = f"count(distinct {_psu(survey)})"
    given = [column for column in (design.fpc, design.fpc2) if column]
    missing = " or ".join(f"{c} is null or isnan({c}) or {c} <= 0" for c in given)
    yield "row(s) have no population count above 0", _rows(missing)
    mixed = " or ".join(f"{c} < 1" for c in given)
    yield (
        "row(s) have a population count below 1: give counts throughout, or shares throughout",
        _rows(f"({mixed}) and ({' and '.join(f'{c} > 0' for c in given)})"),
    )
    unequal = f"min({design.fpc}) < max({design.fpc})"
    yield "stratum(s) have more than one population count", _having(strata, unequal)
    yield (
        "stratum(s) have fewer units in the population than in the sample: the population count "
        "is the number of PSUs",
        _having(strata, f"max({design.fpc}) < {n}"),
    )


def _psu_checks(survey: LoadedSurvey, area: Sequence[str]) -> Iterator[Finding]:
    design = survey.design
    if design.strata and not design.nest:
        yield (
            "PSU code(s) occur in more than one stratum: a PSU lies in one; if codes start again "
            "in each stratum, say that they are nested (leave out --not-nested)",
            _having(_keys(survey, design.psu), f"count(distinct {design.strata}) > 1"),
        )
    psus = _keys(survey, design.strata, design.psu)
    for dim in area:
        codes = f"count(distinct coalesce({dim}, '_U')) > 1"
        yield f"PSU(s) have more than one {dim}: it cannot be an area", _having(psus, codes)
    if design.fpc2:
        unequal = f"min({design.fpc2}) < max({design.fpc2})"
        yield "PSU(s) have more than one population count", _having(psus, unequal)
        n = f"count(distinct {design.ssu})" if design.ssu else "count(*)"
        fewer = f"max({design.fpc2}) < {n}"
        yield "PSU(s) have fewer units in the population than in the sample", _having(psus, fewer)


def _psu(survey: LoadedSurvey) -> str:
    if survey.design.psu is None:
        return "rowid"
    return f"({survey.design.strata or 0}, {survey.design.psu})"


def _keys(survey: LoadedSurvey, *columns: str | None) -> str:
    keys = [*survey.design.groups, *filter(None, columns)]
    return ", ".join(keys) or "()"


def _rows(condition: str) -> str:
    return f"select count(*) from {FILE} where {condition}"


def _having(keys: str, condition: str) -> str:
    return f"select count(*) from (select 1 from {FILE} group by {keys} having {condition})"
