"""Records of the marts as the profile lets them out: its variables, coarsened, in no order."""

import hashlib
from collections.abc import Iterable, Mapping

import duckdb
import pandas as pd

from migstat.declarations import Country
from migstat.declarations.catalogue import Code
from migstat.declarations.microdata import Microdata, Steps
from migstat.release.calendar import WaveKey
from migstat.release.errors import MicrodataError
from migstat.release.microdata.model import NOT_COLLECTED, NOT_STATED, WEIGHT

AREA = "ref_area"
KEYS = ("record_key", "household_key")  # pseudonyms; they stay here


def read_records(
    marts: duckdb.DuckDBPyConnection, table: str, wave: WaveKey, variables: Iterable[str]
) -> pd.DataFrame:
    """Read a wave's records.

    Args:
        marts: The published marts.
        table: ``persons`` or ``households``.
        wave: Survey and wave.
        variables: What to read of them.

    Returns:
        The variables that the instrument asked, the pseudonyms, the weight and ``is_synthetic``.
        A value is a code (Y and N for true and false), a number or a kind of missing answer.
    """
    frame = marts.execute(
        f"from {table} where survey_code = ? and wave = ? order by record_key",  # of two tables
        list(wave),
    ).df()
    asked = frame["collected_variables"].fillna("")
    read = {
        name: _values(frame[name], asked.str.contains(f"|{name}|", regex=False))
        for name in variables
    }
    kept = {name: column for name, column in read.items() if (column != NOT_COLLECTED).any()}
    beside = {name: frame[name] for name in (*KEYS, "is_synthetic")}
    return pd.DataFrame({**kept, **beside, WEIGHT: frame[WEIGHT].astype(float)})


def coarsen(
    frame: pd.DataFrame,
    rules: Microdata,
    country: Country,
    lists: Mapping[str, Mapping[str, Code]],
) -> pd.DataFrame:
    """Make values as coarse as the profile wants them: areas, steps, codes at the top of lists.

    Args:
        frame: The records.
        rules: The profile's.
        country: Whose areas they are.
        lists: The code list of each variable that has one.
    """
    coarse = frame.copy()
    for name in frame.columns.intersection(list(rules.coarsen)):
        steps = rules.coarsen[name]
        coarse[name] = pd.Series([_step(v, steps) for v in frame[name]], frame.index, dtype=object)
    if AREA in frame:
        kept = sorted((a.code for a in country.areas if a.level <= rules.area_level), key=len)
        coarse[AREA] = frame[AREA].map(lambda value: _area(value, kept))
    for name in frame.columns.intersection(list(lists)):
        coarse[name] = pd.Series(
            [_top(v, lists[name]) for v in frame[name]], frame.index, dtype=object
        )
    return coarse


def shuffle(frame: pd.DataFrame, release: str) -> pd.DataFrame:
    """Put records into an order that only the pseudonyms and the release decide.

    Who lacks the pseudonyms can neither make the order again nor match it with that of another
    release, and the same release has it again.
    """
    digests = [hashlib.sha256(f"{release} {key}".encode()).digest() for key in frame["record_key"]]
    return frame.iloc[sorted(range(len(frame)), key=digests.__getitem__)].reset_index(drop=True)


def _values(column: pd.Series, asked: pd.Series) -> pd.Series:
    missing = [NOT_STATED if is_asked else NOT_COLLECTED for is_asked in asked]
    values = [
        kind if is_null else _value(value)
        for value, is_null, kind in zip(column, column.isna(), missing, strict=True)
    ]
    return pd.Series(values, index=column.index, dtype=object)


def _value(value: object) -> object:
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or str(value) in ("True", "False"):
        return "Y" if value else "N"
    number = float(str(value))
    if number < 0:
        raise MicrodataError(
            f"a number below 0 ({number:g}) can't be told from a missing answer in SPSS"
        )
    return number


def _step(value: object, steps: Steps) -> object:
    if not isinstance(value, float):
        return value
    return float(min(value // steps.step * steps.step, steps.top))


def _area(value: str, kept: Iterable[str]) -> str:
    """The finest kept area that it lies in; what lies in none keeps nothing."""
    found = [code for code in kept if value == code or value.startswith(f"{code}-")]
    return value if value.startswith("_") else (found[-1] if found else NOT_STATED)


def _top(value: str, codes: Mapping[str, Code]) -> str:
    while value in codes and (parent := codes[value].parent):
        value = parent
    return value
