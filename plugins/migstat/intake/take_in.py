"""Taking a delivery in: read, border, verdict, raw store, ledger.

Every step can be killed and run again. What is read lies in a scratch folder that belongs to one
delivery under a lock; the next run of that delivery sweeps it. The ledger's word comes last, so
that a delivery is either waiting or wholly taken in.
"""

import logging
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock

from migstat.declarations import Survey, TableName, load_country, load_survey
from migstat.intake import drop_zone
from migstat.intake.acceptance import Suite, Verdict, judge, load_suite
from migstat.intake.answers import Answers, open_answers
from migstat.intake.errors import RefusedDelivery
from migstat.intake.privacy import load_secret
from migstat.intake.raw_store import Provenance, write_delivery
from migstat.intake.readers.jail import WALL_SECONDS, read_in_jail
from migstat.intake.readers.request import Request, TableRead, TableRequest
from migstat.intake.rules import Rule, hold_back, in_order
from migstat.ledger import Delivery, Ledger, Outcome, QualityFinding, State, TableCounts
from migstat.paths import paths

log = logging.getLogger(__name__)

Progress = Callable[[str, int | None, int | None], None]

MEMORY_VARIABLE = "MIGSTAT_READER_MEMORY_MB"
SECONDS_VARIABLE = "MIGSTAT_READER_SECONDS"
DEFAULT_MEMORY_MB = 3072


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
            outcome = _process(delivery, scratch, progress)
        except RefusedDelivery as refused:
            ledger.refuse(delivery.delivery_id, refused.reason)
            log.warning("refused %s: %s", delivery.delivery_id[:12], refused.reason)
            raise
        ledger.accept(delivery.delivery_id, outcome)
        return outcome


def requeue(
    id_or_prefix: str, ledger: Ledger, progress: Progress = no_progress
) -> tuple[Delivery, Outcome]:
    """Put a delivery in again after its declaration or suite was mended.

    It is judged anew from its original files, as the next round with an id and a raw folder of its
    own. Only when that round is accepted does it take the place of the one before; until then,
    and when it is refused, the rows accepted before stay current.

    Returns:
        The new round and its outcome.

    Raises:
        RefusedDelivery: The new round is refused.
        FileChangedError: The original files are no longer in the drop zone.
        IllegalMoveError: The delivery is superseded, or was never read.
    """
    again = ledger.requeue(id_or_prefix)
    outcome = take_in(again.delivery_id, ledger, progress)
    return ledger.delivery(again.delivery_id), outcome


def _process(delivery: Delivery, scratch: Path, progress: Progress) -> Outcome:
    survey = load_survey(delivery.survey_code)
    suite = load_suite(survey.survey)
    secret = load_secret()
    progress("fetch", None, None)
    files = drop_zone.fetch(delivery, scratch / "files")
    progress("read", None, None)
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
    try:
        quality = _judge_tables(answers, suite, delivery, progress)
        progress("store", None, None)
        undeclared = {table.name: table.undeclared for table in read if table.undeclared}
        labels = {table.name: table.labels for table in read}
        counts = write_delivery(answers, Provenance(delivery, secret, undeclared, labels))
    finally:
        answers.connection.close()
    return Outcome(tables=counts, undeclared_columns=undeclared, quality=tuple(quality))


def _read(
    survey: Survey, delivery: Delivery, files: Sequence[Path], scratch: Path, progress: Progress
) -> list[TableRead]:
    """Read in the jail, and believe it only when the second count agrees."""
    tables = read_in_jail(
        _request(survey, delivery, files, scratch),
        progress,
        float(os.environ.get(SECONDS_VARIABLE) or WALL_SECONDS),
    )
    for table in tables:
        if table.n_rows != table.n_counted:
            raise RefusedDelivery(
                f"{_place(delivery)}: {table.name} was read with {table.n_rows:,} rows, but "
                f"{table.n_counted:,} were counted. The file is damaged, has quotes inside "
                "unquoted answers, or does not follow the declared dialect. Nothing was taken in."
            )
        is_main = survey.export.tables[TableName(table.name)].parent is None
        if is_main and table.n_rows == 0:
            raise RefusedDelivery(
                f"{_place(delivery)}: {table.name} holds no rows. Export it again."
            )
    return tables


