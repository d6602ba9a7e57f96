"""Everything that is guessed of a survey, before it is written: tables, border, design, dates."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from migstat.declarations import ColumnType, ExportFormat
from migstat.drafting.look import Column, Sheet
from migstat.drafting.mapping_guess import Proposal
from migstat.drafting.privacy_guess import PASS, Verdict, judge
from migstat.drafting.tables import Plan, questions_of
from migstat.drafting.words import hints, mentions
from migstat.drafting.xlsform import LAST, Form, Question

MOMENTS = frozenset({ColumnType.DATE, ColumnType.TIMESTAMP})
NUMBERS = frozenset({ColumnType.INTEGER, ColumnType.DECIMAL})


@dataclass(frozen=True)
class SurveyPlan:
    """A survey as it is guessed.

    Attributes:
        code: The survey.
        wave: Its first wave.
        format: How it is exported.
        tables: Its tables, parents first.
        left_out: Sheets of the export that became no table.
        verdicts: What the border does with each column.
        design: Columns of the sampling design by part.
        interview_date: The column of the interview's date, and the first and last day in it.
        questions: The form's question of each column.
    """

    code: str
    wave: str
    format: ExportFormat
    tables: tuple[Plan, ...]
    left_out: tuple[Sheet, ...]
    verdicts: Mapping[str, Verdict]
    design: Mapping[str, str]
    interview_date: str | None
    fieldwork: tuple[str, str] | None
    questions: Mapping[str, Question]

    @property
    def iso3(self) -> str:
        """The country, by the survey's code."""
        return self.code[:3].upper()

    def proposals(self, table: Plan) -> dict[str, Proposal]:
        """Give the proposals of a table whose column passes the border."""
        passing = {column.name for column in self.passing(table)}
        return {v: p for v, p in table.proposals.items() if p.column in passing}

    def passing(self, table: Plan) -> list[Column]:
        """Give the columns of a table that pass."""
        withheld = {*table.key, table.link}
        return [
            column
            for column in table.columns
            if self.verdicts[column.name].does != "drop" and column.name not in withheld
        ]


def plan_survey(
    *,
    code: str,
    wave: str | None,
    export_format: ExportFormat,
    sheets: Sequence[Sheet],
    tables: Sequence[Plan],
    form: Form,
    has_centres: bool,
) -> SurveyPlan:
    """Decide what passes the border and what the design is.

    Args:
        code: The survey.
        wave: Its wave; the year of the last interview where None, else this year.
        export_format: How it is exported.
        sheets: Everything that the export holds.
        tables: What became of it.
        form: The form, maybe empty.
        has_centres: Whether the country's areas have centres, so that positions can be coarsened.
    """
    questions = {k: v for table in tables for k, v in questions_of(table.columns, form).items()}
    design = _design([column for table in tables for column in table.columns])
    verdicts: dict[str, Verdict] = {}
    for table in tables:
        for column, verdict in _verdicts(table, questions, design):
            if verdicts.get(column, PASS).does != "drop":
                verdicts[column] = verdict if has_centres else _without_centres(verdict)
    used = {sheet.name for t in tables for sheet in (t.sheet, *t.beside)}
    left_out = tuple(sheet for sheet in sheets if sheet.name not in used)
    date = _interview_date(tables[0], verdicts)
    fieldwork = _fieldwork(tables[0], date) if date else None
    year = fieldwork[1][:4] if fieldwork else str(datetime.now(UTC).year)
    return SurveyPlan(
        code,
        wave or year,
        export_format,
        tuple(tables),
        left_out,
        verdicts,
        {part: c for part, c in design.items() if verdicts[c].does == "pass"},
        date.name if date else None,
        fieldwork,
        questions,
    )


def _verdicts(
    table: Plan, questions: Mapping[str, Question], design: Mapping[str, str]
) -> Iterator[tuple[str, Verdict]]:
    """Judge each column of a table by its name, its question and what it is used for."""
    used = {*(proposal.column for proposal in table.proposals.values()), *design.values()}
    for column in table.columns:
        name = column.name
        yield name, judge(column, questions.get(name), is_mapped=name in used)


def _without_centres(verdict: Verdict) -> Verdict:
    """Drop a position that no area's centre can stand for."""
    if verdict.does != "place":
        return verdict
    return Verdict("drop", f"{verdict.why}; coarsen it once the country's areas have centres")


def _design(columns: Sequence[Column]) -> dict[str, str]:
    found: dict[str, str] = {}
    for part, phrases in hints()["design"].items():
        for column in columns:
            fits = part != "weight" or column.type in NUMBERS
            if fits and column.n_filled and mentions(LAST.split(column.name)[-1], phrases):
                found.setdefault(part, column.name)
    return found


def _fieldwork(main: Plan, date: Column) -> tuple[str, str]:
    """First and last day of all interviews: the answers that a look keeps are not all there are."""
    rows = next(s.rows[date.name] for s in (main.sheet, *main.beside) if date.name in s.rows)
    nothing = {"", *date.missing}
    days = [day.strip()[:10] for day in rows if day and day.strip() not in nothing]
    return min(days), max(days)


def _interview_date(main: Plan, verdicts: Mapping[str, Verdict]) -> Column | None:
    """Find the date of the interview: the question on it, else what the tool notes."""
    moments = {
        LAST.split(c.name)[-1] if not c.name.startswith("_") else c.name: c
        for c in main.columns
        if c.type in MOMENTS and verdicts[c.name] == PASS and c.name not in main.key
    }
    asked = [c for name, c in moments.items() if mentions(name, hints()["interview_dates"])]
    noted = [moments[name] for name in hints()["tool_columns"]["interview_date"] if name in moments]
    return next(iter([*asked, *noted]), None)
