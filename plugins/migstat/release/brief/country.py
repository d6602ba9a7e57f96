"""The brief of one country, from its release."""

import dataclasses

from migstat.release.brief.by_status import build_by_status
from migstat.release.brief.document import Document, Facts, Paragraph, Section, untranslated
from migstat.release.brief.evidence import build_evidence
from migstat.release.brief.key_figures import find_key, key_indicators
from migstat.release.brief.lines import build_lines
from migstat.release.brief.method import build_check, build_method, build_withheld
from migstat.release.brief.report_figures import build_comparison
from migstat.release.brief.source import Source
from migstat.release.brief.to_collect import build_to_collect
from migstat.release.brief.words import Words


def build_country_brief(source: Source, words: Words) -> Document:
    """Build the brief of a country in one language."""
    keys = {code: find_key(source, code) for code in key_indicators(source)}
    listed, is_advised = list(keys.values()), bool(source.declared.recommendations)
    document = Document(
        language=words.language,
        day=source.day,
        vintage=source.vintage,
        publisher=source.announced.publisher_in(words.language),
        title=words.phrase("title", country=words.country(source.country)),
        subtitle=words.phrase("subtitle" if is_advised else "subtitle_without"),
        banner=words.phrase("synthetic") if source.shown.is_synthetic else "",
        facts=_facts(source, words),
        summary=words.phrase("lines_title"),
        lines=build_lines(source, words, listed),
        sections=(
            build_evidence(source, words, keys),
            *build_by_status(source, words, listed),
            build_withheld(source, words, listed),
            build_to_collect(source, words),
            build_comparison(source, words),
            *build_method(source, words),
            build_check(source, words),
        ),
    )
    return with_translation_note(document, words)


def with_translation_note(document: Document, words: Words) -> Document:
    """Add what a reader must know of the translation, where there is something to know."""
    notes = []
    if not words.translation.reviewed and words.is_translated:
        notes.append(Paragraph(words.phrase("not_reviewed")))
    if count := len(untranslated(document)):
        told = words.phrase("shown_in_english", count=words.numbers.count(count))
        notes.append(Paragraph(told))
    if not notes:
        return document
    note = Section(words.phrase("translation_title"), tuple(notes))
    return dataclasses.replace(document, sections=(*document.sections, note))


def _facts(source: Source, words: Words) -> Facts:
    shown = source.shown
    periods = sorted(set(shown.periods.values()))
    counts = {
        "withheld": words.numbers.count(shown.n_withheld),
        "all": words.numbers.count(shown.n_cells),
    }
    return Facts(
        (
            (words.phrase("fact_period"), ", ".join(periods)),
            (words.phrase("fact_vintage"), source.vintage),
            (words.phrase("fact_day"), source.day.isoformat()),
            (words.phrase("fact_publisher"), source.announced.publisher_in(words.language)),
            (words.phrase("fact_withheld"), words.phrase("share_withheld", **counts)),
        )
    )
