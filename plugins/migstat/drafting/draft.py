"""Drafting all files of a survey from an export and, where there is one, its XLSForm."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from migstat.declarations import ExportFormat, Unit, load_catalogue, load_country
from migstat.declarations.country_names import country_names
from migstat.declarations.survey import SurveyCode, WaveCode
from migstat.drafting.delivery_text import country_text, delivery_text
from migstat.drafting.look import LookError, Sheet, look
from migstat.drafting.staging_text import SQL_TEXT, staging_text
from migstat.drafting.suite_text import suite_text
from migstat.drafting.survey_plan import SurveyPlan, plan_survey
from migstat.drafting.tables import plan_tables
from migstat.drafting.xlsform import Form, load_form
from migstat.paths import paths

FORMATS = {
    ".csv": "csv",
    ".tab": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".xlsx": "xlsx",
    ".sav": "spss_sav",
    ".zsav": "spss_sav",
    ".zip": "csv_zip",
    ".dta": "stata_dta",
}


@dataclass(frozen=True)
class Order:
    """What to draft.

    Attributes:
        code: The survey, ``<iso3>_<name>``.
        export: An export of it.
        form: Its XLSForm.
        wave: The wave that the export belongs to; by its interviews' dates where None.
        unit: What a row is, where the export is one table.
        project: Where the files go; the installation's project by default.
    """

    code: str
    export: Path
    wave: str | None = None
    form: Path | None = None
    unit: Unit = Unit.PERSON
    project: Path | None = None


@dataclass(frozen=True)
class Draft:
    """A drafted survey.

    Attributes:
        files: Path to content.
        found: What was recognised, a line each.
        to_do: What the engineer must still find out, a line each.
    """

    files: dict[Path, str]
    found: tuple[str, ...]
    to_do: tuple[str, ...]


def draft_survey(order: Order) -> Draft:
    """Draft the declarations of a survey; nothing is written.

    Raises:
        LookError: The code, the wave, the export, the form or the project can't be used.
    """
    project = order.project or paths().project
    if not project.is_dir():
        raise LookError(f"{project} is no folder; name the project to write into.")
    _check_names(order)
    export_format = _format(order.export)
    sheets = [sheet for sheet in look(order.export) if sheet.columns]
    if not (sheets := [sheet for sheet in sheets if sheet.n_rows]):
        raise LookError(f"{order.export.name} holds no answers; draft from an export with some.")
    if export_format is ExportFormat.XLSX and _is_kobo(sheets):
        export_format = ExportFormat.KOBO_XLSX
    form = _form(order.form) if order.form else Form()
    plan = _plan(order, export_format, sheets, form)
    return Draft(_files(plan, project), tuple(_found(plan)), tuple(_to_do(plan, project)))


def _form(file: Path) -> Form:
    if file.suffix.lower() == ".xls":
        raise LookError(f"{file.name}: the form is of an old kind; open it and save it as .xlsx.")
    form = load_form(file)
    if not form.questions:
        raise LookError(f"{file.name} has no sheet `survey` with questions; is it an XLSForm?")
    return form


def _plan(order: Order, export_format: ExportFormat, sheets: list[Sheet], form: Form) -> SurveyPlan:
    tables = plan_tables(sheets, form, order.unit)
    return plan_survey(
        code=order.code,
        wave=order.wave,
        export_format=export_format,
        sheets=sheets,
        tables=tables,
        form=form,
        has_centres=_has_centres(order.code[:3]),
    )


def _files(plan: SurveyPlan, project: Path) -> dict[Path, str]:
    catalogue = load_catalogue()
    iso3 = plan.iso3.lower()
    staging = project / "dbt_project" / "models" / "staging" / iso3
    files = {
        project / "include" / "surveys" / plan.code / "delivery.yml": delivery_text(plan),
        project / "expectations" / f"{plan.code}.json": suite_text(plan),
    }
    for table in plan.tables:
        name = f"stg_{plan.code}__{table.name}"
        files[staging / f"{name}.yml"] = staging_text(plan, table, catalogue)
        files[staging / f"{name}.sql"] = SQL_TEXT
    country = project / "include" / "countries" / f"{iso3}.yml"
    if not country.exists():
        files[country] = country_text(plan.iso3)
    return files


def _check_names(order: Order) -> None:
    for kind, name, said in (
        (SurveyCode, order.code, "a survey is called <iso3>_<name>, like slv_household"),
        (WaveCode, order.wave or "2024", "a wave is called 2024, 2024Q2, 2024M05 or 2024R1"),
    ):
        try:
            TypeAdapter(kind).validate_python(name)
        except ValidationError:
            raise LookError(f"{name!r}: {said}") from None


def _format(export: Path) -> ExportFormat:
    name = FORMATS.get(export.suffix.lower())
    if name is None or name not in list(ExportFormat):
        known = ", ".join(s for s, f in FORMATS.items() if f in list(ExportFormat))
        raise LookError(f"{export.name}: no survey is taken in from such files; known are {known}.")
    return ExportFormat(name)


def _is_kobo(sheets: list[Sheet]) -> bool:
    """Tell KoboToolbox's own workbooks by the columns it adds."""
    return any(sheet.column(name) for sheet in sheets for name in ("_uuid", "_index"))


def _has_centres(iso3: str) -> bool:
    if not (paths().countries / f"{iso3.lower()}.yml").is_file():
        return False
    return any(a.lat is not None and a.level == 2 for a in load_country(iso3).areas)  # noqa: PLR2004


def _found(plan: SurveyPlan) -> Iterator[str]:
    for table in plan.tables:
        sheets = " + ".join(sheet.name for sheet in (table.sheet, *table.beside))
        mapped = ", ".join(plan.proposals(table)) or "no variable recognised"
        yield f"{table.name} ({sheets}, {table.sheet.n_rows:,} rows): {mapped}"
    dropped = sum(verdict.does == "drop" for verdict in plan.verdicts.values())
    yield f"{dropped} of {len(plan.verdicts)} columns do not pass the border"


def _to_do(plan: SurveyPlan, project: Path) -> Iterator[str]:
    if not country_names(plan.iso3):
        yield f"country: {plan.iso3} is no code of ISO 3166; write its name and M49 number"
    yield "title and steward of delivery.yml: who answers for the data?"
    yield "privacy: read every column that passes, and what was dropped and is wanted after all"
    missing = [part for part in ("weight", "stratum", "psu") if part not in plan.design]
    if missing:
        yield f"sampling design: {', '.join(missing)} not found; ask for the sampling report"
    if plan.fieldwork is None:
        yield "fieldwork: no date of the interview was found; say when it was"
    yield from (f"key of {t.name}: {t.key_note}" for t in plan.tables if t.key_note)
    yield from (doubt for table in plan.tables for doubt in table.doubts)
    for table in plan.tables:
        proposals = plan.proposals(table)
        if not proposals:
            yield f"staging model of {table.name}: no variable was recognised; map what was asked"
        for variable, proposal in proposals.items():
            if proposal.answers.open:
                left = len(proposal.answers.open)
                yield f"{variable}: {left} answers of {proposal.column} have no code yet"
    if plan.left_out:
        named = ", ".join(sheet.name for sheet in plan.left_out)
        yield f"left out: {named}; declare them where they are wanted"
    if not (project / "include" / "countries" / f"{plan.iso3.lower()}.yml").exists():
        yield f"areas of include/countries/{plan.iso3.lower()}.yml"
