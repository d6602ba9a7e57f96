"""The five lines that matter: who is counted, what presses, what the report said, what is missing."""

from migstat.release.brief.document import Line
from migstat.release.brief.evidence import difference_words
from migstat.release.brief.gaps import Gap, widest_gap
from migstat.release.brief.key_figures import Key, find_key
from migstat.release.brief.numbers import PERCENT
from migstat.release.brief.report_figures import compare, reported_words
from migstat.release.brief.source import Source
from migstat.release.brief.to_collect import wanted_questions
from migstat.release.brief.words import Words

SHARES = "DM01"  # the indicator of who is counted
PRESSING = 2  # lines on what presses


def build_lines(source: Source, words: Words, keys: list[Key]) -> tuple[Line, ...]:
    """Build the lines from what the release shows."""
    pressing = [*_gap_lines(source, words, keys), *_figure_lines(source, words, keys)]
    return (
        _who(source, words),
        *pressing[:PRESSING],
        _report(source, words),
        _missing(source, words, keys),
    )


def pressing_gaps(source: Source, keys: list[Key]) -> list[Gap]:
    """List the sure gaps in percentage points: first those to the disadvantage of migrants."""
    gaps = [gap for key in keys if key.table and (gap := widest_gap(source, key.table))]
    told = [gap for gap in gaps if gap.is_sure and gap.unit == PERCENT and gap.side != "apart"]
    return sorted(told, key=lambda gap: (gap.side != "worse", -abs(gap.difference), gap.table))


def gap_line(words: Words, gap: Gap, lead: str) -> Line:
    """Write a gap as a line."""
    text = words.phrase(
        f"line_gap_{gap.side}",
        indicator=words.indicator(gap.table.indicator),
        status=words.label(gap.dimension, gap.status),
        value=words.numbers.figure(gap.value, gap.unit),
        reference=words.label(gap.dimension, gap.reference),
        other=words.numbers.figure(gap.other, gap.unit),
        difference=difference_words(words, gap),
    )
    return Line(lead, text)


def _who(source: Source, words: Words) -> Line:
    lead = words.phrase("line_who")
    key = find_key(source, SHARES)
    if key.table and key.headline:
        text = words.phrase(
            "line_who_share",
            group=words.label("mig_status", key.headline.code),
            share=words.numbers.figure(key.headline.value, key.headline.unit),
            survey=words.survey(key.table.survey),
            period=source.shown.periods[key.table.survey, key.table.wave],
            answers=words.numbers.count(key.headline.n),
        )
        return Line(lead, text)
    told = [
        words.phrase(
            "line_who_survey",
            survey=words.survey(survey),
            period=period,
            answers=words.numbers.count(source.shown.n_answers(survey, wave)),
        )
        for (survey, wave), period in sorted(source.shown.periods.items())
    ]
    return Line(lead, words.listed(told))


def _gap_lines(source: Source, words: Words, keys: list[Key]) -> list[Line]:
    lead = words.phrase("line_gap")
    return [gap_line(words, gap, lead) for gap in pressing_gaps(source, keys)]


def _figure_lines(source: Source, words: Words, keys: list[Key]) -> list[Line]:
    """Write the figures that lie farthest from good, where no gaps press."""
    found = []
    for key in keys:
        polarity = source.catalogue.indicators[key.indicator].polarity
        figure = key.headline
        if figure and figure.is_shown and figure.unit == PERCENT and polarity != "0":
            badness = figure.value if polarity == "-" else 100 - figure.value
            found.append((-badness, key.indicator, figure))
    lines = []
    for _, code, figure in sorted(found, key=lambda one: one[:2]):
        text = words.phrase(
            "line_figure_text",
            indicator=words.indicator(code),
            value=words.value(figure),
            interval=words.interval(figure),
            answers=words.answers(figure),
        )
        lines.append(Line(words.phrase("line_figure"), text))
    return lines


def _report(source: Source, words: Words) -> Line:
    lead = words.phrase("line_report")
    judged = [one for one in compare(source) if one.is_judged]
    if not judged:
        return Line(lead, words.phrase("line_report_nothing"))
    agree = sum(one.agrees for one in judged)
    counts = {"agree": words.numbers.count(agree), "judged": words.numbers.count(len(judged))}
    text = words.phrase("line_report_counts", **counts)
    first = judged[0]
    if first.ours:
        text = " ".join(
            (
                text,
                words.phrase(
                    "line_report_first",
                    what=words.figure_words(first.figure_id).what,
                    reported=reported_words(source, words, first.figure_id),
                    ours=words.value(first.ours),
                ),
            )
        )
    return Line(lead, text)


def _missing(source: Source, words: Words, keys: list[Key]) -> Line:
    lead = words.phrase("line_missing")
    wanted = wanted_questions(source, words)
    if not wanted:
        return Line(lead, words.phrase("line_missing_nothing"))
    lacking = [key for key in keys if not key.is_collected]
    counts = {"lacking": words.numbers.count(len(lacking)), "keys": words.numbers.count(len(keys))}
    text = words.phrase("line_missing_counts", **counts)
    first = words.phrase("line_missing_first", question=words.question(wanted[0].question))
    return Line(lead, f"{text} {first}")
