"""Looking into the drop zone: what is ready, misplaced, still being written, or incomplete.

A file is looked at from outside (place, name, size, time of change) until two looks far enough
apart agree; the first look is kept in the ledger. What was refused unread is judged again at every
scan, so that it is taken as soon as the declarations fit it.
"""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from migstat.declarations import DeclarationError, load_survey
from migstat.intake.placement import (
    MisplacedError,
    Place,
    check_total_size,
    is_declared,
    is_set,
    placed,
    role_of,
)
from migstat.intake.zone_files import Entry, Zone
from migstat.ledger import DeliveredFile, DropZoneFile, FoundDelivery, Ledger

SETTLE_SECONDS = 3.0
SETTLE_VARIABLE = "MIGSTAT_SETTLE_SECONDS"
SET_WAIT_SECONDS = 3600.0
SET_WAIT_VARIABLE = "MIGSTAT_SET_WAIT_SECONDS"


@dataclass(frozen=True)
class Refusal:
    """Files that are refused without opening them, and why."""

    found: FoundDelivery
    reason: str


@dataclass(frozen=True)
class IncompleteSet:
    """A set that lacks files; overdue once it waited longer than MIGSTAT_SET_WAIT_SECONDS."""

    survey_code: str
    wave: str
    folder: str
    missing: tuple[str, ...]
    waiting_since: datetime
    is_overdue: bool


@dataclass(frozen=True)
class ScanResult:
    """What lies in the drop zone that the ledger has not recorded.

    Attributes:
        ready: Stable and complete, oldest first; not hashed yet.
        misplaced: To be refused without reading.
        settling: Paths of files that may still be written.
        incomplete: Sets that lack files.
        blocked: Problems of declarations that keep files waiting.
    """

    ready: tuple[FoundDelivery, ...] = ()
    misplaced: tuple[Refusal, ...] = ()
    settling: tuple[str, ...] = ()
    incomplete: tuple[IncompleteSet, ...] = ()
    blocked: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Seen:
    """Something in the drop zone, with what the ledger knows of it."""

    entry: Entry
    row: DropZoneFile
    is_settled: bool
    is_read: bool

    @property
    def folder(self) -> tuple[str, ...]:
        return self.entry.parts[:-1]


@dataclass(frozen=True)
class _Candidate:
    """A settled file that no delivery holds yet, and what it stands for."""

    seen: _Seen
    place: Place


Verdict = FoundDelivery | Refusal | IncompleteSet


def scan(ledger: Ledger) -> ScanResult:
    """Look at the drop zone; keeps the first look at each new file in the ledger."""
    seen = _look(ledger, Zone().entries())
    pending = [item for item in seen if not item.is_read]
    verdicts: list[Verdict] = []
    blocked: dict[str, None] = {}
    candidates: list[_Candidate] = []
    for item in pending:
        try:
            candidates += [_Candidate(item, placed(item.entry))] if item.is_settled else []
        except MisplacedError as error:
            verdicts += _refused([item], str(error))
        except DeclarationError as error:
            blocked[str(error)] = None
    verdicts += [_single(item) for item in candidates if not is_set(item.place.survey)]
    verdicts += _sets([item for item in candidates if is_set(item.place.survey)], seen, ledger)
    return ScanResult(
        ready=tuple(sorted((v for v in verdicts if isinstance(v, FoundDelivery)), key=_age)),
        misplaced=tuple(v for v in verdicts if isinstance(v, Refusal)),
        settling=tuple(item.entry.file.path for item in pending if not item.is_settled),
        incomplete=tuple(v for v in verdicts if isinstance(v, IncompleteSet)),
        blocked=tuple(blocked),
    )


def settle_seconds() -> float:
    """How far apart two equal looks at a file must be, in seconds."""
    return float(os.environ.get(SETTLE_VARIABLE) or SETTLE_SECONDS)


