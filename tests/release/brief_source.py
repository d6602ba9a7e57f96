"""A made-up release of a real country: every key indicator, by status, some of it withheld."""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from typing import Any

import pandas as pd
from migstat.declarations import (
    Catalogue,
    Survey,
    Translation,
    load_catalogue,
    load_country,
    load_surveys,
    load_translations,
)
from migstat.declarations.catalogue import Language
from migstat.release.brief.country import build_country_brief
from migstat.release.brief.document import Document, Picture, Section, Table, texts_of
from migstat.release.brief.shown import Shown
from migstat.release.brief.source import Source
from migstat.release.brief.words import Words
from migstat.release.cells import ARCHIVED, DIMENSIONS
from migstat.release.declared import Declared, declare

DAY = date(2021, 9, 30)
SPLITS = {
    "mig_status": ("NM", "IN", "IM", "IM_PRO", "IM_OTH", "RT", "RT_LAB"),
    "hh_mig": ("H_IMM", "H_RET", "H_ABR_R", "H_NON"),
}
WITHHELD_CODES = frozenset({"RT", "H_RET"})
CAUTION_CODES = frozenset({"IM_PRO", "H_ABR_R"})
SECRET = 71.77  # stands in the marts wherever a cell that is withheld has its figure
GAP: dict[str, Any] = {
    "ref_area": "_T",
    "sex": "_T",
    "age": "_T",
    "breakdown": "_T",
    "difference": 17.5,
    "diff_ci_lower": 11.0,
    "diff_ci_upper": 24.0,
    "p_value": 0.001,
    "reliability": "reliable",
}


@cache
def catalogue() -> Catalogue:
    return load_catalogue()


@cache
def translations() -> dict[Language, Translation]:
    return load_translations()


@cache
def surveys() -> dict[str, Survey]:
    return load_surveys()


@cache
def declared(iso3: str) -> Declared:
    """The declarations of a country."""
    return declared_with(iso3, translations())


def declared_with(iso3: str, words: Mapping[Language, Translation]) -> Declared:
    """The declarations of a country, with other words."""
    return declare(load_country(iso3), catalogue(), surveys().values(), words, [])


def source(iso3: str, cells: pd.DataFrame | None = None, **tables: pd.DataFrame) -> Source:
    """A release of a country; its cells and the marts beside them may be given."""
    made = cells if cells is not None else cells_of(iso3)
    beside = {
        "gaps": gaps_of(iso3),
        "evidence": evidence_of(iso3),
        "coverage": coverage_of(iso3),
        "comparison": comparison_of(iso3),
    }
    return Source(declared(iso3), "v3", DAY, Shown(made), **(beside | tables))


def brief(made: Source, language: str = "en") -> Document:
    return build_country_brief(made, Words(language, made.declared))  # type: ignore[arg-type]


def section(document: Document, title: str) -> Section:
    return next(one for one in document.sections if one.title == title)


def tables(part: Section) -> list[Table]:
    blocks = [b.table if isinstance(b, Picture) else b for b in part.blocks]
    return [block for block in blocks if isinstance(block, Table)]


def rows_of(document: Document, title: str) -> list[tuple[str, ...]]:
    return [row for table in tables(section(document, title)) for row in table.rows]


def told(document: Document) -> str:
    return "\n".join(texts_of(document))


def survey_of(iso3: str) -> tuple[str, str]:
    """The first survey of a country, and its latest wave."""
    survey = sorted(code for code in surveys() if code.startswith(iso3.lower()))[0]
    return survey, list(surveys()[survey].waves)[-1]


def key_codes(iso3: str) -> list[str]:
    recommendations = catalogue().recommendations.values()
    own = [one for one in recommendations if one.countries == (iso3,)]
    return list(dict.fromkeys(code for one in own for code in one.indicators))


def cells_of(iso3: str, *, withheld: frozenset[str] = WITHHELD_CODES) -> pd.DataFrame:
    """All but the last key indicator, each in total and by both statuses."""
    rows = [
        row
        for place, code in enumerate(("DM01", *key_codes(iso3)[:-1]))
        for row in _rows(iso3, code, place, withheld)
    ]
    return pd.DataFrame(rows, columns=list(ARCHIVED)).drop_duplicates(ignore_index=True)