def _request(survey: Survey, delivery: Delivery, files: Sequence[Path], scratch: Path) -> Request:
    renames = survey.waves[delivery.wave].renames
    dropped = set(survey.privacy.drop)
    dialect = survey.export.dialect
    if len(files) != 1:
        raise RefusedDelivery(
            f"{_place(delivery)}: {len(files)} files were handed in where one is read. Hand in one "
            f"{survey.export.format} export."
        )
    return Request(
        place=_place(delivery),
        format=survey.export.format.value,
        files=tuple(str(file) for file in files),
        scratch=str(scratch),
        tables=tuple(
            TableRequest(
                name=name.value,
                sheet=table.sheet,
                expected=tuple(renames.get(column, column) for column in table.columns),
                wanted={c: renames.get(c, c) for c in table.columns if c not in dropped},
            )
            for name, table in survey.export.tables.items()
        ),
        encoding=dialect.encoding,
        delimiter=dialect.delimiter,
        quote=dialect.quote,
        memory_bytes=int(os.environ.get(MEMORY_VARIABLE) or DEFAULT_MEMORY_MB) << 20,
    )


def _judge_tables(
    answers: Answers, suite: Suite, delivery: Delivery, progress: Progress
) -> list[QualityFinding]:
    """Hold back rows by the structural rules and the suite, parents before children."""
    findings: list[QualityFinding] = []
    tables = in_order(answers)
    for done, table in enumerate(tables):
        progress("judge", done, len(tables))
        rules = hold_back(answers, table)
        findings += _rule_findings(answers, table, rules)
        page = paths().data_docs / delivery.survey_code / delivery.wave / delivery.delivery_id[:16]
        verdicts = judge(answers, table, suite, page / f"{table}.html")
        findings += [_suite_finding(table, verdict) for verdict in verdicts]
        _refuse_if_critical(answers, table, verdicts)
        for verdict in verdicts:
            _hold_failing_rows(answers, table, verdict)
        _refuse_if_nothing_is_left(answers, table)
    return findings


def _rule_findings(
    answers: Answers, table: TableName, rules: Sequence[Rule]
) -> list[QualityFinding]:
    rows = answers.count(f"raw_{table}")
    broken = dict(
        answers.connection.execute(
            f"select rule || reason, count(*) from held_{table} group by all"
        ).fetchall()
    )
    return [
        QualityFinding(
            table_name=table.value,
            rule=rule.name,
            severity="warning",
            n_failed=int(broken.get(rule.name + rule.reason, 0)),
            n_rows=rows,
            reason=rule.reason,
        )
        for rule in rules
    ]


def _suite_finding(table: TableName, verdict: Verdict) -> QualityFinding:
    return QualityFinding(
        table_name=table.value,
        rule=verdict.expectation.rule,
        severity=verdict.expectation.severity,
        n_failed=verdict.n_failed,
        n_rows=verdict.n_rows,
        reason=verdict.expectation.meta.reason,
    )


def _refuse_if_critical(answers: Answers, table: TableName, verdicts: Sequence[Verdict]) -> None:
    failed = [
        f"{verdict.expectation.meta.reason} ({verdict.n_failed:,} of {verdict.n_rows:,} rows)"
        if verdict.n_rows
        else verdict.expectation.meta.reason
        for verdict in verdicts
        if verdict.expectation.severity == "critical" and not verdict.passed
    ]
    if failed:
        raise RefusedDelivery(
            f"{answers.place}: {table} is not acceptable: {'; '.join(failed)}. "
            "Nothing was taken in."
        )


def _hold_failing_rows(answers: Answers, table: TableName, verdict: Verdict) -> None:
    expectation = verdict.expectation
    if expectation.severity != "warning" or verdict.passed or not verdict.rows:
        return
    answers.connection.execute(
        f"insert into held_{table} select unnest(?::bigint[]), ?, ?",
        [list(verdict.rows), expectation.rule, expectation.meta.reason],
    )


def _refuse_if_nothing_is_left(answers: Answers, table: TableName) -> None:
    """Refuse a delivery without one good main row: it would empty the survey's wave."""
    if answers.survey.export.tables[table].parent is not None:
        return
    rows = answers.count(f"raw_{table}")
    held = answers.count(f"(select distinct row_number from held_{table})")
    if held < rows:
        return
    reasons = answers.connection.execute(
        f"select reason from held_{table} group by reason order by count(*) desc, reason limit 3"
    ).fetchall()
    raise RefusedDelivery(
        f"{answers.place}: none of the {rows:,} rows of {table} is acceptable: "
        f"{'; '.join(reason for (reason,) in reasons)}. Nothing was taken in."
    )


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
