"""Records as SPSS and Stata files: numbers with labels, kinds of missing answers told apart."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pyreadstat

from migstat.declarations.catalogue import Language
from migstat.release.microdata.columns import in_language
from migstat.release.microdata.model import MISSING, RECORD, WEIGHT, Column, Labels, Records
from migstat.release.writers.text import clean_text

SPSS_MISSING = dict(zip(MISSING, (-1, -2, -3, -4), strict=True))
STATA_MISSING = dict(zip(MISSING, "abcd", strict=True))
STATA = 14  # format 118: the newest that every edition of Stata reads
STATA_LABEL = 80  # characters
SPSS_LABEL, VALUE_LABEL, FILE_LABEL = 255, 120, 64  # bytes that SPSS takes; Stata takes more
# the moment of writing would make other bytes of the same records
SPSS_MOMENT = slice(92, 109), b"01 Jan 8000:00:00"
STATA_MOMENT = re.compile(rb"(?<=<timestamp>\x11).{17}(?=</timestamp>)")


def write_files(
    records: Records, titles: Mapping[str, Labels], language: Language, folder: Path
) -> list[Path]:
    """Write the records as ``.sav`` and ``.dta``.

    Args:
        records: The records.
        titles: Labels of ``record``, ``weight`` and of the file (``title``).
        language: Of the labels; English where it has none.
        folder: Where to.

    Returns:
        The two files.
    """
    labels = {c.name: _text(c.labels, language) for c in records.columns}
    labels |= {name: _text(titles[name], language) for name in (RECORD, WEIGHT)}
    title = _text(titles["title"], language)
    sav, dta = (folder / f"{records.stem}.{ending}" for ending in ("sav", "dta"))
    _write_sav(records, labels, title, language, sav)
    _write_dta(records, labels, title, language, dta)
    return [sav, dta]


def _write_sav(
    records: Records, labels: dict[str, str], title: str, language: Language, file: Path
) -> None:
    frame = pd.DataFrame(
        {name: _column(records, name, SPSS_MISSING).astype(float) for name in labels_order(records)}
    )
    of_codes = {c.name: _code_labels(c, language, SPSS_MISSING) for c in records.columns}
    pyreadstat.write_sav(
        frame,
        file,
        file_label=_cut(title, FILE_LABEL),
        column_labels={name: _cut(text, SPSS_LABEL) for name, text in labels.items()},
        variable_value_labels=of_codes,
        missing_ranges={name: [{"lo": -4, "hi": -1}] for name in of_codes},
        variable_measure={
            c.name: "scale" if c.codes is None else "nominal" for c in records.columns
        },
    )
    content = bytearray(file.read_bytes())
    place, moment = SPSS_MOMENT
    content[place] = moment
    file.write_bytes(content)


def _write_dta(
    records: Records, labels: dict[str, str], title: str, language: Language, file: Path
) -> None:
    frame = pd.DataFrame(
        {name: _column(records, name, STATA_MISSING) for name in labels_order(records)}
    )
    of_codes = {c.name: _code_labels(c, language, STATA_MISSING) for c in records.columns}
    pyreadstat.write_dta(
        frame,
        file,
        file_label=_cut(title, FILE_LABEL),
        column_labels={name: text[:STATA_LABEL] for name, text in labels.items()},
        variable_value_labels=of_codes,
        missing_user_values={name: list(STATA_MISSING.values()) for name in of_codes},
        version=STATA,
    )
    file.write_bytes(STATA_MOMENT.sub(b"01 Jan 1980 00:00", file.read_bytes(), count=1))


def labels_order(records: Records) -> list[str]:
    """Names of the columns of a file, in their order."""
    return [RECORD, *(column.name for column in records.columns), WEIGHT]


def _column(records: Records, name: str, missing: Mapping[str, int | str]) -> pd.Series:
    values = records.frame[name]
    column = next((c for c in records.columns if c.name == name), None)
    if column is None:
        return values
    numbers = {**(column.codes or {}), **missing}
    return values.map(lambda value: numbers.get(value, value)).astype(object)


def _code_labels(
    column: Column, language: Language, missing: Mapping[str, int | str]
) -> dict[Any, str]:  # pyreadstat takes letters, too, and does not say so
    numbers = {**(column.codes or {}), **missing}
    labels = column.code_labels
    return {numbers[code]: _cut(_text(labels[code], language), VALUE_LABEL) for code in numbers}


def _text(labels: Labels, language: Language) -> str:
    return clean_text(str(in_language(labels, language)))


def _cut(text: str, n_bytes: int) -> str:
    return text.encode()[:n_bytes].decode(errors="ignore")
