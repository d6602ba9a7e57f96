"""How the codes of our tables correspond to the global SDG structure (IAEG-SDG DSD 1.5).

That structure has no migratory status. Birth and citizenship go into its COMPOSITE_BREAKDOWN, where
it has two codes; every finer status into CUST_BREAKDOWN, whose codes C01 to C999 are each country's
own and whose text stands in CUST_BREAKDOWN_LB (domain.md §4.1). Nothing else of ours corresponds.
"""

from collections.abc import Iterator

import pandas as pd

from migstat.declarations.model import TOTAL
from migstat.release.release import Release
from migstat.release.writers.labels import ENGLISH, CodeList, code_lists

COLUMNS = ("concept", "code", "label", "sdg_concept", "sdg_code", "sdg_text")
SDG_AGES = frozenset({TOTAL, "Y15T24", "Y25T34", "Y35T44", "Y45T54", "Y55T64", "Y_GE65"})
SDG_SEXES = frozenset({TOTAL, "M", "F", "_U"})
SDG_PLACES = frozenset({TOTAL, "U", "R"})
SAME = {"SEX": SDG_SEXES, "AGE": SDG_AGES, "URBANISATION": SDG_PLACES}
CUSTOM = ("MIG_STATUS", "HH_MIG")

Row = tuple[str, str, str, str, str, str]


def build_crosswalk(release: Release) -> pd.DataFrame:
    """List every code and what it is in the SDG structure.

    Returns:
        One row per code, columns ``COLUMNS``; no ``sdg_code`` where nothing corresponds.
    """
    lists = code_lists(release)
    rows = [
        *_series(release),
        *_breakdowns(release, lists),
        *_custom(lists),
        *_same(lists),
        ("REF_AREA", TOTAL, "All areas of the survey", "REF_AREA", release.country.m49, ""),
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _series(release: Release) -> Iterator[Row]:
    for code, indicator in release.inputs.declared.indicators.items():
        series = indicator.sdg_series or ""
        yield "INDICATOR", code, indicator.name, "SERIES", series, " ".join(indicator.sdg)


def _breakdowns(release: Release, lists: dict[str, CodeList]) -> Iterator[Row]:
    for concept in ("BIRTH", "CITIZENSHIP"):
        name = f"CL_{concept}"
        for code, entry in release.inputs.declared.code_lists[name].items():
            sdg = TOTAL if code == TOTAL else entry.sdg or ""
            label = lists[name].label(code, ENGLISH)
            yield concept, code, label, "COMPOSITE_BREAKDOWN", sdg, ""


def _custom(lists: dict[str, CodeList]) -> Iterator[Row]:
    number = 0
    for concept in CUSTOM:
        codes = lists[f"CL_{concept}"]
        for code in codes.labels:
            number += code != TOTAL
            sdg = TOTAL if code == TOTAL else f"C{number:02}"
            label = codes.label(code, ENGLISH)
            yield concept, code, label, "CUST_BREAKDOWN", sdg, "" if code == TOTAL else label


def _same(lists: dict[str, CodeList]) -> Iterator[Row]:
    for concept, known in SAME.items():
        codes = lists[f"CL_{concept}"]
        for code in codes.labels:
            sdg = code if code in known else ""
            yield concept, code, codes.label(code, ENGLISH), concept, sdg, ""
