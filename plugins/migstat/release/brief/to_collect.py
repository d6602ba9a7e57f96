"""What to collect next: the questions whose answers the recommendations need and nobody asked."""

from collections.abc import Iterator
from dataclasses import dataclass

from migstat.declarations.model import TOTAL
from migstat.declarations.report import GENERAL
from migstat.declarations.survey import UNIT_OF_TABLE, Unit
from migstat.declarations.translations import question_of
from migstat.release.brief.document import Block, Column, Paragraph, Section, Table
from migstat.release.brief.key_figures import STATUS_DIMENSIONS, key_indicators
from migstat.release.brief.source import Source
from migstat.release.brief.words import Words

ASKED_ANYWAY = ("age",)


@dataclass(frozen=True)
class Wanted:
    """A question nobody asked.

    Attributes:
        question: Key of the question, or the variable where nobody worded one.
        unit: Whom to ask.
        indicators: What its answers would show.
        recommendations: What needs that; the country's own first.
    """

    question: str
    unit: Unit
    indicators: tuple[str, ...]
    recommendations: tuple[str, ...]


def wanted_questions(source: Source, words: Words) -> list[Wanted]:
    """List the questions that are missing: those of the country's own recommendations first."""
    evidence = source.evidence[source.evidence["evidence"] == "not_collected"]
    found: dict[tuple[str, Unit], tuple[dict[str, None], dict[str, None]]] = {}
    rows = [row for _, row in evidence.iterrows()]
    for row in sorted(rows, key=lambda row: _is_general(str(row["recommendation_id"]))):
        code = str(row["indicator_code"])
        missing = _missing(source, str(row["survey_code"]), str(row["wave"]), code, TOTAL)
        for variable, unit in _variables(source, missing, code):
            question = question_of(variable, words.master_questions) or variable
            indicators, recommendations = found.setdefault((question, unit), ({}, {}))
            indicators[code] = None
            recommendations[str(row["recommendation_id"])] = None
    return [
        Wanted(question, unit, tuple(indicators), tuple(recommendations))
        for (question, unit), (indicators, recommendations) in found.items()
    ]


def missing_status(source: Source, words: Words) -> dict[str, list[str]]:
    """Find the waves whose key figures can't be told apart by any migratory status.

    Returns:
        Questions to ask, by the survey that lacks them.
    """
    found: dict[str, list[str]] = {}
    keys = set(key_indicators(source))
    for table in source.shown.tables:
        if table.indicator not in keys or table.survey in found:
            continue
        if any(source.shown.along(table, dimension) for dimension in STATUS_DIMENSIONS):
            continue
        missing = _missing(source, table.survey, table.wave, table.indicator, "mig_status")
        missing = missing or _missing(source, table.survey, table.wave, table.indicator, "hh_mig")
        own = source.declared.indicators[table.indicator].needs
        variables = [
            name for name, _ in _variables(source, missing, table.indicator) if name not in own
        ]
        if variables:
            asked = [question_of(name, words.master_questions) or name for name in variables]
            found[table.survey] = list(dict.fromkeys(asked))
    return found


def question_for(source: Source, words: Words, indicator: str) -> str:
    """Give the questions that teach an indicator, whatever a survey asks already."""
    needs = source.declared.indicators[indicator].needs
    own = [name for name in needs if name not in ASKED_ANYWAY] or list(needs)
    keys = dict.fromkeys(question_of(name, words.master_questions) or name for name in own)
    return " ".join(words.question(key) for key in keys)


def build_to_collect(source: Source, words: Words) -> Section:
    """Build the section."""
    wanted = wanted_questions(source, words)
    key = "collect_how" if wanted else "collect_nothing"
    if not source.declared.recommendations:
        key = "nothing_wanted"
    blocks: list[Block] = [Paragraph(words.phrase(key))]
    for survey, questions in missing_status(source, words).items():
        asked = " ".join(words.question(question) for question in questions)
        told = words.phrase("collect_status", survey=words.survey(survey), questions=asked)
        blocks.append(Paragraph(told))
    if wanted:
        columns = (
            Column(words.phrase("column_question"), share=4),
            Column(words.phrase("column_asked"), share=2),
            Column(words.phrase("column_shows"), share=3),
            Column(words.phrase("column_needed"), share=1.3),
        )
        rows = tuple(_row(words, one) for one in wanted)
        blocks.append(Table(words.phrase("collect_table"), columns, rows))
    return Section(words.phrase("collect_title"), tuple(blocks))


def _row(words: Words, wanted: Wanted) -> tuple[str, ...]:
    return (
        words.question(wanted.question),
        words.phrase(f"unit_{wanted.unit.value}"),
        words.listed([words.indicator(code) for code in wanted.indicators]),
        ", ".join(wanted.recommendations),
    )


def _is_general(recommendation: str) -> bool:
    return recommendation.startswith(GENERAL)


def _missing(source: Source, survey: str, wave: str, indicator: str, dimension: str) -> str:
    """Find what a wave lacks for an indicator: ``[table] variable …``, as the marts write it."""
    coverage = source.coverage
    rows = coverage[
        (coverage["survey_code"] == survey)
        & (coverage["wave"] == wave)
        & (coverage["indicator_code"] == indicator)
        & (coverage["disaggregation"] == dimension)
        & coverage["missing_variables"].notna()
    ]
    return "" if rows.empty else str(rows["missing_variables"].iloc[0])


def _variables(source: Source, missing: str, indicator: str) -> Iterator[tuple[str, Unit]]:
    """Read variables and whom to ask; without a table, the indicator's first unit."""
    unit = source.declared.indicators[indicator].units[0]
    tables = {table.value: unit for table, unit in UNIT_OF_TABLE.items()}
    for name in missing.split():
        if name in tables:
            unit = tables[name]
        else:
            yield name, unit
