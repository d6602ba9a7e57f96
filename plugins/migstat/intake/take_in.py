"""Taking a delivery in: read, border, verdict, raw store, ledger.

Every step can be killed and run again. What is read lies in a scratch folder that belongs to one
delivery under a lock; the next run of that delivery sweeps it. The ledger's word comes last, so
that a delivery is either waiting or wholly taken in.
"""

import logging
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock

from migstat.declarations import ExportTable, Survey, TableName, load_country, load_survey
from migstat.declarations.survey import REPEAT_NUMBER
from migstat.intake import drop_zone
from migstat.intake.acceptance import load_suite
from migstat.intake.answers import Answers, open_answers
from migstat.intake.errors import RefusedDelivery
from migstat.intake.judging import Progress, judge_tables
from migstat.intake.privacy import Secret, load_secret
from migstat.intake.raw_store import Provenance, write_delivery
from migstat.intake.readers.jail import WALL_SECONDS, read_in_jail
from migstat.intake.readers.request import RepeatRequest, Request, TableRead, TableRequest
from migstat.intake.stored import Stored, find_stored, open_stored
from migstat.ledger import Delivery, Ledger, Outcome, QualityFinding, State, TableCounts
from migstat.paths import paths

log = logging.getLogger(__name__)

MEMORY_VARIABLE = "MIGSTAT_READER_MEMORY_MB"
SECONDS_VARIABLE = "MIGSTAT_READER_SECONDS"
ROWS_VARIABLE = "MIGSTAT_MAX_ROWS"
DEFAULT_MEMORY_MB = 3072
DEFAULT_ROWS = 2_000_000  # a million take 1.3 GB to judge, outside the jail


def no_progress(stage: str, done: int | None, total: int | None) -> None:
    """Show nothing."""


def take_in(delivery_id: str, ledger: Ledger, progress: Progress = no_progress) -> Outcome:
    """Take one registered delivery in; one that is decided already stays as it is.

    Args:
        delivery_id: Its id, or a prefix that no other delivery has.
        ledger: Where the outcome is recorded.
        progress: Told the stage (fetch, read, judge, store) and how far it is.

    Returns:
        What was accepted and held back, table by table.

    Raises:
        RefusedDelivery: The delivery is refused, now or before; the ledger has the reason.
    """
    found = ledger.delivery(delivery_id)
    with _alone(found) as scratch:
        delivery = ledger.delivery(found.delivery_id)
        if delivery.state == State.REFUSED:
            raise RefusedDelivery(delivery.reason or "refused")
        if delivery.state != State.REGISTERED:
            return _known(delivery)
        try:
            outcome = _process(delivery, ledger, scratch, progress)
        except RefusedDelivery as refused:
            ledger.refuse(delivery.delivery_id, refused.reason)
            log.info("refused %s: %s", delivery.delivery_id[:12], refused.reason)
            raise
        ledger.accept(delivery.delivery_id, outcome)
        return outcome


def requeue(
    id_or_prefix: str, ledger: Ledger, progress: Progress = no_progress
) -> tuple[Delivery, Outcome]:
    """Put a delivery in again after its declaration or suite was mended.

    It is judged anew from its original files, or from what was stored when these are gone, as the
    next round with an id and a raw folder of its own. Only when that round is accepted does it
    take the place of the one before; until then, and when it is refused, the rows accepted before
    stay current.

    Returns:
        The new round and its outcome.

    Raises:
        RefusedDelivery: The new round is refused.
        FileChangedError: The original files are no longer in the drop zone, and what was stored
            can't stand in for them.
        IllegalMoveError: The delivery is superseded, or was never read.
    """
    again = ledger.requeue(id_or_prefix)
    outcome = take_in(again.delivery_id, ledger, progress)
    return ledger.delivery(again.delivery_id), outcome


@dataclass(frozen=True)
class _Opened:
    """The answers of a delivery, and what is known beside them."""

    answers: Answers
    undeclared: Mapping[str, Sequence[str]]
    labels: Mapping[str, Mapping[str, Any]]
    notes: Sequence[QualityFinding] = ()


def _process(delivery: Delivery, ledger: Ledger, scratch: Path, progress: Progress) -> Outcome:
    survey = load_survey(delivery.survey_code)
    suite = load_suite(survey.survey)
    secret = load_secret()
    progress("fetch", None, None)
    try:
        files = drop_zone.fetch(delivery, scratch / "files")
    except drop_zone.FileChangedError as gone:
        stored = find_stored(delivery, ledger)
        if stored is None:
            raise
        log.warning("%s; judging what was stored of it", gone)
        opened = _open_stored(survey, stored, secret, scratch, ledger)
    else:
        progress("read", None, None)
        opened = _open_read(
            survey, delivery, files, secret=secret, scratch=scratch, progress=progress
        )
    answers, undeclared = opened.answers, opened.undeclared
    try:
        quality = judge_tables(answers, suite, delivery, progress)
        progress("store", None, None)
        provenance = Provenance(delivery, secret, undeclared, opened.labels)
        counts = write_delivery(answers, provenance)
    finally:
        answers.connection.close()
    return Outcome(tables=counts, undeclared_columns=undeclared, quality=(*quality, *opened.notes))


