"""The quality report, one page per language: what the run itself knows, in the order of the ESMS.

ESMS is the Euro-SDMX metadata structure that statistical offices report quality in. Every figure
comes from the released cells or from counts of records that tell of nobody.
"""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from migstat.release.brief.document import Block, Column, Document, Facts, Line, Section, Table
from migstat.release.brief.document import Paragraph as Said
from migstat.release.brief.method import build_withheld_words, sample_words
from migstat.release.brief.page import render_page
from migstat.release.brief.source import Source, source_of
from migstat.release.brief.words import NONE, WITHHELD, Words
from migstat.release.calendar import WaveKey
from migstat.release.cells import CAUTION, is_withheld
from migstat.release.changes import Change, count_changes
from migstat.release.release import Release

PERCENT = "PT"


def write(release: Release, folder: Path) -> list[Path]:
    """Write the report in each of the country's languages.

    Returns:
        ``<stem>_quality_<language>.html``.
    """
    files = []
    for language in release.declared.languages:
        file = folder / f"{release.stem}_quality_{language}.html"
        words = Words(language, release.inputs.declared)
        file.write_text(render_page(build_report(release, words)), encoding="utf-8")
        files.append(file)
    return files


def build_report(release: Release, words: Words) -> Document:
    """Build the report in one language."""
    declared, stamp = release.declared, release.stamp
    say, source = words.phrase, source_of(release)
    return Document(
        language=words.language,
        day=stamp.issued,
        vintage=stamp.label,
        publisher=declared.publisher_in(words.language),
        title=say("esms_title", country=words.country(release.country)),
        subtitle=say("esms_subtitle"),
        banner=say("synthetic") if release.is_synthetic else "",
        facts=Facts(
            (
                (say("fact_vintage"), stamp.label),
                (say("fact_day"), stamp.issued.isoformat()),
                (say("book_kind"), say(f"book_kind_{stamp.kind}")),
                (say("fact_publisher"), declared.publisher_in(words.language)),
            )
        ),
        summary=say("esms_summary"),
        lines=_lines(release, words),
        sections=(
            _contact(source, words),
            _presentation(release, words),
            _periods(release, source, words),
            build_withheld_words([source], words),
            _policy(release, words),
            _access(release, words),
            _checks(release, words),
            _coverage(release, words),
            _accuracy(release, words),
            _response(release, source, words),
            _revision(release, source, words),
            _processing(release, source, words),
        ),
    )


def _lines(release: Release, words: Words) -> tuple[Line, ...]:
    count = words.numbers.count
    cells, n_withheld = len(release.cells), release.n_withheld
    shown = words.phrase("share_withheld", withheld=count(n_withheld), all=count(cells))
    return (
        Line(words.phrase("fact_withheld"), shown),
        Line(words.phrase("esms_revision"), _told_changes(release, words)),
    )


def _contact(source: Source, words: Words) -> Section:
    announced = source.announced
    publisher = announced.publisher_in(words.language)
    told = words.phrase("contact", publisher=publisher, address=announced.contact)
    surveys = sorted({survey for survey, _ in source.shown.periods})
    stewards = tuple((words.survey(s), source.declared.surveys[s].steward) for s in surveys)
    return Section(words.phrase("esms_contact"), (Said(told), Facts(stewards)))


def _presentation(release: Release, words: Words) -> Section:
    cells, count = release.cells, words.numbers.count
    told = words.phrase(
        "esms_presentation_text",
        surveys=count(cells["survey_code"].nunique()),
        indicators=count(cells["indicator_code"].nunique()),
        figures=count(len(cells)),
    )
    return Section(words.phrase("esms_presentation"), (Said(told),))


def _periods(release: Release, source: Source, words: Words) -> Section:
    """Reference periods, and how long it took from the last interview to the release."""
    rows = []
    for (survey, wave), period in sorted(source.shown.periods.items()):
        ended = source.declared.surveys[survey].fieldwork[wave][1]
        days = (release.stamp.issued - ended).days
        rows.append((words.survey(survey), period, ended.isoformat(), words.numbers.count(days)))
    table = _table(words, "esms_timeliness", ("column_period", "esms_ended", "esms_days"), rows)
    return Section(words.phrase("esms_periods"), (table,))


def _policy(release: Release, words: Words) -> Section:
    declared = release.declared
    dates = [f"{entry.date.isoformat()} ({entry.period})" for entry in declared.calendar]
    told = words.phrase(
        "esms_policy_text",
        dates=words.listed(dates),
        time=f"{declared.embargo.time:%H:%M}",
        zone=declared.embargo.zone,
    )
    return Section(words.phrase("esms_policy"), (Said(told),))


def _access(release: Release, words: Words) -> Section:
    told = words.phrase("esms_access_text", licence=release.declared.licence)
    return Section(words.phrase("esms_access"), (Said(told),))


def _checks(release: Release, words: Words) -> Section:
    """What the suites of expectations said of the deliveries."""
    quality = release.inputs.tables["quality"]
    rows = []
    for key, name in _waves(release, words):
        of_wave = _of(quality, key)
        broken = of_wave[of_wave["n_failed"] > 0]
        critical = int((broken["severity"] == "critical").sum())
        counts = (len(of_wave), len(broken), critical)
        rows.append((name, *map(words.numbers.count, counts)))
    columns = ("esms_rules", "esms_broken", "esms_critical")
    table = _table(words, "esms_checks_table", columns, rows)
    return Section(words.phrase("esms_checks"), (Said(words.phrase("esms_checks_text")), table))


