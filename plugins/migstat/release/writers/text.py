"""CSV as RFC 4180 has it, and texts that no spreadsheet takes for a formula."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

FORMULA_STARTS = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"  # the wide forms are taken for them too
INVISIBLE = re.compile(
    "[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f\\ud800-\\udfff\\ufdd0-\\ufdef\\ufffe\\uffff"
    "\\u200b\\u2060\\ufeff"  # no width: they hide what a text begins with
    "\\u202a-\\u202e\\u2066-\\u2069]"  # turn the reading order of what stands beside
)


def clean_text(text: str) -> str:
    """Take out what is never drawn: controls, broken code points, marks that turn the order.

    Letters of every script, right-to-left ones and combining marks stay.
    """
    return INVISIBLE.sub("", text)


def safe_text(text: str) -> str:
    """Disarm a text that a spreadsheet would run: an apostrophe before it shows it as it is."""
    cleaned = clean_text(text)
    begins = cleaned.lstrip(" \u00a0\u3000")[:1]  # some programs trim before they look
    return f"'{cleaned}" if begins and begins in FORMULA_STARTS else cleaned


def write_csv(frame: pd.DataFrame, file: Path) -> Path:
    """Write a frame: UTF-8, commas, points, CRLF, quotes where needed; nothing for no value.

    Args:
        frame: Texts are disarmed; numbers, booleans and dates are written as they are.
        file: Where to.

    Returns:
        The file.
    """
    rows = zip(*(texts(frame[name]) for name in frame.columns), strict=True)
    file.write_bytes(csv_text(list(frame.columns), rows).encode())
    return file


def csv_text(header: Sequence[str], rows: Iterable[Iterable[str]]) -> str:
    """Lay rows of texts out as CSV."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(rows)
    return buffer.getvalue()


def texts(column: pd.Series) -> list[str]:
    """Write the values of a column as CSV holds them; nothing for no value."""
    values, missing = column.tolist(), column.isna().tolist()
    # codes and labels stand in many rows
    safe = {value: safe_text(value) for value in set(values) if isinstance(value, str)}
    return [
        "" if is_missing else safe[value] if isinstance(value, str) else _plain(value)
        for value, is_missing in zip(values, missing, strict=True)
    ]


def _plain(value: object) -> str:
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    return str(value)
