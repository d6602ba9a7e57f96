"""Vintages on disk: numbered, never changed, known by the hash of their content.

``data/releases/<iso3>/v<number>/``::

    inputs/         what it was made from, unprotected
    cells.parquet   the released cells
    shown.parquet   which figures each publication plan has, and which of them are shown
    changes.parquet what changed since the vintage before
    proof/          for the disclosure officer
    files/          what leaves
    manifest.json   the stamp and the hash of every file; its own hash is the content id

A vintage is made in a folder beside and renamed when all of it is on disk, so that half of one is
never seen.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd
from filelock import FileLock

from migstat.declarations.model import Declaration
from migstat.disk import empty_folder, sync, sync_tree
from migstat.paths import paths
from migstat.release.errors import ReleaseError, TamperedError
from migstat.release.hashes import compare_hashes, hash_files, sha256
from migstat.release.inputs import Inputs, read_inputs
from migstat.release.protection import Earlier
from migstat.release.stamp import Stamp

MANIFEST = "manifest.json"
INPUTS, FILES, PROOF = "inputs", "files", "proof"
CELLS, SHOWN, CHANGES = "cells.parquet", "shown.parquet", "changes.parquet"
PROOF_REPORT = "disclosure_control.md"
MAKING = ".making"


class Manifest(Declaration):
    """What a vintage is.

    Attributes:
        stamp: Which vintage.
        inputs_sha256: Identity of what it was made from.
        offered_sha256: Identity of what the marts offered, where some of it was postponed.
        producer: Who made it (``producer.producer``).
        public_key: Key of the signature (OpenSSH).
        files: SHA-256 of every file of the vintage by its path in the folder.
    """

    stamp: Stamp
    inputs_sha256: str
    offered_sha256: str | None = None
    producer: str
    public_key: str
    files: dict[str, str]

    @property
    def offered(self) -> str:
        """Identity of what the marts offered when it was made."""
        return self.offered_sha256 or self.inputs_sha256


@dataclass(frozen=True)
class Vintage:
    """A vintage on disk."""

    folder: Path

    @cached_property
    def manifest(self) -> Manifest:
        """What it says it is."""
        return Manifest.model_validate_json((self.folder / MANIFEST).read_text(encoding="utf-8"))

    @cached_property
    def content_id(self) -> str:
        """SHA-256 of the manifest, which holds the hashes of all else."""
        return sha256(self.folder / MANIFEST)

    @property
    def stamp(self) -> Stamp:
        """Which vintage."""
        return self.manifest.stamp

    @property
    def name(self) -> str:
        """``SLV v2``, for people."""
        return f"{self.stamp.country} {self.stamp.label}"

    @property
    def files(self) -> Path:
        """The folder of what leaves."""
        return self.folder / FILES

    def cells(self) -> pd.DataFrame:
        """The released cells, with the deliveries they come from."""
        return pd.read_parquet(self.folder / CELLS)

    def as_earlier(self) -> Earlier:
        """What the vintages after it must know of it."""
        return Earlier(self.inputs(), self.cells(), pd.read_parquet(self.folder / SHOWN))

    def changes(self) -> pd.DataFrame:
        """What changed since the vintage before."""
        return pd.read_parquet(self.folder / CHANGES)

    def inputs(self) -> Inputs:
        """What it was made from."""
        return read_inputs(self.folder / INPUTS)

    def findings(self) -> list[str]:
        """Compare every file with the manifest: what is changed, missing or too many."""
        found = hash_files(self.folder)
        del found[MANIFEST]
        return compare_hashes(self.manifest.files, found)


def vintages(iso3: str) -> list[Vintage]:
    """List the vintages of a country, oldest first.

    Raises:
        TamperedError: A number is missing in between, or a folder holds another vintage.
    """
    home = _home(iso3)
    folders = home.glob("v*") if home.is_dir() else ()
    numbers = sorted(int(f.name[1:]) for f in folders if re.fullmatch(r"v[1-9]\d*", f.name))
    found = [Vintage(home / f"v{number}") for number in numbers]
    if numbers != list(range(1, len(numbers) + 1)):
        raise TamperedError(f"{iso3}: vintages {numbers} in {home}; one is missing")
    for before, vintage in zip([None, *found], found, strict=False):
        _check_place(vintage, before, iso3)
    return found


@contextmanager
def locked(iso3: str, name: str = ".lock") -> Iterator[Path]:
    """Hold the lock of a country's releases, or another beside it; yields their folder."""
    home = _home(iso3)
    home.mkdir(parents=True, exist_ok=True)
    home.chmod(0o700)  # the inputs are unprotected
    with FileLock(home / name):
        yield home


@contextmanager
def making(iso3: str) -> Iterator[Path]:
    """Hold the country's lock and give an empty folder to make a vintage in.

    What a killed process left there is removed; so is the folder, unless it was kept.
    """
    with locked(iso3) as home, empty_folder(home / MAKING) as folder:
        yield folder


def keep(folder: Path, manifest: Manifest) -> Vintage:
    """Turn a folder of ``making`` into a vintage: all of it on disk, then one rename."""
    text = manifest.model_dump_json(indent=1) + "\n"
    (folder / MANIFEST).write_text(text, encoding="utf-8")
    sync_tree(folder)
    place = folder.with_name(manifest.stamp.label)
    folder.rename(place)
    sync(place.parent)
    return Vintage(place)


def refuse_if_changed(vintage: Vintage) -> None:
    """Refuse a vintage whose bytes are not those of its manifest.

    Raises:
        TamperedError: With every file that differs.
    """
    if findings := vintage.findings():
        raise TamperedError(f"{vintage.name} was changed by hand: {'; '.join(findings)}")


def pick(found: Sequence[Vintage], iso3: str, number: int | None) -> Vintage:
    """Take a vintage of a country, the newest without a number.

    Raises:
        ReleaseError: There is none.
    """
    if not found:
        raise ReleaseError(f"{iso3}: nothing was released; `migstat release build {iso3}` does it")
    if number is None:
        return found[-1]
    if not 1 <= number <= len(found):
        raise ReleaseError(f"{iso3}: there is no v{number}; the newest is v{len(found)}")
    return found[number - 1]


def _home(iso3: str) -> Path:
    """The folder of a country; its code is a name that somebody typed."""
    if not re.fullmatch("[A-Za-z]{3}", iso3):
        raise ReleaseError(f"{iso3!r} is no ISO 3166-1 alpha-3 code of a country")
    return paths().releases / iso3.lower()


def _check_place(vintage: Vintage, before: Vintage | None, iso3: str) -> None:
    """Hold the chain: each vintage names the content id of the one before."""
    stamp = vintage.stamp
    place = (iso3.upper(), vintage.folder.name, before.content_id if before else None)
    if (stamp.country, stamp.label, stamp.previous) != place:
        raise TamperedError(
            f"{vintage.folder} does not hold the vintage that belongs there: its manifest or that "
            "of the vintage before was changed by hand"
        )
