"""What changed between two vintages, cell by cell, in published figures only."""

from enum import StrEnum

import pandas as pd

from migstat.release.cells import FIGURES, KEY, is_withheld

COMPARED = (*FIGURES, "obs_status", "unit_measure")
COLUMNS = (
    "change",
    "reason",
    *KEY,
    *(f"{side}_{name}" for name in COMPARED for side in ("old", "new")),
)


class Change(StrEnum):
    """What became of a figure since the vintage before."""

    ADDED = "added"
    REVISED = "revised"
    WITHDRAWN = "withdrawn"


class Reason(StrEnum):
    """Why a figure changed, as far as the records tell; the first that holds."""

    WAVE = "new wave"
    DISCLOSURE = "disclosure control"
    DEFINITION = "new definition"
    DATA = "new data"
    METHOD = "new computation"


def build_changes(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """Compare the cells of two vintages.

    Args:
        old: Cells of the vintage before (``cells.ARCHIVED``); may be empty.
        new: Those of this one.

    Returns:
        One row per figure that was added, revised or withdrawn, columns ``COLUMNS``, sorted by
        ``KEY``. A cell withheld before and after is no change.
    """
    pair = old.merge(new, on=list(KEY), how="outer", suffixes=("_old", "_new"), indicator=True)
    had = (pair["_merge"] != "right_only") & ~_withheld(pair, "old")
    has = (pair["_merge"] != "left_only") & ~_withheld(pair, "new")
    differs = pd.concat([_differs(pair, name) for name in COMPARED], axis=1).any(axis=1)
    change = pd.Series(None, index=pair.index, dtype=object)
    change[has & ~had] = Change.ADDED.value
    change[had & ~has] = Change.WITHDRAWN.value
    change[had & has & differs] = Change.REVISED.value
    pair["change"] = change
    pair["reason"] = _reasons(pair, set(zip(old["survey_code"], old["wave"], strict=True)))
    renamed = {f"{name}_{side}": f"{side}_{name}" for name in COMPARED for side in ("old", "new")}
    told = pair[pair["change"].notna()].rename(columns=renamed)
    return told[list(COLUMNS)].sort_values(list(KEY), ignore_index=True)


def count_changes(changes: pd.DataFrame) -> dict[str, int]:
    """Count added, revised and withdrawn figures."""
    counts = changes["change"].value_counts()
    return {str(change): int(counts.get(change, 0)) for change in Change}


def _withheld(pair: pd.DataFrame, side: str) -> pd.Series:
    return is_withheld(pair.rename(columns={f"obs_status_{side}": "obs_status"}))


def _differs(pair: pd.DataFrame, name: str) -> pd.Series:
    old, new = pair[f"{name}_old"], pair[f"{name}_new"]
    return ~((old == new).fillna(False) | (old.isna() & new.isna()))


def _reasons(pair: pd.DataFrame, waves_before: set[tuple[str, str]]) -> pd.Series:
    """Look for the first reason that holds; a withheld cell says nothing more than that."""
    waves = pd.Series(list(zip(pair["survey_code"], pair["wave"], strict=True)), index=pair.index)
    reason = pd.Series(Reason.METHOD.value, index=pair.index)
    reason[_differs(pair, "survey_delivery")] = Reason.DATA.value
    both = pair["_merge"] == "both"
    reason[both & _differs(pair, "definition_version")] = Reason.DEFINITION.value
    reason[_withheld(pair, "old") | _withheld(pair, "new")] = Reason.DISCLOSURE.value
    reason[~waves.isin(waves_before)] = Reason.WAVE.value
    return reason
