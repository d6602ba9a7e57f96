"""Fictional exports, declarations and installations for the tests of the intake."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from migstat.intake.readers.request import Request, TableRequest


def table_request(
    columns: Sequence[str],
    *,
    name: str = "persons",
    sheet: str | None = None,
    dropped: Sequence[str] = (),
    renames: Mapping[str, str] | None = None,
) -> TableRequest:
    """Build the request of one table of text columns."""
    renames = renames or {}
    return TableRequest(
        name=name,
        sheet=sheet,
        expected=tuple(renames.get(column, column) for column in columns),
        wanted={c: renames.get(c, c) for c in columns if c not in dropped},
    )


def csv_request(
    scratch: Path,
    file: Path,
    columns: Sequence[str],
    *,
    dropped: Sequence[str] = (),
    renames: Mapping[str, str] | None = None,
    delimiter: str = ",",
    encoding: str = "utf-8",
) -> Request:
    """Build the request of a delimited file."""
    return Request(
        place="zzz_test 2021",
        format="csv",
        files=(str(file),),
        scratch=str(scratch),
        tables=(table_request(columns, dropped=dropped, renames=renames),),
        delimiter=delimiter,
        encoding=encoding,
    )
