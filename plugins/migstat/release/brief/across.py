"""The brief across countries: only figures that each country's own release shows."""

from collections.abc import Sequence

from migstat.release.brief.across_tables import (
    build_contacts,
    build_findings,
    build_lacking,
    build_surveys,
    general_recommendations,
    lacking_countries,
)
from migstat.release.brief.by_status import Row, alt_of, draw, table_of
from migstat.release.brief.country import with_translation_note
from migstat.release.brief.document import (
    Column,
    Document,
    Facts,
    Line,
    Paragraph,
    Picture,
    Section,
    Table,
)
from migstat.release.brief.key_figures import Key, find_key, key_indicators
from migstat.release.brief.lines import gap_line, pressing_gaps
from migstat.release.brief.method import build_reading, build_withheld_words
from migstat.release.brief.numbers import PERCENT
from migstat.release.brief.report_figures import compare
from migstat.release.brief.source import Source
from migstat.release.brief.to_collect import question_for
from migstat.release.brief.words import NONE, WITHHELD, Words

FEWEST = 3  # countries that make a chart
PRESSING = 2  # lines on gaps, of different countries

Keys = dict[str, dict[str, Key]]  # by country and indicator


def build_across_brief(sources: Sequence[Source], words: Words) -> Document:
    """Build the brief across countries in one language.

    Args:
        sources: The newest release of each country, in the order of their codes.
        words: The language, with the declarations of all these countries.
    """
    indicators = list(sources[0].declared.indicators)
    keys = {
        source.country.iso3: {code: find_key(source, code) for code in indicators}
        for source in sources
    }
    document = Document(
        language=words.language,
        day=max(source.day for source in sources),
        vintage="",
        publisher=words.phrase("publisher_across"),
        title=words.phrase("title_across"),
        subtitle=words.phrase("subtitle"),
        banner=words.phrase("synthetic") if any(s.shown.is_synthetic for s in sources) else "",
        facts=_facts(sources, words),
        summary=words.phrase("lines_title"),
        lines=_lines(sources, words, keys),
        sections=(
            _evidence(sources, words, keys),
            *_charts(sources, words, keys),
            build_withheld_words(sources, words),
            build_lacking(sources, words, keys),
            build_findings(sources, words),
            build_surveys(sources, words),
            build_reading(words),
            build_contacts(sources, words),
        ),
    )
    return with_translation_note(document, words)


def _facts(sources: Sequence[Source], words: Words) -> Facts:
    periods = {period for source in sources for period in source.shown.periods.values()}
    years = sorted({period[:4] for period in periods})  # those of all lengths: 2021, 2021-01
    period = "\u2013".join(dict.fromkeys((years[0], years[-1])))
    vintages = ", ".join(f"{source.country.iso3}\u00a0{source.vintage}" for source in sources)
    return Facts(
        (
            (words.phrase("fact_countries"), words.numbers.count(len(sources))),
            (words.phrase("fact_period"), period),
            (words.phrase("fact_day"), max(source.day for source in sources).isoformat()),
            (words.phrase("fact_vintages"), vintages),
        )
    )


def _lines(sources: Sequence[Source], words: Words, keys: Keys) -> tuple[Line, ...]:
    names = ", ".join(words.country(source.country) for source in sources)
    count = words.numbers.count(len(sources))
    return (
        words.line("line_who", words.phrase("line_countries", count=count, names=names)),
        *_pressing(sources, words, keys),
        _report(sources, words),
        _lacking(sources, words, keys),
    )


def _pressing(sources: Sequence[Source], words: Words, keys: Keys) -> list[Line]:
    """Write the widest sure gap of each country, the widest two."""
    widest = []
    for source in sources:
        own = [keys[source.country.iso3][code] for code in key_indicators(source)]
        if gaps := pressing_gaps(source, own):
            widest.append((gaps[0], source))
    widest.sort(key=lambda one: (one[0].side != "worse", -abs(one[0].difference), one[0].table))
    lines = []
    for gap, source in widest[:PRESSING]:
        line = gap_line(words, gap)
        country = words.country(source.country)
        text = words.phrase("line_of_country", country=country, text=line.text)
        lines.append(Line(line.lead, text))
    return lines


