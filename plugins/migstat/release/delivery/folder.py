"""Delivery to a folder: a share of the office, or a disk that is mounted there."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from migstat.declarations.release import Recipient
from migstat.disk import sync
from migstat.release.delivery.connections import Connection
from migstat.release.delivery.target import Target, TargetError
from migstat.release.delivery.tree import TreeTarget
from migstat.release.hashes import sha256


@contextmanager
def open_folder(recipient: Recipient, connection: Connection) -> Iterator[Target]:
    """Open the folder that the extra ``path`` of a connection of type ``fs`` names.

    Raises:
        TargetError: There is no such folder.
    """
    path = connection.extra.get("path", "")
    root = Path(path)
    if not path or not root.is_absolute():
        raise TargetError(
            f"the connection {connection.name} names no folder; give it the extra "
            '{"path": "/…"}, absolute'
        )
    if not root.is_dir():
        raise TargetError(f"there is no folder {root}; make or mount it")
    yield TreeTarget(FolderTree(root), recipient.folder)


class FolderTree:
    """A folder of this machine; every change is on disk before the next."""

    def __init__(self, root: Path) -> None:
        """Take the folder."""
        self._root = root

    def make_folder(self, path: str) -> None:
        """Make a folder and those it lies in."""
        folder = self._root / path
        folder.mkdir(parents=True, exist_ok=True)
        sync(folder.parent)

    def files(self, path: str) -> list[str] | None:
        """List the files below a folder."""
        folder = self._root / path
        if not os.path.lexists(folder):
            return None
        found = (file for file in folder.rglob("*") if file.is_symlink() or not file.is_dir())
        return sorted(file.relative_to(folder).as_posix() for file in found)

    def put(self, source: Path, path: str) -> None:
        """Copy a file; never through a link that somebody put there."""
        target = self._root / path
        with source.open("rb") as stream, target.open("xb") as copy:
            shutil.copyfileobj(stream, copy)
        sync(target)

    def sha256(self, path: str) -> str:
        """Hash a file; a link is none of ours, whatever it leads to."""
        file = self._root / path
        return "a link" if file.is_symlink() else sha256(file)

    def rename(self, old: str, new: str) -> None:
        """Rename, and wait for the disk."""
        source, target = self._root / old, self._root / new
        if os.path.lexists(target):
            raise FileExistsError(f"{target} is there already")
        source.rename(target)
        sync(target.parent)

    def remove(self, path: str) -> None:
        """Remove a file."""
        (self._root / path).unlink()
