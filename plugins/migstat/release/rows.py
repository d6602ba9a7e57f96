"""The rows of a release: every figure that the publication plans show, with its estimate."""

import pandas as pd

from migstat.release.cells import DIMENSIONS, NOBODY
from migstat.release.inputs import Inputs
from migstat.release.protection import Protected

TABLE = ("survey_code", "wave", "indicator_code", "breakdown")
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
        Columns of ``marts.indicator_estimates``, ``unit_obs``, ``is_weighted`` and ``is_shown``.
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
    return rows.drop(columns="_merge")


_OTHERS = tuple(name for name in DIMENSIONS if name != "breakdown")


def _plan(protected: Protected) -> pd.DataFrame:
    """The figures of all plans, keyed as estimates are."""
    plan = protected.frame()
    plan[["survey_code", "wave", "unit_obs"]] = plan["system"].str.split("/", expand=True)
    plan[["indicator_code", "breakdown"]] = plan["table_key"].str.split("/", expand=True)
    return plan.drop(columns=["system", "table_key", "rung"])