def _report(sources: Sequence[Source], words: Words) -> Line:
    judged = [one for source in sources for one in compare(source) if one.is_judged]
    if not judged:
        return words.line("line_report", words.phrase("line_report_nothing"))
    agree = words.numbers.count(sum(one.agrees for one in judged))
    text = words.phrase("line_report_counts", agree=agree, judged=words.numbers.count(len(judged)))
    return words.line("line_report", text)


def _lacking(sources: Sequence[Source], words: Words, keys: Keys) -> Line:
    """Write which indicator most countries lack."""
    lacking = lacking_countries(sources, keys)
    if not lacking:
        return words.line("line_missing", words.phrase("line_missing_nothing"))
    code, countries = max(lacking.items(), key=lambda one: len(one[1]))
    text = words.phrase(
        "line_lacking",
        indicator=words.indicator(code),
        lacking=words.numbers.count(len(countries)),
        count=words.numbers.count(len(sources)),
        question=question_for(sources[0], words, code),
    )
    return words.line("line_missing", text)


def _evidence(sources: Sequence[Source], words: Words, keys: Keys) -> Section:
    """Show the headline of each indicator of the general recommendations, by country."""
    names = [f"{source.country.iso3} {words.country(source.country)}" for source in sources]
    columns = (
        Column(words.phrase("column_indicator"), share=3.4),
        *(Column(source.country.iso3, is_number=True) for source in sources),
    )
    general = general_recommendations(sources)
    tables = tuple(
        Table(
            f"{name}. {words.recommendation(name)}",
            columns,
            tuple(_headlines(sources, words, keys, code) for code in one.indicators),
        )
        for name, one in sorted(general.items())
    )
    read = Paragraph(words.phrase("across_read", countries=", ".join(names)))
    return Section(words.phrase("across_evidence"), (read, *tables))


def _headlines(sources: Sequence[Source], words: Words, keys: Keys, code: str) -> tuple[str, ...]:
    indicator = words.indicator(code)
    declared = sources[0].declared.indicators[code]
    name = indicator
    if declared.kind == "distribution":
        name = words.phrase("across_shares")
    elif declared.unit_measure == PERCENT:
        name = words.phrase("percent_of", indicator=indicator)
    return (name, *(_headline(words, keys[source.country.iso3][code]) for source in sources))


def _headline(words: Words, key: Key) -> str:
    figure = key.headline
    if not key.is_collected:
        return NONE
    if figure is None or not figure.is_shown:
        return WITHHELD
    written = words.numbers.bare(figure.value, figure.unit)
    return f"({written})" if figure.is_caution else written


def _charts(sources: Sequence[Source], words: Words, keys: Keys) -> list[Section]:
    """Draw each indicator that enough countries show, total by total."""
    sections = [Section(words.phrase("across_title"), (Paragraph(words.phrase("across_how")),))]
    for code, indicator in sources[0].declared.indicators.items():
        rows = _rows(sources, words, keys, code)
        if indicator.kind == "distribution" or indicator.unit_measure != PERCENT:
            continue
        if len(rows) >= FEWEST:
            name = words.indicator(code)
            table = table_of(words, name, words.phrase("column_country"), rows)
            picture = Picture(draw(words, f"a{code}", rows), alt_of(words, name, rows), table)
            sections.append(Section(name, (picture,), level=3))
    return sections if len(sections) > 1 else []


def _rows(sources: Sequence[Source], words: Words, keys: Keys, code: str) -> list[Row]:
    rows: list[Row] = []
    for source in sources:
        key = keys[source.country.iso3][code]
        if key.table and key.headline and key.headline.is_shown:
            period = source.shown.periods[key.table.survey, key.table.wave]
            country = words.country(source.country)
            label = words.phrase("survey_period", survey=country, period=period)
            rows.append((label, key.headline, False, 0))
    return rows
