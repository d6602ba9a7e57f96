"""Judging what was read: structural rules, then the suite, parents before children.

Rows that a rule or a ``warning`` fails are held back; a failed ``critical`` expectation, or a table
without one good row, refuses the delivery.
"""

from collections.abc import Callable, Sequence

from migstat.declarations import TableName
from migstat.declarations.suite import Suite
from migstat.intake.acceptance import Verdict, judge
from migstat.intake.answers import Answers
from migstat.intake.errors import RefusedDelivery
from migstat.intake.rules import Rule, count_notes, hold_back, in_order
from migstat.ledger import Delivery, QualityFinding
from migstat.paths import paths

Progress = Callable[[str, int | None, int | None], None]


def judge_tables(
    answers: Answers, suite: Suite, delivery: Delivery, progress: Progress
) -> list[QualityFinding]:
    """Hold back rows by the structural rules and the suite, parents before children.

    Raises:
        RefusedDelivery: The delivery is not acceptable.
        SuiteError: The suite itself is wrong.
    """
    findings: list[QualityFinding] = []
    tables = in_order(answers)
    for done, table in enumerate(tables):
        progress("judge", done, len(tables))
        rules = hold_back(answers, table)
        findings += [*_rule_findings(answers, table, rules), *_note_findings(answers, table)]
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


def _note_findings(answers: Answers, table: TableName) -> list[QualityFinding]:
    rows = answers.count(f"raw_{table}")
    return [
        QualityFinding(
            table_name=table.value,
            rule=rule.name,
            severity="info",
            n_failed=noted,
            n_rows=rows,
            reason=rule.reason,
        )
        for rule, noted in count_notes(answers, table)
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
            "Nothing was taken in. Have it mended at its source and export it again."
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
        f"{'; '.join(reason for (reason,) in reasons)}. Nothing was taken in. "
        "Is it the export of this wave? Export it again, or mend the declaration and requeue it."
    )
