"""Writers of a Survey Solutions archive and of a Stata file, with pinned clocks."""

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

import pandas as pd
import pyreadstat

from synthetic.files import NOTICE, Row

BEFORE_CLOCK = b"<timestamp>"
CLOCK_LENGTH = 17  # dd Mon yyyy hh:mm, after one byte that says so
MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec"


def write_survey_solutions_zip(
    file: Path, questionnaire: str, header: Sequence[str], rows: Iterable[Row], made: datetime
) -> None:
    """Write the tabular export: the questionnaire's ``.tab`` beside the tool's own files."""
    main = list(rows)
    members = {
        f"{questionnaire}.tab": _tab(header, main),
        "interview__errors.tab": _tab(["interview__key", "interview__id", "message"], []),
        "export__readme.txt": f"{NOTICE}\r\nQuestionnaire: {questionnaire}\r\n".encode(),
    }
    with zipfile.ZipFile(file, "w") as archive:  # stored: packed bytes differ between zlibs
        for name, content in members.items():
            entry = zipfile.ZipInfo(name, made.timetuple()[:6])
            archive.writestr(entry, content)


def _tab(header: Sequence[str], rows: Iterable[Row]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, header, delimiter="\t", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def write_stata_dta(
    file: Path,
    frame: pd.DataFrame,
    *,
    labels: Mapping[str, str],
    answers: Mapping[str, Mapping[int, str]],
    missing: Mapping[str, Sequence[str]],
    formats: Mapping[str, str],
    made: datetime,
) -> None:
    """Write a Stata 14 file with value labels; the cells ``a`` to ``z`` become ``.a`` to ``.z``."""
    pyreadstat.write_dta(
        frame,
        file,
        file_label="SYNTHETIC DATA (not real answers)",
        column_labels=dict(labels),
        variable_value_labels=_labels(answers),
        missing_user_values={name: list(codes) for name, codes in missing.items()},
        variable_format=dict(formats),
        version=14,
    )
    content = bytearray(file.read_bytes())
    start = content.index(BEFORE_CLOCK) + len(BEFORE_CLOCK) + 1
    month = MONTHS[3 * made.month - 3 : 3 * made.month]
    clock = f"{made:%d} {month} {made:%Y %H:%M}".encode("ascii")
    content[start : start + CLOCK_LENGTH] = clock
    file.write_bytes(content)


def _labels(answers: Mapping[str, Mapping[int, str]]) -> dict[str, dict[int | float, str]]:
    """Copy the labels; of a column with letters, pyreadstat takes whole codes only."""
    return {
        name: {code: text for code, text in codes.items()}  # noqa: C416 - widens the type
        for name, codes in answers.items()
    }
