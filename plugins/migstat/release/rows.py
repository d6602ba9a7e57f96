"""The rows of a release: every figure that the publication plans show, with its estimate."""

import numpy as np
import pandas as pd

from migstat.release.cells import CAUTION, DIMENSIONS, FIGURES, NOBODY, UNWEIGHTED, USUAL
from migstat.release.inputs import Inputs
from migstat.release.protection import Protected

TABLE = ("survey_code", "wave", "indicator_code", "breakdown")
ERRORS = FIGURES[1:-1]
OF_TABLE = (
    "country_code",
    "time_period",
    "unit_measure",
    "definition_version",
    "survey_delivery",
    "is_synthetic",
)


def build_rows(inputs: Inputs, protected: Protected) -> pd.DataFrame:
    """Lay the estimates beside what may leave of them.

    A figure that nobody interviewed is in has no estimate. It is a row all the same: were it left
    out where it may be shown and not where it is withheld, its absence would tell.

    Returns:
        Columns of ``marts.indicator_estimates``, ``unit_obs``, ``is_weighted``, ``is_shown`` and
        ``is_perturbed``.
    """
    estimates = inputs.tables["estimates"]
    plan = _plan(protected)
    rows = plan.merge(estimates, on=[*TABLE, *_OTHERS], how="left", indicator=True)
    of_table = estimates.drop_duplicates(list(TABLE)).set_index(list(TABLE))[list(OF_TABLE)]
    table = pd.MultiIndex.from_frame(rows[list(TABLE)])
    empty = rows["_merge"] == "left_only"
    for name in OF_TABLE:
        rows[name] = rows[name].where(~empty, of_table[name].reindex(table).to_numpy())
    rows["n_obs"] = rows["n_obs"].where(~empty, 0)
    rows["obs_status"] = rows["obs_status"].where(~empty, NOBODY)
    surveys = inputs.tables["surveys"].set_index(["survey_code", "wave"])["is_weighted"]
    waves = pd.MultiIndex.from_frame(rows[["survey_code", "wave"]])
    rows["is_weighted"] = surveys.reindex(waves).to_numpy()
    return _with_told_counts(rows.drop(columns="_merge"), protected)


_OTHERS = tuple(name for name in DIMENSIONS if name != "breakdown")


def _with_told_counts(rows: pd.DataFrame, protected: Protected) -> pd.DataFrame:
    """Put the counts that are told, and their shares, in the place of the true ones.

    Errors go: a census has none of sampling, and that of the change stands in the notes. Flags are
    made anew from the counts that are told, so that they say nothing of the true ones.
    """
    told = _told(protected)
    if told.empty:
        return rows.assign(is_perturbed=False)
    rows = rows.merge(told, how="left", on=["unit_obs", *TABLE, *_OTHERS])
    is_told = rows["told_n"].notna()
    rows["obs_value"] = rows["told_share"].where(is_told, rows["obs_value"])
    rows["n_obs"] = rows["told_n"].where(is_told, rows["n_obs"])
    rows[list(ERRORS)] = rows[list(ERRORS)].mask(is_told)
    flags = np.where(rows["is_weighted"].astype(bool), USUAL, UNWEIGHTED)
    flags = np.where(rows["told_caution"].eq(True), CAUTION, flags)
    flags = np.where(rows["told_n"] == 0, NOBODY, flags)
    rows["obs_status"] = rows["obs_status"].mask(is_told, pd.Series(flags, rows.index))
    return rows.assign(is_perturbed=is_told)


def _told(protected: Protected) -> pd.DataFrame:
    """The counts that are told of perturbed waves, keyed as rows are."""
    found = [
        (*name.split("/"), *cell.table.split("/"), *cell.codes, told.share, told.n, is_rough)
        for name, decision in protected.decisions.items()
        if (own := decision.perturbed)
        for cell, told in own.told.items()
        for is_rough in [own.is_rough(told)]
    ]
    keys = ["survey_code", "wave", "unit_obs", "indicator_code", "breakdown", *_OTHERS]
    return pd.DataFrame(found, columns=[*keys, "told_share", "told_n", "told_caution"])


def _plan(protected: Protected) -> pd.DataFrame:
    """The figures of all plans, keyed as estimates are."""
    plan = protected.frame()
    plan[["survey_code", "wave", "unit_obs"]] = plan["system"].str.split("/", expand=True)
    plan[["indicator_code", "breakdown"]] = plan["table_key"].str.split("/", expand=True)
    return plan.drop(columns=["system", "table_key", "rung"])
