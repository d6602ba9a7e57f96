"""The recommendations of the report and what the release says of each."""

from migstat.release.brief.document import Block, Column, Paragraph, Section, Table
from migstat.release.brief.gaps import Gap, widest_gap
from migstat.release.brief.key_figures import Key, own_recommendations, shown_shares
from migstat.release.brief.numbers import PERCENT, POINTS
from migstat.release.brief.source import Source
from migstat.release.brief.words import NONE, WITHHELD, Words


def build_evidence(source: Source, words: Words, keys: dict[str, Key]) -> Section:
    """Build the section: the country's own recommendations, each with its indicators.

    Args:
        source: The release.
        words: The language.
        keys: The key indicators by code.
    """
    told: list[Block] = []
    tables: list[Table] = []
    names = own_recommendations(source)
    if not names:
        told.append(Paragraph(words.phrase("no_recommendations")))
        tables.append(_table(source, words, words.phrase("key_figures"), list(keys.values())))
    for name in names:
        listed = source.declared.recommendations[name].indicators
        caption = f"{name}. {words.recommendation(name)}"
        tables.append(_table(source, words, caption, [keys[code] for code in listed]))
    if all(row[-1] == NONE for table in tables for row in table.rows):
        tables = [_without_gaps(table) for table in tables]
    return Section(words.phrase("evidence_title"), (*told, *tables))


def gap_words(words: Words, gap: Gap) -> str:
    """Write a gap: who against whom, how far apart, and how sure that is."""
    groups = words.phrase(
        "gap_groups",
        status=words.group(gap.dimension, gap.status),
        reference=words.group(gap.dimension, gap.reference),
    )
    return words.sentence(f"{groups}: {difference_words(words, gap)}")


def difference_words(words: Words, gap: Gap) -> str:
    """Write a difference with its interval."""
    number = words.numbers.bare(gap.difference, gap.unit)
    sign = "+" if gap.difference > 0 else ""
    if gap.unit in (PERCENT, POINTS):
        number = words.phrase("in_points", number=number)
    written = words.phrase("apart", number=f"{sign}{number}")
    if gap.low is None or gap.high is None:
        return written
    low, high = (words.numbers.bare(bound, gap.unit) for bound in (gap.low, gap.high))
    return f"{written} ({words.phrase('from_to', low=low, high=high)})"


def _table(source: Source, words: Words, caption: str, keys: list[Key]) -> Table:
    columns = (
        Column(words.phrase("column_indicator"), share=3),
        Column(words.phrase("column_figure"), is_number=True, share=1.35),
        Column(words.phrase("column_interval"), is_number=True, share=1.8),
        Column(words.phrase("column_answers"), is_number=True, share=1.3),
        Column(words.phrase("column_gap"), share=3.25),
    )
    return Table(caption, columns, tuple(_row(source, words, key) for key in keys))


def _without_gaps(table: Table) -> Table:
    """Leave out the column of gaps; the first takes its room."""
    first, *others, last = table.columns
    wider = Column(first.title, share=first.share + last.share)
    return Table(table.caption, (wider, *others), tuple(row[:-1] for row in table.rows))


def _row(source: Source, words: Words, key: Key) -> tuple[str, ...]:
    name = words.indicator(key.indicator)
    if key.table is None:
        state = WITHHELD if key.is_collected else words.phrase("not_collected")
        return (name, state, NONE, NONE, NONE)
    if source.declared.indicators[key.indicator].of and key.headline:
        dimension, _ = shown_shares(source, key.table)
        group = words.label(dimension, key.headline.code)
        name = words.phrase("share_of", indicator=name, group=group)
    gap = widest_gap(source, key.table)
    return (
        name,
        words.value(key.headline),
        words.interval(key.headline),
        words.answers(key.headline),
        gap_words(words, gap) if gap else NONE,
    )
