"""SDMX-CSV 2.0 data of a release, checked against its own structure before it is written."""

import re
from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd
from pysdmx.model import DataType, Role

from migstat.release.components import COMPONENTS
from migstat.release.release import Release
from migstat.release.writers.labels import CodeList, code_lists
from migstat.release.writers.sdmx_structure import Field, fields, structure_id

PERIODS = {
    "A": r"\d{4}",
    "S": r"\d{4}-S[12]",
    "Q": r"\d{4}-Q[1-4]",
    "M": r"\d{4}-(0[1-9]|1[0-2])",
}
HEAD = {"STRUCTURE": "dataflow", "STRUCTURE_ID": "", "ACTION": "R"}
SHOWN = 3  # values that a finding names


def build_data(release: Release) -> pd.DataFrame:
    """Turn the cells into the rows of a data message.

    Returns:
        One row per cell: STRUCTURE, STRUCTURE_ID, ACTION (R: it replaces what was sent before),
        then the components in the order of ``fields()``.
    """
    renamed = {c.column: c.concept for c in COMPONENTS}
    data = release.cells.rename(columns=renamed)
    surveys = code_lists(release)["CL_SURVEY"]
    languages = release.declared.languages
    data["FREQ"] = [frequency(period) for period in data["TIME_PERIOD"]]
    data["UNIT_MULT"] = "0"
    data["SOURCE_DETAIL"] = [surveys.label(code, languages[0]) for code in data["SURVEY"]]
    data["VINTAGE"] = release.stamp.label
    for position, (name, value) in enumerate(HEAD.items()):
        data.insert(position, name, value or structure_id(release))
    return data[[*HEAD, *(field.concept for field in fields())]]


def frequency(period: str) -> str:
    """Give the code of CL_FREQ of a time period; an unknown form has none."""
    found = (freq for freq, form in PERIODS.items() if re.fullmatch(form, period))
    return next(found, "")


def check_data(data: pd.DataFrame, lists: Mapping[str, CodeList], structure: str) -> list[str]:
    """Hold a data message against its structure: what pysdmx reads and writes without a word.

    Args:
        data: Rows of a data message.
        lists: The code lists of the structure.
        structure: ``MIGSTAT:DF_MIGDIS_SLV(1.0.0)``.

    Returns:
        Columns too many or missing, another structure, keys or mandatory attributes without a
        value, codes of no list, values of another type, malformed periods, doubled keys.
    """
    wanted = [*HEAD, *(field.concept for field in fields())]
    findings = [f"{name}: no such component" for name in data.columns if name not in wanted]
    findings += [f"{name}: the column is missing" for name in wanted if name not in data.columns]
    if not findings:
        findings += _of_head(data, structure)
        for field in fields():
            findings += _of_field(data[field.concept], field, lists)
        findings += _of_periods(data)
        findings += _of_keys(data)
    return findings


def _of_head(data: pd.DataFrame, structure: str) -> Iterator[str]:
    wanted = HEAD | {"STRUCTURE_ID": structure}
    for name, value in wanted.items():
        yield from _finding(name, data[name][data[name] != value], f"is not {value}")


def _of_field(column: pd.Series, field: Field, lists: Mapping[str, CodeList]) -> Iterator[str]:
    name, filled = field.concept, column[column.notna() & (column.astype(str) != "")]
    if field.required and len(filled) < len(column):
        yield f"{name}: {len(column) - len(filled)} rows have no value"
    if field.codes:
        stray = filled[~filled.isin(lists[field.codes].labels)]
        yield from _finding(name, stray, f"is not in {field.codes}")
    elif field.type in (DataType.DOUBLE, DataType.INTEGER):
        numbers = pd.to_numeric(filled, errors="coerce").astype(float)
        bad = ~np.isfinite(numbers)
        if field.type == DataType.INTEGER:
            bad |= numbers != numbers.round()
        yield from _finding(name, filled[bad], f"is no {field.type.value}")


def _of_periods(data: pd.DataFrame) -> Iterator[str]:
    found = data["TIME_PERIOD"].astype(str).map(frequency)
    stray = data["TIME_PERIOD"][found != data["FREQ"]]
    yield from _finding("TIME_PERIOD", stray, "is no period of its frequency")


def _of_keys(data: pd.DataFrame) -> Iterator[str]:
    key = [field.concept for field in fields() if field.role == Role.DIMENSION]
    doubled = data[data.duplicated(key)]
    if len(doubled):
        first = ".".join(map(str, doubled.iloc[0][key]))
        yield f"{len(doubled)} keys stand twice, as {first}"


def _finding(name: str, stray: pd.Series, what: str) -> Iterator[str]:
    if len(stray):
        values = ", ".join(repr(value) for value in stray.unique()[:SHOWN])
        yield f"{name}: {values} {what} ({len(stray)} rows)"