def _open_read(
    survey: Survey,
    delivery: Delivery,
    files: Sequence[Path],
    *,
    secret: Secret,
    scratch: Path,
    progress: Progress,
) -> _Opened:
    read = _read(survey, delivery, files, scratch, progress)
    answers = open_answers(
        survey=survey,
        wave=survey.waves[delivery.wave],
        country=load_country(survey.country),
        secret=secret,
        tables={TableName(table.name): scratch / f"{table.name}.parquet" for table in read},
        scratch=scratch,
        place=_place(delivery),
    )
    undeclared = {table.name: table.undeclared for table in read if table.undeclared}
    return _Opened(answers, undeclared, {table.name: table.labels for table in read})


def _open_stored(
    survey: Survey, stored: Stored, secret: Secret, scratch: Path, ledger: Ledger
) -> _Opened:
    answers = open_stored(
        stored,
        survey=survey,
        country=load_country(survey.country),
        secret=secret,
        scratch=scratch,
        place=_place(stored.delivery),
    )
    return _Opened(answers, stored.undeclared, stored.labels, stored.notes(ledger))


def _read(
    survey: Survey, delivery: Delivery, files: Sequence[Path], scratch: Path, progress: Progress
) -> list[TableRead]:
    """Read in the jail, and believe it only when the second count agrees."""
    tables = read_in_jail(
        _request(survey, delivery, files, scratch),
        progress,
        float(os.environ.get(SECONDS_VARIABLE) or WALL_SECONDS),
    )
    most = int(os.environ.get(ROWS_VARIABLE) or DEFAULT_ROWS)
    for table in tables:
        if table.n_rows != table.n_counted:
            raise RefusedDelivery(
                f"{_place(delivery)}: {table.name} was read with {table.n_rows:,} rows, but "
                f"{table.n_counted:,} were counted. The file is damaged, has quotes inside "
                "unquoted answers, or does not follow the declared dialect. Nothing was taken in; "
                "export it again."
            )
        if table.n_rows > most:
            raise RefusedDelivery(
                f"{_place(delivery)}: {table.n_rows:,} rows of {table.name} are more than the "
                f"{most:,} that {ROWS_VARIABLE} allows. Split the export; or have the limit raised "
                "and `migstat requeue` this delivery."
            )
        is_main = survey.export.tables[TableName(table.name)].parent is None
        if is_main and table.n_rows == 0:
            raise RefusedDelivery(
                f"{_place(delivery)}: {table.name} holds no rows. Export it again."
            )
    return tables


def _request(survey: Survey, delivery: Delivery, files: Sequence[Path], scratch: Path) -> Request:
    dialect = survey.export.dialect
    by_role = {file.role: str(copy) for file, copy in zip(delivery.files, files, strict=True)}
    return Request(
        place=_place(delivery),
        format=survey.export.format.value,
        scratch=str(scratch),
        tables=tuple(
            _table_request(survey, delivery, name, by_role) for name in survey.export.tables
        ),
        encoding=dialect.encoding,
        delimiter=dialect.delimiter,
        quote=dialect.quote,
        group_separator=survey.export.group_separator,
        memory_bytes=int(os.environ.get(MEMORY_VARIABLE) or DEFAULT_MEMORY_MB) << 20,
    )


def _table_request(
    survey: Survey, delivery: Delivery, name: TableName, by_role: Mapping[str, str]
) -> TableRequest:
    """Say what to read of a table; a repeat lies where the table it repeats in lies."""
    table = survey.export.tables[name]
    lies = survey.export.tables[table.repeat.of] if table.repeat else table
    spelt = {c: survey.waves[delivery.wave].renames.get(c, c) for c in table.columns}
    repeat = None
    if table.repeat:
        stems = {c: s for c, s in spelt.items() if c not in {*lies.columns, REPEAT_NUMBER}}
        repeat = RepeatRequest(table.repeat.names, table.repeat.up_to, stems)
    return TableRequest(
        name=name.value,
        file=_file_of(delivery, lies, by_role),
        sheet=lies.sheet,
        expected=tuple(spelt.values()),
        wanted={c: s for c, s in spelt.items() if c not in survey.privacy.drop},
        beside=table.beside,
        link=spelt[table.parent.key] if table.parent else None,
        member=lies.member,
        header_rows=lies.header_rows,
        hxl=lies.hxl,
        repeat=repeat,
    )


def _file_of(delivery: Delivery, table: ExportTable, by_role: Mapping[str, str]) -> str:
    """Find the file of a table: by its role in a set, else the only one there is."""
    found = by_role.get(table.file or "") or (by_role.get("") if len(by_role) == 1 else None)
    if found is None:
        raise RefusedDelivery(
            f"{_place(delivery)}: none of its {len(by_role)} files stands for "
            f"{table.file or 'the only file declared'!r}: export.files was declared otherwise when "
            "it was handed in. Hand it in again, as a new copy."
        )
    return found


def _known(delivery: Delivery) -> Outcome:
    """Give the outcome of a delivery that was taken in before, without its findings."""
    counts: dict[str, TableCounts] = dict(delivery.tables)
    return Outcome(tables=counts, undeclared_columns=delivery.undeclared_columns)


@contextmanager
def _alone(delivery: Delivery) -> Iterator[Path]:
    """Hold a delivery's lock and give it an empty scratch folder; two triggers may fire at once."""
    root = paths().home / "scratch"
    root.mkdir(parents=True, exist_ok=True)
    scratch = root / delivery.delivery_id[:16]
    with FileLock(root / f"{delivery.delivery_id[:16]}.lock"):
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir(mode=0o700)
        (scratch / "files").mkdir()
        try:
            yield scratch
        finally:
            shutil.rmtree(scratch, ignore_errors=True)


def _place(delivery: Delivery) -> str:
    return f"{delivery.survey_code} {delivery.wave}"
