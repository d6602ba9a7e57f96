"""What is withheld and why, how the figures were made, whom to ask, how to check the files."""

from collections.abc import Sequence

from migstat.release.brief.document import (
    Block,
    Column,
    Commands,
    Facts,
    Paragraph,
    Section,
    Table,
)
from migstat.release.brief.key_figures import Key
from migstat.release.brief.source import Source
from migstat.release.brief.words import WITHHELD, Words
from migstat.release.disclosure.profiles import keys_for, thresholds_of
from migstat.release.signing import NAMESPACE


def build_withheld(source: Source, words: Words, keys: list[Key]) -> Section:
    """Build the section that says what is withheld, and why, without saying which for which."""
    blocks: list[Block] = [*build_withheld_words([source], words).blocks]
    rows = [row for key in keys if (row := _withheld_row(words, key))]
    if rows:
        columns = (
            Column(words.phrase("column_indicator"), share=3),
            Column(words.phrase("column_withheld"), share=5),
        )
        blocks.append(Table(words.phrase("withheld_here"), columns, tuple(rows)))
    return Section(words.phrase("withheld_title"), tuple(blocks))


def build_withheld_words(sources: Sequence[Source], words: Words) -> Section:
    """Say how much is withheld and why, in words."""
    withheld = sum(source.shown.n_withheld for source in sources)
    n_cells = sum(source.shown.n_cells for source in sources)
    least = min(
        thresholds_of(source.declared.disclosure, source.country).min_contributors
        for source in sources
    )
    count = words.numbers.count
    told = (
        words.phrase("withheld_count", withheld=count(withheld), all=count(n_cells)),
        words.phrase("withheld_why", least=count(least)),
        words.phrase("withheld_silence"),
    )
    return Section(words.phrase("withheld_title"), tuple(Paragraph(text) for text in told))


def build_reading(words: Words) -> Section:
    """Say how to read the figures."""
    keys = ("method_interval", "method_count", "method_caution", "method_rounding", "method_gap")
    told = tuple(Paragraph(words.phrase(key)) for key in keys)
    return Section(words.phrase("method_title"), told)


def build_method(source: Source, words: Words) -> list[Section]:
    """Build the section on the surveys and how to read what is made of them."""
    sections = [build_reading(words)]
    for (survey, wave), period in sorted(source.shown.periods.items()):
        title = words.phrase("survey_period", survey=words.survey(survey), period=period)
        sections.append(Section(title, (Facts(_facts(source, words, survey, wave)),), level=3))
    return sections


def build_check(source: Source, words: Words) -> Section:
    """Build the section on questions and on checking the signature."""
    address = source.announced.contact
    publisher = source.announced.publisher_in(words.language)
    commands = (
        "sha256sum -c SHA256SUMS",
        f"ssh-keygen -Y verify -f allowed_signers -I {address} -n {NAMESPACE} \\",
        "  -s SHA256SUMS.sig < SHA256SUMS",  # one line would break where no shell goes on
    )
    return Section(
        words.phrase("check_title"),
        (
            Paragraph(words.phrase("contact", publisher=publisher, address=address)),
            Paragraph(words.phrase("check_how")),
            Commands(commands),
            Paragraph(words.phrase("check_key")),
        ),
    )


def sample_words(source: Source, words: Words, survey: str, wave: str) -> str:
    """Say how a survey draws and weighs its sample, and whether its counts were changed."""
    declared = source.declared.surveys[survey]
    weighted = "design_weighted" if declared.is_weighted else "design_unweighted"
    used = {
        weighted: True,
        "design_strata": declared.is_stratified,
        "design_clusters": declared.is_clustered,
    }
    told = [words.phrase(key) for key, is_used in used.items() if is_used]
    keys = keys_for(survey, source.declared.disclosure, source.country)
    if keys and (survey, wave) in source.shown.perturbed:
        most = words.numbers.count(keys.deviation)
        told.append(words.phrase("design_perturbed", most=most))
    return words.listed(told)


def _withheld_row(words: Words, key: Key) -> tuple[str, str] | None:
    names = []
    if key.table and (key.headline is None or not key.headline.is_shown):
        names.append(words.phrase("legend_total"))
    withheld = [figure.code for figure in key.groups if not figure.is_shown]
    names += [words.label(key.dimension or "", code) for code in withheld]
    return (words.indicator(key.indicator), words.listed(names)) if names else None


def _facts(source: Source, words: Words, survey: str, wave: str) -> tuple[tuple[str, str], ...]:
    declared = source.declared.surveys[survey]
    began, ended = (day.isoformat() for day in declared.fieldwork[wave])
    answers = source.shown.n_answers(survey, wave)
    most = words.phrase("up_to", number=words.numbers.count(answers)) if answers else WITHHELD
    return (
        (words.phrase("fact_fieldwork"), words.phrase("days", low=began, high=ended)),
        (words.phrase("fact_design"), sample_words(source, words, survey, wave)),
        (words.phrase("fact_answers"), most),
        (words.phrase("fact_steward"), declared.steward),
    )
