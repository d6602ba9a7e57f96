"""Sending into a tree of folders, at hand or far away: nobody ever sees half an extract.

The files go to ``<iso3>/.v2.part/``, each under a name of its own until it is read back right, and
the folder is renamed to ``<iso3>/v2`` when all are there. What an attempt that was cut off left in
the folder is kept where it is right, and removed where not.
"""

from contextlib import suppress
from pathlib import Path
from typing import Protocol

from migstat.release.delivery.parcel import Parcel
from migstat.release.delivery.target import TargetError, refuse_others
from migstat.release.hashes import compare_hashes

PART = ".part"


class Tree(Protocol):
    """A tree of folders; paths are relative to its root, with ``/``."""

    def make_folder(self, path: str) -> None:
        """Make a folder, and those it lies in, unless it is there."""

    def files(self, path: str) -> list[str] | None:
        """Paths of all files below a folder, relative to it; None where there is no folder."""

    def put(self, source: Path, path: str) -> None:
        """Write a file that is not there."""

    def sha256(self, path: str) -> str:
        """Read a file and hash it."""

    def rename(self, old: str, new: str) -> None:
        """Rename a file or folder; refuses where the new name is taken."""

    def remove(self, path: str) -> None:
        """Remove a file."""


class TreeTarget:
    """A target that is a tree of folders."""

    def __init__(self, tree: Tree, folder: str) -> None:
        """Take a tree and the folder of the recipient in it."""
        self._tree = tree
        self._folder = f"{folder}/" if folder else ""

    def send(self, parcel: Parcel) -> int:
        """Send a parcel; see ``Target``."""
        home = f"{self._folder}{parcel.home}"
        final, aside = f"{home}/{parcel.stamp.label}", f"{home}/.{parcel.stamp.label}{PART}"
        if (there := self._tree.files(final)) is not None:
            refuse_others(final, compare_hashes(parcel.files, self._hashes(final, there)))
            return 0
        self._tree.make_folder(aside)
        kept = self._sweep(aside, parcel)
        missing = [name for name in parcel.files if name not in kept]
        for name in missing:
            self._send_file(parcel, name, aside)
        self._tree.rename(aside, final)
        return sum(map(parcel.size, missing))

    def _sweep(self, aside: str, parcel: Parcel) -> set[str]:
        """Remove what an earlier attempt left and is not right; returns what is."""
        found = self._hashes(aside, self._tree.files(aside) or [])
        kept = {name for name, digest in found.items() if parcel.files.get(name) == digest}
        for name in found.keys() - kept:
            self._tree.remove(f"{aside}/{name}")
        return kept

    def _hashes(self, folder: str, names: list[str]) -> dict[str, str]:
        return {name: self._tree.sha256(f"{folder}/{name}") for name in names}

    def _send_file(self, parcel: Parcel, name: str, aside: str) -> None:
        path = f"{aside}/{name}"
        if "/" in name:
            self._tree.make_folder(path.rsplit("/", 1)[0])
        try:
            self._tree.put(parcel.folder / name, path + PART)
            self._read_back(path + PART, parcel.files[name])
        except Exception:
            with suppress(Exception):  # a full disk is not left fuller than it was
                self._tree.remove(path + PART)
            raise
        self._tree.rename(path + PART, path)

    def _read_back(self, path: str, digest: str) -> None:
        if self._tree.sha256(path) != digest:
            raise TargetError(f"{path} arrived with other bytes than were sent; deliver again")
