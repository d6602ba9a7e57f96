"""The ``delivery.yml`` of a survey, and the file of its country where there is none."""

import re
from collections.abc import Iterator

from migstat.declarations import ExportFormat
from migstat.declarations.country_names import country_names, m49
from migstat.drafting.survey_plan import SurveyPlan
from migstat.drafting.tables import Plan
from migstat.drafting.words import hints
from migstat.drafting.yaml_text import comment, flow_list, scalar

WORKBOOKS = (ExportFormat.KOBO_XLSX, ExportFormat.XLSX)
PERIOD = re.compile(r"([0-9]{4})([QM])([0-9]{1,2})")
GROUPED = re.compile(r"[^/.]+([/.])[^/.]+")
DELIMITED = ("csv", "csv_zip")


def delivery_text(plan: SurveyPlan) -> str:
    """Write ``include/surveys/<survey>/delivery.yml``."""
    units = [table.unit.value for table in plan.tables]
    lines = [
        *comment("Drafted from an export. Check every line, above all privacy; say who answers."),
        f"survey: {plan.code}",
        f"country: {plan.iso3}",
        f"title: {scalar(plan.code.replace('_', ' '))}    # check this: the survey's name",
        "steward: nobody@example.org    # check this: who answers for the data",
        f"unit: {units[-1]}",
        "export:",
        *_export(plan),
        "privacy:",
        *_privacy(plan),
        *_design(plan),
        "acceptance: {max_unmapped_share: 0.05}",
        "waves:",
        *_wave(plan),
    ]
    return "\n".join(lines) + "\n"


def country_text(iso3: str) -> str:
    """Write ``include/countries/<iso3>.yml`` for a country that has none."""
    names = country_names(iso3)
    lines = [
        *comment("Drafted: names and number from Unicode's CLDR. Areas are still to be declared."),
        f"iso3: {iso3}",
        f"name: {scalar(names.get('en', iso3))}",
        f'm49: "{m49(iso3) or "000"}"',
        "names:",
        *(f"  {scalar(lang)}: {scalar(name)}" for lang, name in names.items()),
        "areas: []    # code, name, level; lat and lon of the centre to coarsen positions by",
    ]
    if not names:
        lines[-2:-1] = ["names: {}    # check this: no country of ISO 3166 has this code"]
    return "\n".join(lines) + "\n"


def _export(plan: SurveyPlan) -> Iterator[str]:
    yield f"  format: {plan.format}"
    yield from _dialect(plan)
    columns = [column.name for table in plan.tables for column in table.columns]
    separators = [found[1] for name in columns if (found := GROUPED.fullmatch(name))]
    if plan.format in WORKBOOKS and "." in separators and "/" not in separators:
        yield '  group_separator: "."'
    if plan.left_out:
        named = ", ".join(sheet.name for sheet in plan.left_out)
        yield from comment(f"check this: not declared, so not read: {named}", 2)
    yield "  tables:"
    for table in plan.tables:
        yield from _table(plan, table)


def _dialect(plan: SurveyPlan) -> Iterator[str]:
    """Write how text is to be read; intake never guesses."""
    parts = []
    if plan.format.value in DELIMITED:
        guessed = plan.tables[0].sheet.dialect
        parts += [f"encoding: {guessed['encoding']}", f"delimiter: {_quoted(guessed['delimiter'])}"]
    columns = [column for table in plan.tables for column in table.columns]
    known = hints()["missing_codes"]
    missing = sorted({code for c in columns for code in c.missing if code in known})
    if missing:
        parts.append(f"missing: {flow_list(missing, 4)}")
    if parts:
        yield "  # check this: guessed from this export"
        yield f"  dialect: {{{', '.join(parts)}}}"


def _table(plan: SurveyPlan, table: Plan) -> Iterator[str]:
    yield f"    {table.name}:"
    yield f"      unit: {table.unit}"
    if plan.format in WORKBOOKS:
        yield f"      sheet: {scalar(table.sheet.name)}"
    if plan.format.value == "csv_zip":
        yield f"      member: {scalar(table.sheet.name)}"
    if table.beside:
        yield from comment("check this: rows go on there by their number within the parent", 6)
        yield f"      beside: {flow_list([sheet.name for sheet in table.beside], 6)}"
    if table.link:
        yield f"      parent: {{table: {plan.tables[0].name}, key: {scalar(table.link)}}}"
    yield f"      key: {table.unit}_id"
    for name in table.sheet.doubled:
        yield from comment(f"check this: {name} stands twice in the header, so it is left out", 6)
    yield "      columns:"
    for column in table.columns:
        yield f"        {scalar(column.name)}: {column.type}"


def _privacy(plan: SurveyPlan) -> Iterator[str]:
    yield "  keys:"
    for table in plan.tables:
        if table.key_note:
            yield from comment(table.key_note, 4)
        yield f"    {table.unit}_id: {flow_list(table.key, 4)}"
    keys = {name for table in plan.tables for name in (*table.key, table.link) if name}
    verdicts = {name: v for name, v in plan.verdicts.items() if name not in keys}
    dropped = {name: v for name, v in verdicts.items() if v.does == "drop"}
    yield "  # whatever could not be judged stands here too; take out what is wanted and harmless"
    yield "  drop:" if dropped else "  drop: []"
    for name, verdict in dropped.items():
        yield f"    - {scalar(name)}    # {verdict.why}"
    coarser = {name: v for name, v in verdicts.items() if v.does in {"year", "place"}}
    if coarser:
        yield "  coarsen:"
    for name, verdict in coarser.items():
        how = "year" if verdict.does == "year" else "adm2"
        yield f"    {scalar(name)}: {how}    # {verdict.why}"


def _design(plan: SurveyPlan) -> Iterator[str]:
    parts = {part: plan.design.get(part) for part in ("weight", "stratum", "psu")}
    found = ", ".join(name for name in parts if parts[name]) or "nothing"
    yield from comment(
        f"check this: found {found} by its name. Without a weight every record counts once, "
        "without stratum and psu standard errors are those of a simple random sample. "
        "Ask for the sampling design."
    )
    yield "design:"
    for part, column in parts.items():
        yield f"  {part}: {scalar(column)}"
    yield "  fpc: null"
    yield "  lonely_psu: certainty"


def _wave(plan: SurveyPlan) -> Iterator[str]:
    year = plan.wave[:4]
    period = PERIOD.fullmatch(plan.wave)
    time_period = year if period is None else f"{year}-{_sub_year(*period.groups()[1:])}"
    first, last = plan.fieldwork or (f"{year}-01-01", f"{year}-12-31")
    yield f"  {_quoted(plan.wave)}:"
    known = (
        "as the interviews of this export say" if plan.fieldwork else "not known: the whole year"
    )
    yield f"    fieldwork: [{first}, {last}]    # check this: {known}"
    yield "    mode: snapshot    # check this: append, where an export holds only what is new"
    yield f"    time_period: {_quoted(time_period)}"
    yield f"    interview_date: {scalar(plan.interview_date)}"


def _sub_year(kind: str, number: str) -> str:
    return f"Q{int(number)}" if kind == "Q" else f"{int(number):02}"


def _quoted(text: str) -> str:
    return '"\\t"' if text == "\t" else f'"{text}"'
