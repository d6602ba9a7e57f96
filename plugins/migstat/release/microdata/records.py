"""From what the marts hold to the records of a file: in no order, coarse, nobody alone."""

from dataclasses import dataclass

import pandas as pd

from migstat.declarations import Country
from migstat.declarations.microdata import Microdata
from migstat.release.calendar import WaveKey
from migstat.release.errors import MicrodataError
from migstat.release.microdata.columns import Vocabulary
from migstat.release.microdata.gather import KEYS, coarsen, shuffle
from migstat.release.microdata.model import RECORD, WEIGHT, WITHHELD, Records
from migstat.release.microdata.protect import draw_together, withhold


@dataclass(frozen=True)
class Setting:
    """What holds for all files of a release.

    Attributes:
        country: Whose records they are.
        rules: What its profile allows.
        vocabulary: Names of variables and codes.
        release: Identity of the release.
    """

    country: Country
    rules: Microdata
    vocabulary: Vocabulary
    release: str


def make_records(frame: pd.DataFrame, wave: WaveKey, table: str, setting: Setting) -> Records:
    """Make the records of a file.

    Args:
        frame: What was read of the marts.
        wave: Survey and wave.
        table: ``persons`` or ``households``.
        setting: Of the release.

    Raises:
        MicrodataError: There are too few records or households to protect any.
    """
    rules, words = setting.rules, setting.vocabulary
    columns = tuple(c for c in words.columns(table, rules) if c.name in frame)
    mixed = shuffle(frame, setting.release)
    groups = mixed["household_key"].fillna(mixed["record_key"])
    coarse = coarsen(mixed, rules, setting.country, words.lists(table))
    safe = withhold(coarse, [c.name for c in columns if c.is_known], rules.min_records)
    for name in [c.name for c in columns if c.codes is None and not c.is_known]:
        safe[name] = _means(safe[name], groups, rules.min_records)
    weights = draw_together(mixed[WEIGHT], groups, rules.min_records)
    if weights.empty:
        raise MicrodataError(
            f"{' '.join(wave)}: {groups.nunique()} households are fewer than {rules.min_records}: "
            "no record is released"
        )
    safe = safe.drop(columns=[*KEYS, "is_synthetic"]).assign(**{WEIGHT: weights})
    safe.insert(0, RECORD, [float(i + 1) for i in range(len(safe))])
    return Records(table, *wave, columns, safe, is_synthetic=bool(mixed["is_synthetic"].any()))


def _means(values: pd.Series, groups: pd.Series, least: int) -> pd.Series:
    """Draw the numbers together; they are withheld where too few have one."""
    numbers = values[[isinstance(value, float) for value in values]].astype(float)
    means = draw_together(numbers, groups.loc[numbers.index], least)
    kept = values.copy()
    kept.loc[numbers.index] = WITHHELD
    kept.loc[means.index] = means.astype(object)
    return kept
