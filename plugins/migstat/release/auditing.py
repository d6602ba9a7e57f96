"""Proof that a vintage is what was made, and what lies between two."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from migstat.ledger import Ledger
from migstat.release.changes import build_changes
from migstat.release.checksums import SIGNATURE, check_signature
from migstat.release.hashes import compare_hashes, hash_files
from migstat.release.making import write_release
from migstat.release.producer import producer
from migstat.release.protection import attack_release, protect_cells
from migstat.release.records import checked_vintages
from migstat.release.release import make_release
from migstat.release.vintages import FILES, INPUTS, Vintage, pick


def audit(iso3: str, ledger: Ledger, number: int | None = None) -> tuple[Vintage, list[str]]:
    """Check the bytes of a vintage and make every file of it again from its inputs.

    Args:
        iso3: The country.
        ledger: Knows what was released.
        number: The vintage; the newest without.

    Returns:
        The vintage, and what is not as it was made: nothing where all is well.

    Raises:
        ReleaseError: There is no such vintage, or one was changed by hand.
    """
    found = checked_vintages(iso3, ledger)
    vintage = pick(found, iso3, number)
    manifest = vintage.manifest
    if not check_signature(vintage.files, manifest.public_key):
        return vintage, [f"{FILES}/{SIGNATURE} is not of the key that the manifest names"]
    earlier = [other.as_earlier() for other in found[: vintage.stamp.number - 1]]
    with TemporaryDirectory(prefix="migstat-audit-") as place:
        folder = Path(place)
        again = make_release(vintage.inputs(), vintage.stamp, earlier)
        write_release(again, folder, manifest.public_key)
        made = hash_files(folder)
    wanted = {
        name: digest
        for name, digest in manifest.files.items()
        # the signature needs the private key and was checked above
        if not name.startswith(f"{INPUTS}/") and name != f"{FILES}/{SIGNATURE}"
    }
    differences = compare_hashes(wanted, made)
    if differences and manifest.producer != producer():
        by = f"made by migstat {manifest.producer}, checked by {producer()}"
        differences = [f"{difference} ({by})" for difference in differences]
    return vintage, differences


def second_opinion(
    iso3: str, ledger: Ledger, number: int | None = None
) -> dict[str, tuple[int, int, int]]:
    """Let a linear program attack a vintage, with all that earlier ones showed.

    Returns:
        As ``protection.attack_release``.

    Raises:
        ReleaseError: There is no such vintage, or one was changed by hand.
    """
    found = checked_vintages(iso3, ledger)
    vintage = pick(found, iso3, number)
    earlier = [other.as_earlier() for other in found[: vintage.stamp.number - 1]]
    return attack_release(protect_cells(vintage.inputs(), earlier))


def diff(iso3: str, ledger: Ledger, old: int, new: int) -> pd.DataFrame:
    """Compare the figures of two vintages.

    Returns:
        As ``changes.build_changes``.

    Raises:
        ReleaseError: There is no such vintage, or one was changed by hand.
    """
    found = checked_vintages(iso3, ledger)
    before, after = (pick(found, iso3, number) for number in (old, new))
    return build_changes(before.cells(), after.cells())
