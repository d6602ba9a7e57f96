"""Zip archives of delimited files, one member a table (ODK Central, Survey Solutions).

The archive's directory is judged and its real bytes counted (``archive``) before a member is
unpacked; then the member is a delimited file like any other, counted once more by ``csv_count``.
"""

import shutil
import zipfile
from pathlib import Path, PurePosixPath

from migstat.intake.errors import RefusedDelivery
from migstat.intake.readers.archive import check_archive
from migstat.intake.readers.csv_file import read_delimited
from migstat.intake.readers.magic import check_file
from migstat.intake.readers.request import Request, TableRead, TableRequest

JUNK = "__MACOSX"  # what a Mac packs beside each file


def read(request: Request) -> list[TableRead]:
    """Read the tables of a delivery, one member of an archive each.

    Raises:
        RefusedDelivery: An archive is damaged or crafted, or a member is not what is declared.
    """
    for file in sorted({table.file for table in request.tables}):
        check_file(request.place, Path(file), "csv_zip")
        check_archive(request.place, Path(file))
    return [_read_member(request, table) for table in request.tables]


def _read_member(request: Request, table: TableRequest) -> TableRead:
    file = Path(table.file)
    unpacked = Path(request.scratch) / f"{table.name}.member"
    with zipfile.ZipFile(file) as archive:
        member = _member(request.place, table, archive)
        with archive.open(member) as source, unpacked.open("wb") as target:
            shutil.copyfileobj(source, target)
    name = f"{PurePosixPath(member).name} in {file.name}"
    check_file(request.place, unpacked, "csv", request.encoding, name)
    read_table = read_delimited(request, table, unpacked, name)
    unpacked.unlink()
    return read_table


def _member(place: str, table: TableRequest, archive: zipfile.ZipFile) -> str:
    """Find the one member that the table's glob names, in whatever folder it lies."""
    glob = table.member or "*"
    found = [
        entry.filename
        for entry in archive.infolist()
        if not entry.is_dir()
        and JUNK not in PurePosixPath(entry.filename).parts
        and PurePosixPath(entry.filename).match(glob)
    ]
    if len(found) == 1:
        return found[0]
    raise RefusedDelivery(
        f"{place}: {len(found)} members of the archive are named {glob!r} (table {table.name}); "
        "it takes exactly one. Nothing was taken in. Export it again whole, or declare the "
        "member's name."
    )
