"""Extracts: what leaves of a vintage, where those who deliver it find it."""

import shutil
from pathlib import Path

from migstat.declarations import load_country
from migstat.disk import empty_folder, sync, sync_tree
from migstat.ledger import Ledger, Release
from migstat.paths import paths
from migstat.release.errors import ApprovalError, RejectedError, TamperedError
from migstat.release.hashes import compare_hashes, hash_files
from migstat.release.release import release_of
from migstat.release.vintages import FILES, Vintage, locked, refuse_if_changed


def put_out(vintage: Vintage, ledger: Ledger) -> Path:
    """Copy the files of a vintage to ``data/extracts``; where they lie already nothing is done.

    Returns:
        The folder of the extract, ``<iso3>/v<number>``.

    Raises:
        ApprovalError: Somebody who must sign the vintage has not, or rejected it.
        TamperedError: The vintage, or an extract that lies there, is not what was made.
    """
    stamp = vintage.stamp
    refuse_if_changed(vintage)
    target = extract_folder(stamp.country, stamp.number)
    with locked(stamp.country):  # nobody rejects it meanwhile
        _refuse_unsigned(vintage, ledger)
        if target.is_dir():
            _refuse_other_bytes(target, vintage)
        else:
            _copy(vintage.files, target)
        ledger.record_extract(stamp.country, stamp.number)
    return target


def is_out(released: Release) -> bool:
    """Whether the extract of a vintage lies where it belongs, and the ledger knows."""
    folder = extract_folder(released.country_code, released.vintage)
    return released.extracted_at is not None and folder.is_dir()


def extract_folder(iso3: str, number: int) -> Path:
    """Where the extract of a vintage lies once it is out."""
    return paths().extracts / iso3.lower() / f"v{number}"


def refuse_rejected(released: Release) -> None:
    """Refuse a vintage that somebody rejected.

    Raises:
        RejectedError: Somebody did.
    """
    if released.rejection is not None:
        raise RejectedError(released, released.rejection)


def _refuse_unsigned(vintage: Vintage, ledger: Ledger) -> None:
    """A correction needs the same signatures as what it corrects; what is out has left already."""
    stamp = vintage.stamp
    released = ledger.release(stamp.country, stamp.number)
    refuse_rejected(released)
    if released.extracted_at:
        return
    if missing := release_of(load_country(stamp.country)).unsigned(released.approvals):
        raise ApprovalError(
            f"{vintage.name} waits for the approval of {', '.join(missing)}; nothing leaves before"
        )


def _refuse_other_bytes(target: Path, vintage: Vintage) -> None:
    wanted = {
        name.removeprefix(f"{FILES}/"): digest
        for name, digest in vintage.manifest.files.items()
        if name.startswith(f"{FILES}/")
    }
    if findings := compare_hashes(wanted, hash_files(target)):
        raise TamperedError(
            f"{target} is not what was made: {'; '.join(findings)}. Remove that folder and build "
            "again; the vintage itself is as it was"
        )


def _copy(files: Path, target: Path) -> None:
    """Copy beside, wait for the disk, rename: half an extract is never seen."""
    with empty_folder(target.with_name(f".{target.name}")) as aside:
        shutil.copytree(files, aside, dirs_exist_ok=True)
        sync_tree(aside)
        aside.rename(target)
    sync(target.parent)
