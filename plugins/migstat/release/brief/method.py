"""What is withheld and why, how the figures were made, whom to ask, how to check the files."""

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
from migstat.release.brief.words import Words


def build_withheld(source: Source, words: Words, keys: list[Key]) -> Section:
    """Build the section that says what is withheld, and why, without saying which for which."""
    shown = source.shown
    counts = {"withheld": words.numbers.count(shown.n_withheld), "all": words.numbers.count(shown.n_cells)}
    blocks: list[Block] = [
        Paragraph(words.phrase("withheld_count", **counts)),
        Paragraph(words.phrase("withheld_why", least=words.numbers.count(source.min_contributors))),
        Paragraph(words.phrase("withheld_silence")),
    ]
    rows = [row for key in keys if (row := _withheld_row(words, key))]
    if rows:
        columns = (
            Column(words.phrase("column_indicator"), share=3),
            Column(words.phrase("column_withheld"), share=5),
        )
        blocks.append(Table(words.phrase("withheld_here"), columns, tuple(rows)))
    return Section(words.phrase("withheld_title"), tuple(blocks))


def build_method(source: Source, words: Words) -> list[Section]:
    """Build the section on the surveys and how to read what is made of them."""
    how = [words.phrase(key) for key in ("method_interval", "method_caution", "method_rounding", "method_gap")]
    sections = [Section(words.phrase("method_title"), tuple(Paragraph(text) for text in how))]
    for (survey, wave), period in sorted(source.shown.periods.items()):
        title = words.phrase("survey_period", survey=words.survey(survey), period=period)
        sections.append(Section(title, (Facts(_facts(source, words, survey, wave)),), level=3))
    return sections


def build_check(source: Source, words: Words) -> Section:
    """Build the section on questions and on checking the signature."""
    check = source.verification
    commands = (
        "sha256sum -c SHA256SUMS",
        f"ssh-keygen -Y verify -f allowed_signers -I {check.identity} -n {check.namespace} "
        "-s SHA256SUMS.sig < SHA256SUMS",
    )
    return Section(
        words.phrase("check_title"),
        (
            Paragraph(words.phrase("contact", publisher=source.publisher, address=source.contact)),
            Paragraph(words.phrase("check_how")),
            Commands(commands),
            Paragraph(words.phrase("check_key")),
        ),
    )


def _withheld_row(words: Words, key: Key) -> tuple[str, str] | None:
    names = []
    if key.table and (key.headline is None or not key.headline.is_shown):
        names.append(words.phrase("legend_total"))
    names += [
        words.label(key.dimension or "", figure.code) for figure in key.groups if not figure.is_shown
    ]
    return (words.indicator(key.indicator), words.listed(names)) if names else None


def _facts(source: Source, words: Words, survey: str, wave: str) -> tuple[tuple[str, str], ...]:
    declared = source.surveys[survey]
    design = declared.design
    began, ended = declared.waves[wave].fieldwork
    used = {
        "design_weighted": design.weight,
        "design_strata": design.stratum,
        "design_clusters": design.psu,
    }
    said = [words.phrase(key) for key, column in used.items() if column]
    if not design.weight:
        said.insert(0, words.phrase("design_unweighted"))
    answers = source.shown.n_answers(survey, wave)
    return (
        (words.phrase("fact_fieldwork"), words.phrase("from_to", low=began.isoformat(), high=ended.isoformat())),
        (words.phrase("fact_design"), words.listed(said)),
        (words.phrase("fact_answers"), words.phrase("up_to", number=words.numbers.count(answers))),
        (words.phrase("fact_steward"), declared.steward),
    )
