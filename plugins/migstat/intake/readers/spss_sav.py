"""SPSS files: codes as text, user-missing codes kept as the codes they are, labels beside.

pyreadstat dies of crafted files (33 of 3,000 mutated ones by a segmentation fault, ``hostile.md``)
and is therefore only used in the jail. ``sav_count`` counts the cases without it.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyreadstat

from migstat.intake.errors import RefusedDelivery
from migstat.intake.readers.columns import check_columns
from migstat.intake.readers.magic import check_file
from migstat.intake.readers.request import Request, TableRead, TableRequest
from migstat.intake.readers.sav_count import count_cases
from migstat.intake.readers.text_table import write_text_table


def read(request: Request) -> list[TableRead]:
    """Read the tables of a delivery, one SPSS file each.

    Raises:
        RefusedDelivery: A file is not what is declared, damaged or truncated.
    """
    return [_read_table(request, table) for table in request.tables]


def _read_table(request: Request, table: TableRequest) -> TableRead:
    file = Path(table.file)
    check_file(request.place, file, "spss_sav")
    cases = count_cases(request.place, file)
    header = _open(request.place, file, metadataonly=True)[1].column_names
    undeclared = check_columns(request.place, file.name, header, table.expected, table.optional)
    wanted = table.present(header)
    frame, meta = _open(request.place, file, usecols=list(wanted.values()), output_format="dict")
    columns = [[text_of(value) for value in frame[spelt]] for spelt in wanted.values()]
    rows: Iterator[Sequence[str | None]] = zip(*columns, strict=True)
    written = write_text_table(request.parquet(table), list(wanted), rows)
    return TableRead(table.name, written, cases, undeclared, labels_of(wanted, meta))


def _open(place: str, file: Path, **options: Any) -> tuple[Any, Any]:  # noqa: ANN401 - pyreadstat has no types
    try:
        return pyreadstat.read_sav(str(file), user_missing=True, **options)
    except (pyreadstat.ReadstatError, UnicodeDecodeError, ValueError) as error:
        raise RefusedDelivery(
            f"{place}: {file.name} is a damaged or truncated SPSS file. Save it again from SPSS."
        ) from error


def text_of(value: object) -> str | None:
    """Write a value as its answer was; None where nothing was answered."""
    if value is None or value == "":
        return None
    if isinstance(value, float):
        if value != value:  # noqa: PLR0124 - system-missing is NaN
            return None
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, dt.datetime):
        return value.isoformat()
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return str(value).rstrip() or None


def labels_of(wanted: Mapping[str, str], meta: Any) -> dict[str, Any]:  # noqa: ANN401 - pyreadstat has no types
    """Gather what the file says about its variables, by canonical name, as plain JSON."""
    labels = {}
    for canonical, spelt in wanted.items():
        values = meta.variable_value_labels.get(spelt, {})
        entry = {
            "label": meta.column_names_to_labels.get(spelt),
            "values": {text_of(code): label for code, label in values.items()},
            "missing": [
                [text_of(bounds["lo"]), text_of(bounds["hi"])]
                for bounds in meta.missing_ranges.get(spelt, [])
            ],
        }
        labels[canonical] = {key: content for key, content in entry.items() if content}
    return labels
