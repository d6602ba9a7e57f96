"""Stata files: codes as text, tagged missing values as ``.a`` to ``.z``, labels beside.

pyreadstat reads them, in the jail only; ``dta_count`` counts the observations without it.
"""

from pathlib import Path
from typing import Any

import numpy as np
import pyreadstat

from migstat.intake.errors import RefusedDelivery
from migstat.intake.readers.columns import check_columns
from migstat.intake.readers.dta_count import count_observations
from migstat.intake.readers.magic import check_file
from migstat.intake.readers.request import Request, TableRead, TableRequest
from migstat.intake.readers.spss_sav import labels_of, text_of
from migstat.intake.readers.text_table import write_text_table


def read(request: Request) -> list[TableRead]:
    """Read the tables of a delivery, one Stata file each.

    Raises:
        RefusedDelivery: A file is not what is declared, damaged or truncated.
    """
    return [_read_table(request, table) for table in request.tables]


def _read_table(request: Request, table: TableRequest) -> TableRead:
    file, place = Path(table.file), request.place
    check_file(place, file, "stata_dta")
    counted = count_observations(place, file)
    encoding = None if request.encoding.lower().startswith("utf") else request.encoding
    header = _open(place, file, encoding, metadataonly=True)[1].column_names
    undeclared = check_columns(place, file.name, header, table.expected, table.optional)
    wanted = table.present(header)
    frame, meta = _open(place, file, encoding, usecols=list(wanted.values()), output_format="dict")
    kinds = meta.readstat_variable_types
    columns = [[text_of_value(v, kinds[spelt]) for v in frame[spelt]] for spelt in wanted.values()]
    written = write_text_table(request.parquet(table), list(wanted), zip(*columns, strict=True))
    return TableRead(table.name, written, counted, undeclared, labels_of(wanted, meta))


def _open(place: str, file: Path, encoding: str | None, **options: Any) -> tuple[Any, Any]:  # noqa: ANN401 - pyreadstat has no types
    try:
        return pyreadstat.read_dta(str(file), user_missing=True, encoding=encoding, **options)
    except (pyreadstat.ReadstatError, UnicodeDecodeError, ValueError) as error:
        raise RefusedDelivery(
            f"{place}: {file.name} is a damaged or truncated Stata file, or its texts are in "
            "another encoding than declared. Save it again from Stata."
        ) from error


def text_of_value(value: object, kind: str) -> str | None:
    """Write a value as its answer was.

    pyreadstat gives a tagged missing value as its letter; in a variable of numbers no answer looks
    like that. A ``float`` has seven digits: as the shortest text that gives the same one.
    """
    if kind != "string" and isinstance(value, str) and len(value) == 1 and value.isalpha():
        return f".{value}"
    if kind == "float" and isinstance(value, float) and not value.is_integer():
        return None if value != value else str(np.float32(value))  # noqa: PLR0124 - NaN
    return text_of(value)
