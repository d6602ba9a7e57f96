"""The table that answers a request: every estimate with what a reader must know of it."""

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import pandas as pd

from migstat.declarations import load_catalogue
from migstat.sql import literal
from migstat.warehouse.estimate import Surveyed, surveyed
from migstat.warehouse.estimate_request import Request, Wanted
from migstat.warehouse.macros import render
from migstat.warehouse.survey_source import Source, SurveyFileError, open_source

FACTS = ("estimator", "variable", "denominator")
FIGURES = (
    *("obs_value", "std_error", "ci_lower", "ci_upper", "cv", "deff"),
    *("n_obs", "n_psu", "df", "population", "obs_status", "reliability", "variance_method"),
    *("reliability_rule", "reliability_version", "probability", "n_eff", "deff_wor", "n_pos"),
)
COUNTS = ("n_obs", "n_psu", "df", "n_pos")


@dataclass(frozen=True)
class EstimateTable:
    """The answer.

    Attributes:
        frame: The columns of `by`, then `FACTS` and `FIGURES`; one row per estimate. Proportions
            from 0 to 100, in percent. `_T` where not broken down, `_U` where the code is missing.
        notes: What a reader should know besides.
    """

    frame: pd.DataFrame
    notes: tuple[str, ...]


def estimate_table(source: Source, request: Request) -> EstimateTable:
    """Estimate what is asked, for the total and for each margin.

    Flags never hide a value here: what may be shown is decided elsewhere.

    Raises:
        SurveyFileError: The request makes no sense, or the file contradicts it.
        DeclarationError: The profile of reliability is not sane.
    """
    wanted = request.wanted(_columns(source))
    margins = request.margins
    dims = list(dict.fromkeys(dim for keys in margins for dim in keys))
    if taken := [dim for dim in dims if dim.lower() in (*FACTS, *FIGURES)]:
        raise SurveyFileError(f"{source.name}: {taken[0]!r} is a column of the answer; rename it")
    asked = [one.engine for one in wanted]
    with surveyed(source, request.design, asked, by=margins) as survey:
        found = survey.frame(_judged(survey, margins, is_weighted=request.weight is not None))
    if request.lonely == "fail" and (found["n_lonely"] > 0).any():
        raise SurveyFileError(_lonely(source, int(found["n_lonely"].max())))
    notes = () if request.weight else ("No weight: every row counts 1, obs_status E says so.",)
    return EstimateTable(_arranged(found, wanted, dims, margins), notes)


def _columns(source: Source) -> list[str]:
    with duckdb.connect() as connection:
        return list(open_source(connection, source).types)


def _judged(survey: Surveyed, margins: Sequence[Sequence[str]], *, is_weighted: bool) -> str:
    """Estimates and quantiles under each other, each with its status and reliability."""
    parts = []
    if survey.loaded.indicators:
        parts.append(survey.estimates(margins))
    if survey.loaded.quantiles:
        parts.append(survey.quantiles(margins))
    profile = load_catalogue().reliability
    rule = render("est_reliability_rule", profile.model_dump())
    verdict = render("est_reliability", "reliability_rule")
    estimates = " union all by name ".join(f"(select * from ({part}))" for part in parts)
    none = "" if survey.loaded.quantiles else ", cast(null as double) as probability"
    none += "" if survey.loaded.indicators else ", cast(null as double) as deff, "
    none += "" if survey.loaded.indicators else "cast(null as double) as deff_wor, null as n_pos"
    return f"""
        select
            * replace (coalesce(population, 0) as population),
            case
                when obs_value is null then 'O'
                when not {is_weighted} then 'E'
                when reliability <> 'reliable' then 'U'
                else 'A'
            end as obs_status
        from (
            select *, {verdict} as reliability, {literal(profile.version)} as reliability_version
            from (select *{none}, {rule} as reliability_rule from ({estimates}))
        )"""


def _lonely(source: Source, n: int) -> str:
    return (
        f"{source.name}: {n} stratum(s) or PSU(s) hold a single sampling unit, so their variance "
        "can't be estimated. Say what they add: --lonely-psu certainty (nothing: the unit was "
        "sure to be drawn), adjust (its distance from the grand mean) or average (what the other "
        "strata add); or join the stratum with a similar one"
    )


def _arranged(
    found: pd.DataFrame,
    wanted: Sequence[Wanted],
    dims: Sequence[str],
    margins: Sequence[Sequence[str]],
) -> pd.DataFrame:
    """In the order of the request: margins, their cells, what was asked."""
    asked = {one.engine.name: one for one in wanted}
    order = {frozenset(keys): number for number, keys in reversed([*enumerate(margins)])}
    place = {name: number for number, name in enumerate(asked)}
    facts = pd.DataFrame(
        {
            "estimator": [asked[name].estimator for name in found["indicator"]],
            "variable": [asked[name].variable for name in found["indicator"]],
            "denominator": [asked[name].denominator for name in found["indicator"]],
        },
        index=found.index,
    )
    cells = [
        frozenset(d for d in dims if row[d] != "_T") for row in found[[*dims]].to_dict("records")
    ]
    frame = pd.concat([found[[*dims]], facts, found[[*FIGURES]]], axis="columns")
    frame = frame.astype(dict.fromkeys(COUNTS, "Int64"))
    frame["margin"] = [order[cell] for cell in cells] if dims else 0
    frame["place"] = [place[name] for name in found["indicator"]]
    frame = frame.sort_values(["margin", *dims, "place"], kind="stable")
    return frame.drop(columns=["margin", "place"]).reset_index(drop=True)
