"""The files of the drop zone on any fsspec storage: listing, hashing, copying.

Nothing here knows surveys. Names come from outside and are judged before anything is opened.
"""

import hashlib
import os
import unicodedata
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import fsspec
from fsspec.implementations.local import LocalFileSystem

from migstat.ledger import DeliveredFile
from migstat.paths import paths

CHUNK = 1 << 20
FOLDER_LEVELS = 3  # survey, wave, batch
IGNORED_STARTS = (".", "~$")
IGNORED_ENDS = (".part", ".tmp", ".crdownload", ".filepart")
MODIFIED_KEYS = ("mtime", "LastModified", "last_modified", "updated", "modified")
HIDDEN_CHARACTERS = {"Cc", "Cf", "Cs", "Zl", "Zp"}
LONGEST_NAME = 200  # bytes; copies get up to 52 more beside it, of the 255 that file systems allow
JOINERS = "\u200c\u200d"  # part of ordinary words in Persian and many Indic scripts


class FileChangedError(RuntimeError):
    """A file is not what it was when it was looked at; looking again may help."""


@dataclass(frozen=True)
class Entry:
    """Something in the drop zone.

    Attributes:
        parts: Names from survey to file, fit to be shown.
        file: What the ledger keeps of it; without a hash.
        fault: Why it must not be opened; None for a regular file under a decent name.
    """

    parts: tuple[str, ...]
    file: DeliveredFile
    fault: str | None = None