def _coverage(release: Release, words: Words) -> Section:
    """Which indicators a survey can say something of, broken down by nothing."""
    coverage = release.inputs.tables["coverage"]
    totals = coverage[coverage["disaggregation"] == "_T"]
    rows = []
    for key, name in _waves(release, words):
        counts = _of(totals, key)["coverage"].value_counts()
        states = ("produced", "too_imprecise", "not_collected")
        rows.append((name, *(words.numbers.count(int(counts.get(s, 0))) for s in states)))
    columns = ("esms_produced", "esms_imprecise", "esms_not_collected")
    return Section(
        words.phrase("esms_relevance"), (_table(words, "esms_coverage_table", columns, rows),)
    )


def _accuracy(release: Release, words: Words) -> Section:
    """Sampling errors, of the figures that are shown."""
    rows = []
    for key, name in _waves(release, words):
        cells = _of(release.cells, key)
        shown = cells[~is_withheld(cells)]
        errors = shown.loc[shown["unit_measure"] == PERCENT, "std_error"].dropna()
        median = words.numbers.bare(float(errors.median()), PERCENT) if len(errors) else NONE
        cautious = int((shown["obs_status"] == CAUTION).sum())
        counts = map(words.numbers.count, (len(cells), len(shown), cautious))
        rows.append((name, *counts, median))
    columns = ("esms_figures", "esms_shown", "esms_caution", "esms_error")
    table = _table(words, "esms_accuracy_table", columns, rows)
    return Section(words.phrase("esms_accuracy"), (Said(words.phrase("method_interval")), table))


def _response(release: Release, source: Source, words: Words) -> Section:
    """Errors other than those of sampling: records held back, answers that no code covers."""
    deliveries = release.inputs.tables["deliveries"]
    current = deliveries[deliveries["state"] == "accepted"]
    unmapped = release.inputs.tables["unmapped"]
    rows = []
    for key, name in _waves(release, words):
        of_wave = _of(current, key)
        sums = [
            int(of_wave[column].sum()) for column in ("n_rows_in", "n_accepted", "n_quarantined")
        ]
        counts = [*sums, int(_of(unmapped, key)["n_records"].sum())]
        rows.append((name, *_records(source, words, key, counts)))
    columns = ("esms_rows", "esms_accepted", "esms_held_back", "esms_unmapped")
    table = _table(words, "esms_response_table", columns, rows)
    return Section(words.phrase("esms_response"), (table,))


def _revision(release: Release, source: Source, words: Words) -> Section:
    blocks: list[Block] = [Said(words.phrase(f"esms_revision_{release.declared.revisions}"))]
    if release.stamp.reason:
        blocks.append(Said(words.phrase("esms_correction", reason=release.stamp.reason)))
    if release.stamp.postponed:
        blocks.append(Said(_postponed(release, words)))
    blocks.append(Said(_told_changes(release, words)))
    changes = release.inputs.tables["record_changes"]
    rows = []
    for key, name in _waves(release, words):
        counts = _of(changes, key).groupby("change")["n_records"].sum()
        if len(counts):
            kinds = ("added", "edited", "withdrawn")
            changed = [int(counts.get(kind, 0)) for kind in kinds]
            rows.append((name, *_records(source, words, key, changed)))
    if rows:
        columns = ("esms_records_added", "esms_records_edited", "esms_records_withdrawn")
        blocks.append(_table(words, "esms_records_table", columns, rows))
    return Section(words.phrase("esms_revision"), tuple(blocks))


def _postponed(release: Release, words: Words) -> str:
    """Name the waves whose figures stay as they are out."""
    told = [
        words.phrase(
            "esms_postponed_wave",
            survey=words.survey(one.survey),
            wave=one.wave,
            vintage=f"v{one.vintage}",
        )
        for one in release.stamp.postponed
    ]
    return words.phrase("esms_postponed", waves=words.listed(told))


def _processing(release: Release, source: Source, words: Words) -> Section:
    told = tuple(
        (name, sample_words(source, words, *wave)) for wave, name in _waves(release, words)
    )
    return Section(
        words.phrase("esms_processing"), (Facts(told), Said(words.phrase("book_rounding")))
    )


def _records(source: Source, words: Words, wave: WaveKey, counts: Sequence[int]) -> list[str]:
    """Write counts of the records of a wave; beside changed counts they would tell true ones."""
    if wave in source.shown.perturbed:
        return [WITHHELD] * len(counts)
    return [words.numbers.count(count) for count in counts]


def _told_changes(release: Release, words: Words) -> str:
    if release.stamp.kind == "first":
        return words.phrase("esms_revision_first")
    counts = count_changes(release.changes)
    return words.phrase(
        "esms_revision_counts",
        added=words.numbers.count(counts[Change.ADDED]),
        revised=words.numbers.count(counts[Change.REVISED]),
        withdrawn=words.numbers.count(counts[Change.WITHDRAWN]),
    )


def _waves(release: Release, words: Words) -> list[tuple[WaveKey, str]]:
    """Each wave and what it is called."""
    return [((s, w), f"{words.survey(s)}, {w}") for s, w in sorted(release.inputs.waves)]


def _of(table: pd.DataFrame, wave: WaveKey) -> pd.DataFrame:
    return table[(table["survey_code"] == wave[0]) & (table["wave"] == wave[1])]


def _table(
    words: Words, caption: str, columns: tuple[str, ...], rows: Sequence[tuple[str, ...]]
) -> Table:
    first = Column(words.phrase("column_survey"), share=3)
    others = (Column(words.phrase(column), is_number=True) for column in columns)
    return Table(words.phrase(caption), (first, *others), tuple(rows))