def cell(iso3: str, indicator: str, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any column
    """A released cell; a total of 40 % where nothing is said."""
    survey, wave = survey_of(iso3)
    usual = {
        "country_code": iso3,
        "survey_code": survey,
        "wave": wave,
        "time_period": wave[:4],
        "indicator_code": indicator,
        **dict.fromkeys(DIMENSIONS, "_T"),
        "unit_measure": catalogue().indicators[indicator].unit_measure,
        "obs_value": 40.0,
        "std_error": 2.0,
        "ci_lower": 36.1,
        "ci_upper": 44.0,
        "n_obs": 500,
        "obs_status": "A",
        "conf_status": "F",
        "definition_version": "1",
        "is_synthetic": True,
    }
    return dict.fromkeys(ARCHIVED) | usual | changes


def withheld(row: dict[str, Any]) -> dict[str, Any]:
    """The same cell, as it leaves when it must not be seen."""
    nothing = dict.fromkeys(("obs_value", "std_error", "ci_lower", "ci_upper", "n_obs"))
    return row | nothing | {"obs_status": "Q", "conf_status": "C"}


def gap(iso3: str, indicator: str, dimension: str, status: str, reference: str) -> dict[str, Any]:
    """A difference as the marts have it; where a side is withheld it would tell the secret."""
    survey, wave = survey_of(iso3)
    hidden = bool({status, reference} & WITHHELD_CODES)
    return GAP | {
        "survey_code": survey,
        "wave": wave,
        "indicator_code": indicator,
        "dimension": dimension,
        "status": status,
        "reference": reference,
        "value_status": SECRET if hidden else 60.0,
        "value_reference": 42.5,
        "difference": SECRET if hidden else GAP["difference"],
    }


def gaps_of(iso3: str) -> pd.DataFrame:
    """The widest gap of every indicator is to a group that is withheld."""
    sides = (("mig_status", "RT", "NM"), ("mig_status", "IM", "NM"), ("hh_mig", "H_IMM", "H_NON"))
    rows = [gap(iso3, code, *side) for code in key_codes(iso3) for side in sides]
    return pd.DataFrame(rows, columns=list(gap("SLV", "LB01", *sides[0])))


def evidence_of(iso3: str) -> pd.DataFrame:
    survey, wave = survey_of(iso3)
    rows = []
    for name, one in catalogue().recommendations.items():
        for code in one.indicators if iso3 in one.countries else ():
            is_asked = code in (*key_codes(iso3)[:-1], "DM01")
            rows.append(
                {
                    "recommendation_id": name,
                    "indicator_code": code,
                    "survey_code": survey,
                    "wave": wave,
                    "evidence": "figure" if is_asked else "not_collected",
                    "obs_value": SECRET,
                    "n_obs": 9,
                }
            )
    return pd.DataFrame(rows)


def coverage_of(iso3: str) -> pd.DataFrame:
    survey, wave = survey_of(iso3)
    asked = (*key_codes(iso3)[:-1], "DM01")
    rows = []
    for code, indicator in catalogue().indicators.items():
        table = "institutions " if indicator.units[0] == "institution" else ""
        missing = None if code in asked else table + " ".join(indicator.needs)
        rows.append(
            {
                "survey_code": survey,
                "wave": wave,
                "indicator_code": code,
                "disaggregation": "_T",
                "coverage": "produced" if code in asked else "not_collected",
                "missing_variables": missing,
                "n_needed": 7177,
            }
        )
    return pd.DataFrame(rows)


def comparison_of(iso3: str) -> pd.DataFrame:
    """Each figure of the report that names a cell, found to agree."""
    rows = [
        {
            "figure_id": name,
            "result": {"EST": "within", "QUAL": "holds"}[figure.kind],
            "obs_value": SECRET,
        }
        for name, figure in catalogue().report_figures.items()
        if name.startswith(iso3) and figure.kind in ("EST", "QUAL") and figure.cells()
    ]
    return pd.DataFrame(rows, columns=["figure_id", "result", "obs_value"])


def _rows(iso3: str, code: str, place: int, hidden: frozenset[str]) -> Iterator[dict[str, Any]]:
    kind = catalogue().indicators[code].kind
    if kind != "distribution":
        yield cell(iso3, code, obs_value=40.0 + place, ci_lower=36.1, ci_upper=60.0)
    for dimension, groups in SPLITS.items():
        for i, group in enumerate(groups):
            value = 8.0 * i + place + 10
            bounds = {"ci_lower": value - 4.5, "ci_upper": value + 5.25}
            row = cell(iso3, code, **{dimension: group}, obs_value=value, n_obs=90 + i, **bounds)
            if group in CAUTION_CODES:
                row["obs_status"] = "U"
            yield withheld(row) if group in hidden else row
