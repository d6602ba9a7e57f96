"""Values withheld, and numbers drawn together, until no record stands alone."""

from itertools import combinations

import pandas as pd

from migstat.release.errors import MicrodataError
from migstat.release.microdata.model import WITHHELD

DIGITS = 6


def withhold(frame: pd.DataFrame, known: list[str], least: int) -> pd.DataFrame:
    """Withhold values of quasi-identifiers until each combination has enough records.

    A withheld value counts as a value of its own: it fits none but another withheld one. The
    fewest variables are withheld first, the last ones before the first ones; a record whose
    combination is frequent keeps all.

    Args:
        frame: The records.
        known: The quasi-identifiers, the most useful first.
        least: Records that each combination must have.

    Raises:
        MicrodataError: There are fewer records than that.
    """
    if len(frame) < least:
        raise MicrodataError(f"{len(frame)} records are fewer than {least}: none is released")
    values = frame[known].astype(str)
    rare = values.index[_sizes(values) < least]
    for n in range(1, len(known) + 1):
        for names in combinations(reversed(known), n):
            rare = _withhold_in(values, rare, list(names), least)
    if len(rare):
        _withhold_all(values, rare, least)
    kept = frame.copy()
    kept[known] = frame[known].where(values != WITHHELD, WITHHELD)
    return kept


def draw_together(numbers: pd.Series, groups: pd.Series, least: int) -> pd.Series:
    """Replace numbers by the mean of their neighbours: the sum stays, nobody keeps an own one.

    Args:
        numbers: The numbers, without missing ones.
        groups: Who stands behind each: a household's members count once.
        least: Different groups whose numbers become one mean.

    Returns:
        The means; empty where there are too few groups for one.
    """
    if groups.nunique() < least:
        return numbers.iloc[:0]
    order = pd.DataFrame({"number": numbers, "group": groups}).sort_values(["number", "group"])
    bins = _bins(list(order["number"]), list(order["group"]), least)
    means = order["number"].groupby(bins).transform("mean")
    return means.round(DIGITS).reindex(numbers.index)


def _withhold_in(values: pd.DataFrame, rare: pd.Index, names: list[str], least: int) -> pd.Index:
    """Withhold some variables of rare records, where enough are alike without them."""
    if rare.empty:
        return rare
    part = values.loc[rare].copy()
    part[names] = WITHHELD
    there = values.drop(rare)
    known = list(values.columns)
    sizes = pd.concat([part, there]).groupby(known)[known[0]].transform("size").loc[rare]
    enough = sizes.index[sizes >= least]
    values.loc[enough] = part.loc[enough]
    return rare.difference(enough, sort=False)


def _withhold_all(values: pd.DataFrame, rare: pd.Index, least: int) -> None:
    """The last few have nobody to hide with: others of the largest combination join them."""
    values.loc[rare] = WITHHELD
    while (missing := least - int((values == WITHHELD).all(axis=1).sum())) > 0:
        sizes = _sizes(values).where(~(values == WITHHELD).all(axis=1), 0)
        one = values.iloc[int(sizes.to_numpy().argmax())]
        largest = values.index[(values == one).all(axis=1)]
        spare = len(largest) - least
        values.loc[largest[: missing if spare >= missing else len(largest)]] = WITHHELD


def _sizes(values: pd.DataFrame) -> pd.Series:
    known = list(values.columns)
    return values.groupby(known)[known[0]].transform("size")


def _bins(numbers: list[float], groups: list[object], least: int) -> list[int]:
    """Number the bins of ordered numbers: enough groups in each, equal numbers never apart."""
    left, seen = [0] * len(groups), set[object]()
    for i in reversed(range(len(groups))):
        seen.add(groups[i])
        left[i] = len(seen)  # groups from here to the end
    bins, current, inside = [], 0, set[object]()
    for i, number in enumerate(numbers):
        ends = len(inside) >= least and number != numbers[i - 1] and left[i] >= least
        if ends:
            current, inside = current + 1, set()
        bins.append(current)
        inside.add(groups[i])
    return bins
