"""The five lines that matter: who is counted, what presses, the report, what is missing."""

from migstat.release.brief.document import Line
from migstat.release.brief.evidence import difference_words
from migstat.release.brief.gaps import Gap, widest_gap
from migstat.release.brief.key_figures import Key, find_key, shown_shares
from migstat.release.brief.numbers import PERCENT
from migstat.release.brief.report_figures import Comparison, compare, reported_words
from migstat.release.brief.shown import Figure
from migstat.release.brief.source import Source
from migstat.release.brief.to_collect import wanted_questions
from migstat.release.brief.words import NONE, Words

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


def gap_line(words: Words, gap: Gap) -> Line:
    """Write a gap as a line."""
    text = words.phrase(
        "line_gap",
        indicator=words.indicator(gap.table.indicator),
        status=words.group(gap.dimension, gap.status),
        value=words.numbers.figure(gap.value, gap.unit),
        reference=words.group(gap.dimension, gap.reference),
        other=words.numbers.figure(gap.other, gap.unit),
        difference=words.sentence(difference_words(words, gap)),
    )
    return words.line(f"line_{gap.side}", text)


def _who(source: Source, words: Words) -> Line:
    key = find_key(source, SHARES)
    if key.table and key.headline:
        dimension, groups = shown_shares(source, key.table)
        shares = [f"{words.group(dimension, one.code)} {words.value(one)}" for one in groups]
        text = words.phrase(
            "line_who_share",
            groups=words.sentence(words.listed(shares)),
            survey=words.survey(key.table.survey),
            period=source.shown.periods[key.table.survey, key.table.wave],
            answers=words.numbers.count(key.headline.n),
        )
        return words.line("line_who", text)
    told = [
        words.phrase(
            "line_who_survey",
            survey=words.survey(survey),
            period=period,
            answers=words.numbers.count(source.shown.n_answers(survey, wave)),
        )
        for (survey, wave), period in sorted(source.shown.periods.items())
    ]
    return words.line("line_who", words.phrase("lead", lead=words.listed(told)))


def _gap_lines(source: Source, words: Words, keys: list[Key]) -> list[Line]:
    return [gap_line(words, gap) for gap in pressing_gaps(source, keys)]


def _figure_lines(source: Source, words: Words, keys: list[Key]) -> list[Line]:
    """Write the figures that lie farthest from good, where no gaps press."""
    found = []
    for key in keys:
        polarity = source.declared.indicators[key.indicator].polarity
        figure = key.headline
        if figure and figure.is_shown and figure.unit == PERCENT and polarity != "0":
            badness = figure.value if polarity == "-" else 100 - figure.value
            found.append((-badness, key.indicator, figure))
    worst = sorted(found, key=lambda one: one[:2])
    return [words.line("line_figure", _figure_text(words, code, one)) for _, code, one in worst]


def _figure_text(words: Words, code: str, figure: Figure) -> str:
    indicator, value = words.indicator(code), words.value(figure)
    answers, interval = words.answers(figure), words.interval(figure)
    if interval == NONE:
        return words.phrase("line_figure_whole", indicator=indicator, value=value, answers=answers)
    return words.phrase(
        "line_figure_text", indicator=indicator, value=value, interval=interval, answers=answers
    )


def _report(source: Source, words: Words) -> Line:
    judged = [one for one in compare(source) if one.is_judged]
    if not judged:
        return words.line("line_report", words.phrase("line_report_nothing"))
    agree = sum(one.agrees for one in judged)
    counts = {"agree": words.numbers.count(agree), "judged": words.numbers.count(len(judged))}
    text = words.phrase("line_report_counts", **counts)
    return words.line("line_report", f"{text} {_first_finding(source, words, judged)}")


def _first_finding(source: Source, words: Words, judged: list[Comparison]) -> str:
    """Word the first finding with a number; without one, the first and its direction."""
    figures = source.declared.report_figures
    first = min(judged, key=lambda one: figures[one.figure_id].kind != "EST")
    what = words.finding(first.figure_id).what
    if figures[first.figure_id].kind != "EST":
        result = words.phrase(f"result_{first.result}")
        return words.phrase("line_report_direction", what=what, result=result)
    return words.phrase(
        "line_report_first",
        what=what,
        reported=reported_words(source, words, first.figure_id),
        ours=words.value(first.ours),
        period=first.period,
    )


def _missing(source: Source, words: Words, keys: list[Key]) -> Line:
    wanted = wanted_questions(source, words)
    if not source.declared.recommendations:
        return words.line("line_missing", words.phrase("nothing_wanted"))
    if not wanted:
        return words.line("line_missing", words.phrase("line_missing_nothing"))
    lacking = [key for key in keys if not key.is_collected]
    n_keys, n_lacking = words.numbers.count(len(keys)), words.numbers.count(len(lacking))
    if lacking:
        text = words.phrase("line_missing_counts", lacking=n_lacking, keys=n_keys)
    else:
        text = words.phrase("line_missing_none", keys=n_keys)
    first = words.phrase("line_missing_first", question=words.question(wanted[0].question))
    return words.line("line_missing", f"{text} {first}")
