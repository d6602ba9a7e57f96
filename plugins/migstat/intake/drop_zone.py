"""The drop zone: ``<survey>/<wave>/<file>``, or ``<survey>/<wave>/<batch>/<files>`` for a set.

Everything found there ends in the ledger, so that nothing is looked at twice and nothing
disappears. The zone is any fsspec URL (``MIGSTAT_DROP_ZONE``).
"""

import hashlib
import logging
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

from migstat.declarations import Survey, load_survey
from migstat.intake.placement import MisplacedError, check_survey, check_wave, is_set, role_of
from migstat.intake.scanning import (
    SETTLE_SECONDS,
    IncompleteSet,
    Refusal,
    ScanResult,
    scan,
    settle_seconds,
)
from migstat.intake.zone_files import FileChangedError, Zone, is_ignored, name_fault
from migstat.ledger import DeliveredFile, Delivery, FoundDelivery, Ledger

__all__ = [
    "SETTLE_SECONDS",
    "FileChangedError",
    "IncompleteSet",
    "MisplacedError",
    "Refusal",
    "ScanResult",
    "fetch",
    "hand_in",
    "register",
    "scan",
    "settle_seconds",
]

SHORT = 12  # digits of a hash that tell two files apart in a name

log = logging.getLogger(__name__)


def register(ledger: Ledger) -> list[Delivery]:
    """Record what is stable and complete: deliveries to take in, and refusals.

    Returns:
        The deliveries of what lay there, new or known, in any state; ``ledger.waiting()`` says
        what is to be done.
    """
    zone, found = Zone(), scan(ledger)
    for problem in found.blocked:
        log.error("files wait in the drop zone: %s", problem)
    recorded = [ledger.refuse_unread(item.found, item.reason) for item in found.misplaced]
    for item in found.ready:
        hashed = _hashed(zone, item)
        if hashed is not None:
            recorded.append(ledger.register(hashed))
    return list({delivery.delivery_id: delivery for delivery in recorded}.values())


def hand_in(files: Sequence[Path], survey: str, wave: str) -> list[str]:
    """Copy exports into the drop zone; a file there with other bytes is never overwritten.

    Args:
        files: One export or more, or all files of one set.
        survey: Declared survey.
        wave: Declared wave.

    Returns:
        Where they lie now.

    Raises:
        MisplacedError: Survey, wave or a name is not declared, a file is not there, or a set is
            not complete.
        DeclarationError: The survey's declaration has problems.
        OSError: A file can't be read, or the drop zone not written.
    """
    check_survey(survey)
    declared = load_survey(survey)
    check_wave(declared, wave)
    for file in files:
        _check_is_there(file)
        _check_name(file.name)
    roles = [role_of(file.name, declared) for file in files]
    folder = f"{survey}/{wave}"
    if is_set(declared):
        _check_set(declared, wave, roles)
        together = hashlib.sha256("".join(sorted(map(_sha256, files))).encode())
        folder = f"{folder}/{together.hexdigest()[:SHORT]}"
    zone = Zone()
    return [zone.place(_put(zone, file, folder)) for file in files]


def fetch(delivery: Delivery, folder: Path) -> list[Path]:
    """Copy the files of a delivery to a local folder, in the order of ``delivery.files``.

    Raises:
        FileChangedError: A file is gone or has other bytes than when it was registered.
    """
    folder.mkdir(parents=True, exist_ok=True)
    zone = Zone()
    return [_fetch(zone, delivery, file, folder) for file in delivery.files]


def _hashed(zone: Zone, found: FoundDelivery) -> FoundDelivery | None:
    """Hash the files; None when one went or changed meanwhile, the next scan sees what is there."""
    try:
        files = tuple(replace(file, sha256=zone.sha256(file)) for file in found.files)
    except (FileChangedError, OSError) as error:
        log.warning("%s %s is left for the next look: %s", found.survey_code, found.wave, error)
        return None
    return replace(found, files=files)


def _check_is_there(file: Path) -> None:
    fault = "there is no such file" if not file.exists() else None
    if fault is None and not file.is_file():
        fault = "it is a folder or no plain file; name the export itself"
    if fault is None and not os.access(file, os.R_OK):
        fault = "you may not read it"
    if fault:
        raise MisplacedError(f"{file}: {fault}. Nothing was handed in. Check the path.")


def _check_name(name: str) -> None:
    fault = "is that of a hidden or unfinished file" if is_ignored(name) else name_fault(name)
    if fault:
        raise MisplacedError(f"the name {name!r} {fault}. Nothing was handed in. Rename the file.")


def _check_set(survey: Survey, wave: str, roles: list[str]) -> None:
    wrong = [glob for glob in survey.export.files if roles.count(glob) != 1]
    if wrong:
        raise MisplacedError(
            f"{survey.survey} {wave}: a delivery holds one file named like each of "
            f"{', '.join(map(repr, wrong))}. Nothing was handed in. Hand in the set together."
        )


def _put(zone: Zone, file: Path, folder: str) -> str:
    """Copy a file in, under another name where its own is taken by other bytes."""
    sha256 = _sha256(file)
    name = PurePosixPath(file.name)
    for free in (name.name, f"{name.stem}-{sha256[:SHORT]}{name.suffix}"):
        path = f"{folder}/{free}"
        if not zone.holds(path):
            zone.put(file, path)
            return path
        if zone.sha256(zone.look(path)) == sha256:
            return path
    raise MisplacedError(f"{path} is taken by another file. Hand this one in under a new name.")


def _fetch(zone: Zone, delivery: Delivery, file: DeliveredFile, folder: Path) -> Path:
    target = folder / file.name
    beside = target.with_name(f".{target.name}.part")
    try:
        _copy(zone, file, beside)
        return beside.replace(target)
    except FileChangedError as error:
        raise FileChangedError(
            f"{delivery.label}: {error}. Put the registered file back in its place; hand a new one "
            "in under another name."
        ) from error
    finally:
        beside.unlink(missing_ok=True)


def _copy(zone: Zone, file: DeliveredFile, target: Path) -> None:
    """Copy a file out, believing only what was copied."""
    hashed = hashlib.sha256()
    with target.open("wb") as copy:
        for piece in zone.pieces(file):
            hashed.update(piece)
            copy.write(piece)
    if hashed.hexdigest() != file.sha256:
        raise FileChangedError(f"{file.path} holds other bytes than when it was registered")


def _sha256(file: Path) -> str:
    with file.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()
