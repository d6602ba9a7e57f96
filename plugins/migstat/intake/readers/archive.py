"""The zip directory of a workbook, judged before anything is unpacked.

Limits and what they answer to: ``hostile.md`` (bombs of 1 GiB in 1 MB, 60,000 junk entries, ``../``
names, all of them read without a word by the usual readers).
"""

import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from migstat.intake.errors import RefusedDelivery

MAX_ENTRIES = 2_000
MAX_UNPACKED = 512 << 20
MAX_RATIO = 100
RATIO_FREE = 100 << 10
ENCRYPTED = 0x1


def check_archive(place: str, file: Path) -> None:
    """Check a zip archive's directory, then inflate it once against it.

    ``zipfile`` never gives more bytes of an entry than its directory says, so that an entry which
    says less than it holds fails its checksum here, and the limits hold for every later reading.

    Raises:
        RefusedDelivery: It is no sound archive, has an entry that no export has (a path that
            climbs, a link, an encrypted or doubled one), or unpacks to more than the limits.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            _check_directory(place, file.name, archive.infolist())
            if archive.testzip() is not None:
                raise zipfile.BadZipFile  # noqa: TRY301 - one answer to every kind of damage
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
        raise RefusedDelivery(
            f"{place}: {file.name} is a damaged or truncated archive. Export it again."
        ) from error


def _check_directory(place: str, name: str, entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MAX_ENTRIES:
        raise _refused(place, name, f"holds {len(entries):,} entries; at most {MAX_ENTRIES:,}")
    names = [entry.filename for entry in entries]
    if len({entry.casefold() for entry in names}) < len(names):
        raise _refused(place, name, "holds two entries of one name")
    for entry in entries:
        if _climbs(entry.filename):
            raise _refused(place, name, "holds an entry whose path leads out of the archive")
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise _refused(place, name, "holds a link")
        if entry.flag_bits & ENCRYPTED:
            raise _refused(place, name, "is protected by a password; save it without one")
        _check_size(place, name, entry.file_size, entry.compress_size)
    _check_total(place, name, sum(entry.file_size for entry in entries))


def _check_size(place: str, name: str, unpacked: int, packed: int) -> None:
    if unpacked > RATIO_FREE and unpacked > MAX_RATIO * max(packed, 1):
        raise _refused(place, name, f"holds an entry that unpacks to over {MAX_RATIO} times itself")


def _check_total(place: str, name: str, total: int) -> None:
    if total > MAX_UNPACKED:
        raise _refused(place, name, f"unpacks to more than {MAX_UNPACKED:,} bytes")


def _climbs(name: str) -> bool:
    path = PurePosixPath(name.replace("\\", "/"))
    drive = len(name) > 1 and name[1] == ":"
    return path.is_absolute() or drive or ".." in path.parts or "\x00" in name


def _refused(place: str, name: str, why: str) -> RefusedDelivery:
    return RefusedDelivery(f"{place}: {name} {why}. It was not unpacked; export it again.")
