"""What would give a wrong figure in silence: looked for before anything is estimated."""

from collections.abc import Iterator, Sequence

import duckdb

from migstat.warehouse.sample_design import Design, Indicator
from migstat.warehouse.survey_file import FILE


def check_survey(
    connection: duckdb.DuckDBPyConnection,
    design: Design,
    indicators: Sequence[Indicator],
    dims: Sequence[str],
    area: Sequence[str],
) -> list[str]:
    """Look for rows and sampling units that contradict the design.

    Args:
        connection: holds the table `survey_file`.
        design: the design, in its column names.
        indicators: the indicators, likewise.
        dims: every dim, quoted.
        area: the dims said to be constant inside a PSU, quoted.

    Returns:
        One sentence per kind of defect, with how often it occurs; empty if there is none.
    """
    findings = []
    for message, count in _checks(design, indicators, dims, area):
        row = connection.execute(count).fetchone()
        if row and row[0]:
            findings.append(f"{row[0]} {message}")
    return findings


def _checks(
    design: Design, indicators: Sequence[Indicator], dims: Sequence[str], area: Sequence[str]
) -> Iterator[tuple[str, str]]:
    yield from _row_checks(design, indicators, dims)
    if design.fpc:
        yield from _population_checks(design)
    if design.psu:
        yield from _psu_checks(design, area)


def _row_checks(
    design: Design, indicators: Sequence[Indicator], dims: Sequence[str]
) -> Iterator[tuple[str, str]]:
    if design.weight:
        bad = f"coalesce(not (isfinite({design.weight}) and {design.weight} > 0), true)"
        yield "row(s) have no weight above 0: give every row one, or drop the row", _rows(bad)
    for part, column in (("stratum", design.strata), ("PSU", design.psu), ("SSU", design.ssu)):
        if column:
            yield (
                f"row(s) have no {part}: every sampled row lies in one",
                _rows(f"{column} is null"),
            )
    for group in design.groups:
        yield f"row(s) have no {group}: it separates surveys", _rows(f"{group} is null")
    for dim in dims:
        taken = _rows(f"{dim} in ('_T', '_U')")
        yield f"row(s) have the code _T or _U in {dim}: they mean total and missing here", taken
    for indicator in indicators:
        for value in filter(None, (indicator.y, indicator.x)):
            infinite = _rows(f"not isfinite({value})")
            yield f"row(s) hold no finite number in {indicator.name}", infinite
        if indicator.kind == "prop":
            other = _rows(f"{indicator.y} not in (0, 1)")
            yield f"row(s) are neither 0 nor 1 in the proportion {indicator.name}", other


def _population_checks(design: Design) -> Iterator[tuple[str, str]]:
    strata = _keys(design, design.strata)
    n = f"count(distinct {_psu(design)})"
    yield "row(s) have no population count", _rows(f"{design.fpc} is null")
    unequal = f"min({design.fpc}) < max({design.fpc})"
    yield "stratum(s) have more than one population count", _having(strata, unequal)
    yield (
        "stratum(s) have fewer units in the population than in the sample: "
        "the population count is the number of PSUs, not a share",
        _having(strata, f"max({design.fpc}) < {n}"),
    )


def _psu_checks(design: Design, area: Sequence[str]) -> Iterator[tuple[str, str]]:
    if design.strata and not design.nest:
        yield (
            "PSU code(s) occur in more than one stratum: say nest if codes start again in each",
            _having(_keys(design, design.psu), f"count(distinct {design.strata}) > 1"),
        )
    psus = _keys(design, design.strata, design.psu)
    for dim in area:
        codes = f"count(distinct coalesce({dim}, '_U')) > 1"
        yield f"PSU(s) have more than one {dim}: it cannot be an area", _having(psus, codes)
    if design.fpc2:
        unequal = f"coalesce(min({design.fpc2}) < max({design.fpc2}), true)"
        yield "PSU(s) have none or more than one population count", _having(psus, unequal)
        n = f"count(distinct {design.ssu})" if design.ssu else "count(*)"
        fewer = f"max({design.fpc2}) < {n}"
        yield "PSU(s) have fewer units in the population than in the sample", _having(psus, fewer)


def _psu(design: Design) -> str:
    if design.psu is None:
        return "rowid"
    return f"({design.strata or 0}, {design.psu})"


def _keys(design: Design, *columns: str | None) -> str:
    keys = [*design.groups, *filter(None, columns)]
    return ", ".join(keys) or "()"


def _rows(condition: str) -> str:
    return f"select count(*) from {FILE} where {condition}"


def _having(keys: str, condition: str) -> str:
    return f"select count(*) from (select 1 from {FILE} group by {keys} having {condition})"
