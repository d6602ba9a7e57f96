"""The tables of the brief across countries: what is lacking, findings, surveys, whom to ask."""

from collections.abc import Mapping, Sequence

from migstat.declarations.report import GENERAL, Recommendation
from migstat.release.brief.document import Column, Paragraph, Section, Table
from migstat.release.brief.key_figures import Key
from migstat.release.brief.method import sample_words
from migstat.release.brief.report_figures import (
    compare,
    comparison_columns,
    comparison_reading,
    comparison_row,
)
from migstat.release.brief.source import Source
from migstat.release.brief.to_collect import question_for
from migstat.release.brief.words import WITHHELD, Words


def general_recommendations(sources: Sequence[Source]) -> dict[str, Recommendation]:
    """Find the recommendations that are no country's alone."""
    return {
        name: one
        for source in sources
        for name, one in source.declared.recommendations.items()
        if name.startswith(GENERAL)
    }


def lacking_countries(
    sources: Sequence[Source], keys: Mapping[str, Mapping[str, Key]]
) -> dict[str, list[str]]:
    """Find the indicators of the recommendations that countries lack: their codes by indicator.

    The general ones hold for all countries set beside each other.
    """
    found: dict[str, list[str]] = {}
    general = general_recommendations(sources)
    for source in sources:
        recommended = (general | source.declared.recommendations).values()
        wanted = {code for one in recommended for code in one.indicators}
        for code, key in keys[source.country.iso3].items():
            if code in wanted and not key.is_collected:
                found.setdefault(code, []).append(source.country.iso3)
    return found


def build_lacking(
    sources: Sequence[Source], words: Words, keys: Mapping[str, Mapping[str, Key]]
) -> Section:
    """Build the section on what to collect next."""
    lacking = lacking_countries(sources, keys)
    columns = (
        Column(words.phrase("column_indicator"), share=3),
        Column(words.phrase("across_countries"), share=2.4),
        Column(words.phrase("column_question"), share=4),
    )
    ordered = sorted(lacking.items(), key=lambda one: (-len(one[1]), one[0]))
    rows = tuple(
        (words.indicator(code), ", ".join(countries), question_for(sources[0], words, code))
        for code, countries in ordered
    )
    title = words.phrase("collect_title")
    if not rows:
        return Section(title, (Paragraph(words.phrase("collect_nothing")),))
    return Section(title, (Table(words.phrase("across_collect"), columns, rows),))


def build_findings(sources: Sequence[Source], words: Words) -> Section:
    """Build the section that sets the report's findings beside the data."""
    compared = [(source, one) for source in sources for one in compare(source)]
    if not compared:
        nothing = Paragraph(words.phrase("line_report_nothing"))
        return Section(words.phrase("report_title"), (nothing,))
    rows = tuple((s.country.iso3, *comparison_row(s, words, one)) for s, one in compared)
    columns = comparison_columns(words, Column(words.phrase("column_country"), share=1.05))
    reading = comparison_reading(words, sources, [one for _, one in compared])
    table = Table(words.phrase("report_table"), columns, rows)
    return Section(words.phrase("report_title"), (*reading, table))


def build_surveys(sources: Sequence[Source], words: Words) -> Section:
    """Build the section that lists the surveys and their samples."""
    columns = (
        Column(words.phrase("column_survey"), share=4.2),
        Column(words.phrase("column_country"), share=1),
        Column(words.phrase("column_period"), share=1.1),
        Column(words.phrase("column_answers"), is_number=True, share=1.2),
        Column(words.phrase("fact_design"), share=3),
    )
    rows = []
    for source in sources:
        for (survey, wave), period in sorted(source.shown.periods.items()):
            answers = source.shown.n_answers(survey, wave)
            written = words.numbers.count(answers) if answers else WITHHELD
            sample = sample_words(source, words, survey, wave)
            rows.append((words.survey(survey), source.country.iso3, period, written, sample))
    title = words.phrase("across_surveys")
    return Section(title, (Table(words.phrase("surveys_table"), columns, tuple(rows)),))


def build_contacts(sources: Sequence[Source], words: Words) -> Section:
    """Build the section that says whom to ask and where figures are checked."""
    asked = [
        words.phrase(
            "across_contact",
            country=words.country(source.country),
            publisher=source.announced.publisher_in(words.language),
            address=source.announced.contact,
        )
        for source in sources
    ]
    paragraphs = [Paragraph(text) for text in (words.phrase("across_check"), *asked)]
    return Section(words.phrase("check_title"), tuple(paragraphs))
