"""Making vintages, as the commands and the DAGs do it: what would leave, and the next vintage."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from migstat.declarations import load_country
from migstat.ledger import Ledger
from migstat.ledger.types import utc_now
from migstat.release.calendar import Due, WaveKey
from migstat.release.checksums import write_allowed_signers, write_checksums
from migstat.release.due import Clock, gather_into, is_made_from
from migstat.release.errors import ReleaseError
from migstat.release.hashes import hash_files
from migstat.release.inputs import Inputs
from migstat.release.postponing import make_or_postpone
from migstat.release.producer import producer
from migstat.release.records import checked_vintages, record
from migstat.release.release import Release, make_release, release_of
from migstat.release.signing import Signer, load_signer
from migstat.release.stamp import Before, Stamp, first_stamp, next_stamp
from migstat.release.vintages import (
    CELLS,
    CHANGES,
    FILES,
    INPUTS,
    PROOF,
    PROOF_REPORT,
    SHOWN,
    Manifest,
    Vintage,
    keep,
    making,
)
from migstat.release.writers import WRITERS

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@dataclass(frozen=True)
class Plan:
    """What would be released now.

    Attributes:
        release: The vintage, as it would be.
        held: Waves under embargo, with the moment it ends.
        is_new: Whether there is anything to release; else it is the vintage that is out.
    """

    release: Release
    held: dict[WaveKey, datetime]
    is_new: bool


def plan(iso3: str, ledger: Ledger, *, clock: Clock = utc_now) -> Plan:
    """Say what a build would release, without writing anything that stays.

    Raises:
        ReleaseError: A build would be refused, for this reason.
    """
    now, before = clock(), checked_vintages(iso3, ledger)
    with TemporaryDirectory(prefix="migstat-plan-") as place:
        folder = Path(place) / INPUTS
        inputs, due = gather_into(folder, iso3, now)
        is_new = not is_made_from(inputs, before)
        if is_new:
            stamp = _stamp(iso3, due, _last(before, ledger), None, now)
            release = make_or_postpone(inputs, folder, stamp, before)
        else:
            newest = before[-1]
            earlier = [vintage.as_earlier() for vintage in before[:-1]]
            release = make_release(newest.inputs(), newest.stamp, earlier)
    embargo = release_of(load_country(iso3)).embargo
    return Plan(
        release=release,
        held={wave: embargo.ends(entry.date) for wave, entry in due.held.items()},
        is_new=is_new,
    )


def build(
    iso3: str, ledger: Ledger, *, correction: str | None = None, clock: Clock = utc_now
) -> tuple[Vintage, bool]:
    """Make the next vintage of a country, unless the newest is made from the same.

    Args:
        iso3: The country.
        ledger: Where it is recorded.
        correction: Why the newest vintage is corrected; makes a vintage in any case.
        clock: Tells the time.

    Returns:
        The newest vintage, and whether it was made now.

    Raises:
        ReleaseError: Nothing may leave, a vintage was changed by hand, the key is not usable, or
            the disk is full.
    """
    release_of(load_country(iso3))  # who is not declared leaves no trace
    signer, now = load_signer(), clock()
    with told_if_full(iso3), making(iso3) as folder:
        before = checked_vintages(iso3, ledger)
        inputs, due = gather_into(folder / INPUTS, iso3, now)
        if correction is None and is_made_from(inputs, before):
            return before[-1], False
        stamp = _stamp(iso3, due, _last(before, ledger), correction, now)
        release = make_or_postpone(inputs, folder / INPUTS, stamp, before)
        write_release(release, folder, signer.public_key, signer)
        vintage = keep(folder, _manifest(release, inputs, folder, signer))
        record(vintage, ledger)
        return vintage, True


def write_release(
    release: Release, folder: Path, public_key: str, signer: Signer | None = None
) -> None:
    """Write all of a vintage but its inputs and manifest.

    Args:
        release: The vintage.
        folder: Where to.
        public_key: The key of the signature (OpenSSH).
        signer: Signs the checksums; without one they stay unsigned.
    """
    release.archived.to_parquet(folder / CELLS, index=False)
    release.protected.frame().to_parquet(folder / SHOWN, index=False)
    release.changes.to_parquet(folder / CHANGES, index=False)
    proof, files = folder / PROOF, folder / FILES
    proof.mkdir()
    report = release.protected.proof(f"{release.country.name}, {release.stamp.label}")
    (proof / PROOF_REPORT).write_text(report, encoding="utf-8")
    files.mkdir()
    for write in WRITERS:
        write(release, files)
    write_allowed_signers(files, [release.declared.contact], public_key)
    write_checksums(files, signer)


def _stamp(
    iso3: str, due: Due, last: Before | None, correction: str | None, now: datetime
) -> Stamp:
    country = load_country(iso3)
    release = release_of(country)
    if last is not None:
        return next_stamp(last, release, due, now, correction=correction)
    if correction is not None:
        raise ReleaseError(f"{country.name}: nothing was released that could be corrected")
    return first_stamp(country.iso3, release, due, now)


def _last(before: list[Vintage], ledger: Ledger) -> Before | None:
    """Say what the next vintage follows: to those who read it a rejected one does not exist."""
    if not before:
        return None
    stamp = before[-1].stamp
    kept = [row.vintage for row in ledger.releases(stamp.country) if row.rejection is None]
    newest = kept[-1] if kept else 0
    waves = before[newest - 1].inputs().waves if newest else frozenset()
    compared = None if newest == stamp.number else newest
    return Before(stamp, before[-1].content_id, waves, compared)


def _manifest(release: Release, offered: Inputs, folder: Path, signer: Signer) -> Manifest:
    is_all_in = release.inputs.sha256 == offered.sha256
    return Manifest(
        stamp=release.stamp,
        inputs_sha256=release.inputs.sha256,
        offered_sha256=None if is_all_in else offered.sha256,
        producer=producer(),
        public_key=signer.public_key,
        files=hash_files(folder),
    )


@contextmanager
def told_if_full(iso3: str) -> Iterator[None]:
    """Refuse a release of a country when the disk is full."""
    try:
        yield
    except OSError as error:
        if error.errno not in FULL:
            raise
        raise ReleaseError(f"{iso3}: the disk is full; nothing was released") from error
