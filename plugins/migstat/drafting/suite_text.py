"""The first suite of a survey: keys, weights, ages and answers as they should be."""

import json
from collections.abc import Iterator
from typing import Any

from migstat.drafting.mapping_guess import possible_answers
from migstat.drafting.survey_plan import SurveyPlan
from migstat.drafting.tables import Plan

Expectation = dict[str, Any]


def suite_text(plan: SurveyPlan) -> str:
    """Write ``expectations/<survey>.json``, one expectation a line."""
    found = [json.dumps(e, ensure_ascii=False) for t in plan.tables for e in _of_table(plan, t)]
    lines = ",\n    ".join(found)
    return f'{{\n  "name": "{plan.code}",\n  "expectations": [\n    {lines}\n  ]\n}}\n'


def _of_table(plan: SurveyPlan, table: Plan) -> Iterator[Expectation]:
    yield _expect(
        table,
        "expect_table_row_count_to_be_between",
        "critical",
        f"the table of {table.unit}s is empty",
        min_value=1,
    )
    key = f"{table.unit}_id"
    yield _expect(
        table,
        "expect_column_values_to_not_be_null",
        "warning",
        f"the {table.unit} can't be told apart: its key is empty",
        column=key,
    )
    yield _expect(
        table,
        "expect_column_values_to_be_unique",
        "warning",
        f"the {table.unit} stands twice in the export",
        column=key,
    )
    yield from _numbers(plan, table)
    yield from _choices(plan, table)


def _numbers(plan: SurveyPlan, table: Plan) -> Iterator[Expectation]:
    weight = plan.design.get("weight")
    if weight in {column.name for column in table.columns}:
        yield _between(table, weight, 0, None, "the weight is not above zero", strict_min=True)
    for variable, proposal in plan.proposals(table).items():
        if proposal.bounds:
            low, high = proposal.bounds
            reason = f"{variable.replace('_', ' ')} lies between {low:,} and {high:,}"
            yield _between(table, proposal.column, low, high, reason)


def _between(
    table: Plan, column: str | None, low: float, high: float | None, reason: str, **more: bool
) -> Expectation:
    bounds: dict[str, Any] = {"column": column, "min_value": low, **more}
    if high is not None:
        bounds["max_value"] = high
    kind = "expect_column_values_to_be_between"
    return _expect(table, kind, "warning", reason, **bounds)


def _choices(plan: SurveyPlan, table: Plan) -> Iterator[Expectation]:
    """Answers that the form does not offer are counted; nothing is held back for them."""
    columns = {column.name: column for column in table.columns}
    for variable, proposal in plan.proposals(table).items():
        column, question = columns[proposal.column], plan.questions.get(proposal.column)
        offered = bool(column.choices or (question and question.choices))
        if proposal.answers.codes and offered:
            yield _expect(
                table,
                "expect_column_values_to_be_in_set",
                "info",
                f"the answer on {variable.replace('_', ' ')} is none that the form offers",
                column=proposal.column,
                value_set=sorted(possible_answers(column, question)),
            )


def _expect(table: Plan, kind: str, severity: str, reason: str, **kwargs: object) -> Expectation:
    meta = {"table": table.name.value, "reason": reason}
    return {"type": kind, "kwargs": kwargs, "severity": severity, "meta": meta}