def _look(ledger: Ledger, entries: list[Entry]) -> list[_Seen]:
    rows = ledger.look(entry.file for entry in entries)
    unread = ledger.unread()
    last_first_look = ledger.clock() - timedelta(seconds=settle_seconds())
    return [
        _Seen(
            entry=entry,
            row=row,
            is_settled=row.first_seen_at <= last_first_look,
            is_read=row.delivery_id is not None and row.delivery_id not in unread,
        )
        for entry in entries
        for row in [rows[entry.file.path]]
    ]


def _single(item: _Candidate) -> FoundDelivery:
    return _found(item.place, [item.seen.entry.file])


def _sets(candidates: list[_Candidate], seen: list[_Seen], ledger: Ledger) -> Iterator[Verdict]:
    """Judge each batch folder that holds something new."""
    folders: dict[tuple[str, ...], list[_Candidate]] = {}
    for item in candidates:
        folders.setdefault(item.seen.folder, []).append(item)
    for folder, new in folders.items():
        present = [item for item in seen if item.folder == folder]
        if all(item.is_settled for item in present):
            yield from _set(new, present, ledger.clock())


def _set(new: list[_Candidate], present: list[_Seen], now: datetime) -> Iterator[Verdict]:
    place = new[0].place
    members = _members(place, present)
    roles = [file.role for file in members]
    missing = tuple(glob for glob in place.survey.export.files if glob not in roles)
    doubled = [glob for glob in place.survey.export.files if roles.count(glob) > 1]
    folder = "/".join(new[0].seen.folder)
    if doubled:
        yield from _refused(
            [item.seen for item in new],
            f"{folder}: several files are named like {' and '.join(map(repr, doubled))}. Nothing "
            "was read. Leave one of each, or hand a corrected set in as a folder of its own.",
        )
    elif missing:
        since = min(item.seen.row.first_seen_at for item in new)
        patience = float(os.environ.get(SET_WAIT_VARIABLE) or SET_WAIT_SECONDS)
        is_overdue = now - since > timedelta(seconds=patience)
        yield IncompleteSet(place.survey.survey, place.wave, folder, missing, since, is_overdue)
    else:
        yield from _complete_set(place, members, new, folder)


def _complete_set(
    place: Place, members: list[DeliveredFile], new: list[_Candidate], folder: str
) -> Iterator[Verdict]:
    try:
        check_total_size(sum(file.size for file in members), folder)
    except MisplacedError as error:
        yield from _refused([item.seen for item in new], str(error))
    else:
        yield _found(place, members)


def _members(place: Place, present: Iterable[_Seen]) -> list[DeliveredFile]:
    """The files of a folder that stand for something, in the order of the globs."""
    members = []
    for item in present:
        try:
            role = role_of(item.entry.parts[-1], place.survey)
        except MisplacedError:
            continue  # refused by itself
        if item.entry.fault is None and item.entry.file.size:
            members.append(replace(item.entry.file, role=role))
    return sorted(members, key=lambda file: place.survey.export.files.index(file.role))


def _found(place: Place, files: list[DeliveredFile]) -> FoundDelivery:
    return FoundDelivery(
        survey_code=place.survey.survey,
        wave=place.wave,
        country_code=place.survey.country,
        files=tuple(files),
        mode=place.survey.waves[place.wave].mode,
    )


def _refused(items: list[_Seen], reason: str) -> list[Refusal]:
    """Refuse files, unless the ledger has refused all of them before."""
    if all(item.row.delivery_id for item in items):
        return []
    *folders, _ = items[0].entry.parts
    survey, wave = (*folders, "", "")[:2]
    files = tuple(item.entry.file for item in items)
    return [Refusal(FoundDelivery(survey, wave, _country_of(survey), files), reason)]


def _country_of(survey: str) -> str | None:
    """The country of a survey, where both are beyond doubt."""
    try:
        return load_survey(survey).country if is_declared(survey) else None
    except DeclarationError:
        return None


def _age(found: FoundDelivery) -> tuple[str, str]:
    """Order of taking in: what was last changed first comes first."""
    return max(file.modified_at for file in found.files), found.files[0].path