class Zone:
    """The drop zone of the installation."""

    def __init__(self) -> None:
        """Connect to ``paths().drop_zone``."""
        self.fs, self.root = fsspec.url_to_fs(paths().drop_zone)

    def entries(self) -> list[Entry]:
        """List what lies there, temporary files of editors and transfers aside."""
        self.fs.invalidate_cache()
        return sorted(self._walk(self.root, ()), key=lambda entry: entry.file.path)

    def look(self, path: str) -> DeliveredFile:
        """Look at one file from outside.

        Raises:
            FileChangedError: It is gone, or became a link that leads out of the drop zone.
        """
        self.fs.invalidate_cache()
        try:
            info = self._followed(self.fs.info(self.place(path)))
        except FileNotFoundError as error:
            raise FileChangedError(f"{path} is no longer in the drop zone") from error
        if info is None or info["type"] != "file":
            raise FileChangedError(f"{path} is no regular file of the drop zone any more")
        return DeliveredFile(path, int(info["size"]), self._modified_at(info))

    def sha256(self, file: DeliveredFile) -> str:
        """Hash a file as it was looked at.

        Raises:
            FileChangedError: It is gone, or its size or time of change is not as it was.
        """
        hashed = hashlib.sha256()
        for piece in self.pieces(file):
            hashed.update(piece)
        after = self.look(file.path)
        if (after.size, after.modified_at) != (file.size, file.modified_at):
            raise FileChangedError(f"{file.path} changed while it was read")
        return hashed.hexdigest()

    def pieces(self, file: DeliveredFile) -> Iterator[bytes]:
        """Read a file piece by piece, and no more of it than there was at the look.

        Raises:
            FileChangedError: It is gone, or larger than it was.
        """
        self.look(file.path)  # a link or device put in its place is not opened
        left = file.size
        try:
            with self.fs.open(self.place(file.path), "rb") as source:
                while piece := source.read(CHUNK):
                    left -= len(piece)
                    if left < 0:
                        raise FileChangedError(f"{file.path} grew after it was looked at")
                    yield piece
        except FileNotFoundError as error:
            raise FileChangedError(f"{file.path} is no longer in the drop zone") from error

    def put(self, source: Path, path: str) -> None:
        """Copy a local file in: to a hidden name beside its place, then renamed."""
        place = self.place(path)
        folder, name = place.rsplit("/", 1)
        beside = f"{folder}/.{uuid.uuid4().hex}-{name}.part"
        self.fs.makedirs(folder, exist_ok=True)
        self.fs.put_file(str(source), beside)
        self.fs.mv(beside, place)

    def holds(self, path: str) -> bool:
        """Tell whether something lies at this place."""
        self.fs.invalidate_cache()
        return bool(self.fs.exists(self.place(path)))

    def place(self, path: str) -> str:
        """Turn a path within the zone into one the storage knows."""
        return f"{self.root}/{path}"

    def _walk(self, folder: str, parts: tuple[str, ...]) -> Iterator[Entry]:
        for info in self._listed(folder):
            name = _name(info)
            here = (*parts, shown(name))
            fault = name_fault(name)
            if fault is None and is_ignored(name):
                continue
            followed = None if fault else self._followed(info)
            if followed is None:
                yield _without_look(here, fault or "is a link that leads out of the drop zone")
            elif followed["type"] == "directory":
                yield from self._walk_down(followed["name"], here)
            elif followed["type"] == "file":
                yield Entry(
                    here,
                    DeliveredFile(
                        "/".join(here), int(followed["size"]), self._modified_at(followed)
                    ),
                )
            else:
                yield _without_look(here, "is no regular file")

    def _walk_down(self, folder: str, parts: tuple[str, ...]) -> Iterator[Entry]:
        try:
            if len(parts) <= FOLDER_LEVELS:
                yield from self._walk(folder, parts)
            elif not all(is_ignored(_name(info)) for info in self._listed(folder)):
                yield _without_look(parts, "lies too deep")
        except PermissionError:
            yield _without_look(parts, "may not be read by migstat")

    def _listed(self, folder: str) -> list[dict[str, Any]]:
        try:
            listed: list[dict[str, Any]] = self.fs.ls(folder, detail=True)
        except FileNotFoundError:  # the zone is not made yet, or the folder just went
            return []
        # object stores list a folder's own marker among its files
        return [info for info in listed if info["name"].rstrip("/") != folder.rstrip("/")]

    def _followed(self, info: dict[str, Any]) -> dict[str, Any] | None:
        """Follow a link that stays inside the zone; None when it leaves or leads nowhere."""
        if not isinstance(self.fs, LocalFileSystem) or not Path(info["name"]).is_symlink():
            return info
        real = Path(os.path.realpath(info["name"]))
        if not real.exists() or not real.is_relative_to(os.path.realpath(self.root)):
            return None
        target: dict[str, Any] = self.fs.info(info["name"])
        return target

    def _modified_at(self, info: dict[str, Any]) -> str:
        value = next((info[key] for key in MODIFIED_KEYS if info.get(key) is not None), None)
        if value is None:
            value = self.fs.modified(info["name"])
        if isinstance(value, int | float):
            value = datetime.fromtimestamp(value, UTC)
        if isinstance(value, datetime):
            zoned = value if value.tzinfo else value.replace(tzinfo=UTC)
            return zoned.astimezone(UTC).isoformat(timespec="microseconds")
        return str(value)


def _name(info: dict[str, Any]) -> str:
    return str(info["name"]).rsplit("/", 1)[-1]


def name_fault(name: str) -> str | None:
    """Say what is wrong with a name; None for a decent one."""
    if name in {"", ".", ".."} or "/" in name or "\\" in name:
        return "has a path trick in its name"
    if any(_is_hidden(character) for character in name):
        return "has control characters in its name"
    if len(os.fsencode(name)) > LONGEST_NAME:
        return f"has a name of more than {LONGEST_NAME} bytes"
    return None


def is_ignored(name: str) -> bool:
    """Tell whether a name is that of a hidden file or of an unfinished transfer."""
    return name.startswith(IGNORED_STARTS) or name.lower().endswith(IGNORED_ENDS)


def shown(name: str) -> str:
    """Write a name so that it can be stored and printed; a decent name stays as it is."""
    return "".join(_escaped(c) if _is_hidden(c) or c == "\\" else c for c in name)


def _escaped(character: str) -> str:
    return f"\\u{ord(character):04x}"


def _is_hidden(character: str) -> bool:
    return unicodedata.category(character) in HIDDEN_CHARACTERS and character not in JOINERS


def _without_look(parts: tuple[str, ...], fault: str) -> Entry:
    return Entry(parts, DeliveredFile("/".join(parts), 0, ""), fault)
