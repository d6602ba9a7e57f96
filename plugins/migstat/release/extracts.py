"""Extracts: what leaves of a vintage, where those who deliver it find it."""

import shutil
from pathlib import Path

from migstat.declarations import load_country
from migstat.disk import sync
from migstat.ledger import Ledger
from migstat.paths import paths
from migstat.release.errors import ApprovalError, TamperedError
from migstat.release.hashes import compare_hashes, hash_files
from migstat.release.release import release_of
from migstat.release.vintages import FILES, Vintage, locked, refuse_if_changed, sync_tree


def put_out(vintage: Vintage, ledger: Ledger) -> Path:
    """Copy the files of a vintage to ``data/extracts``; where they lie already nothing is done.

    Returns:
        The folder of the extract, ``<iso3>/v<number>``.

    Raises:
        ApprovalError: Somebody who must sign the vintage has not.
        TamperedError: The vintage, or an extract that lies there, is not what was made.
    """
    stamp = vintage.stamp
    refuse_if_changed(vintage)
    _refuse_unsigned(vintage, ledger)
    target = extract_folder(vintage)
    with locked(stamp.country):
        if target.is_dir():
            _refuse_other_bytes(target, vintage)
        else:
            _copy(vintage.files, target)
    ledger.record_extract(stamp.country, stamp.number)
    return target


def is_out(vintage: Vintage, ledger: Ledger) -> bool:
    """Whether the extract of a vintage lies where it belongs, and the ledger knows."""
    stamp = vintage.stamp
    known = {row.vintage for row in ledger.releases(stamp.country) if row.extracted_at}
    return stamp.number in known and extract_folder(vintage).is_dir()


def extract_folder(vintage: Vintage) -> Path:
    """Where the extract of a vintage lies once it is out."""
    return paths().extracts / vintage.folder.parent.name / vintage.stamp.label


def _refuse_unsigned(vintage: Vintage, ledger: Ledger) -> None:
    """A correction needs the same signatures as what it corrects."""
    stamp = vintage.stamp
    signed = {row.vintage: row.approvals for row in ledger.releases(stamp.country)}
    must_sign = release_of(load_country(stamp.country)).signatories
    if missing := [name for name in must_sign if name not in signed.get(stamp.number, {})]:
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
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = target.with_name(f".{target.name}")
    shutil.rmtree(aside, ignore_errors=True)
    try:
        shutil.copytree(files, aside)
        sync_tree(aside)
        aside.rename(target)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    sync(target.parent)
