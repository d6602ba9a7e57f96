"""Migration governance scorecard of government bodies in Peru: a made-up workbook.

The report says only that the indicators were used with the Metropolitan Municipality of Lima. So
the made-up scorecard holds the national government, that municipality and four placeholder
district municipalities; one sheet sums up what the sheets of the areas hold.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from migstat.declarations import Survey, TableName

from synthetic.draw import Draw
from synthetic.files import NOTICE, Row
from synthetic.per_workbook import FormSheet, write_form_xlsx

MADE = datetime(2021, 4, 12, 9)  # noqa: DTZ001 - a workbook holds the wall clock of Peru
TITLE = f"Indicadores de gobernanza de la migración, resumen. {NOTICE}"
AREAS = (
    "1 Derechos de los migrantes",
    "2 Enfoque de gobierno",
    "3 Alianzas",
    "4 Bienestar",
    "5 Movilidad en crisis",
    "6 Migración segura",
)


@dataclass(frozen=True)
class Body:
    """A government body and its answers; a register that is not kept has no kind."""

    code: str
    name: str
    level: str
    place: int
    grasp: str
    rule: str
    budget: str
    register: str = "No"
    digital: str = "No aplica"
    tells: str = "No aplica"


BODIES = (
    Body("GOB-01", "Gobierno nacional", "Nacional", 0, "Plenamente", "Sí", "Sí", "Sí", "Sí", "Sí"),
    Body(
        "GOB-02",
        "Municipalidad Metropolitana de Lima",
        "Metropolitano",
        150_000,
        "Plenamente",
        "Sí",
        "No",
        "Sí",
        "Sí",
        "No",
    ),
    Body("GOB-03", "Municipalidad de ejemplo norte", "Distrital", 150_911, "En parte", "Sí", "No"),
    Body("GOB-04", "Municipalidad de ejemplo este", "Distrital", 150_921, "En parte", "No", "No"),
    Body(
        "GOB-05",
        "Municipalidad de ejemplo centro",
        "Distrital",
        150_931,
        "Plenamente",
        "No",
        "Sí",
        "Sí",
        "No",
        "Sí",
    ),
    Body("GOB-06", "Municipalidad de ejemplo sur", "Distrital", 150_941, "Nada", "s.d.", "No"),
)


def write_seed(folder: Path, survey: Survey) -> None:
    """Write the scorecard of 2021."""
    draw = Draw("per_mgi 2021")
    header = list(survey.export.tables[TableName.INSTITUTIONS].columns)
    rows = [_scored(draw, body) for body in BODIES]
    details = [
        FormSheet(area, title=(f"{area}. {NOTICE}", "Detalle de fuentes por pregunta: hoja aparte"))
        for area in AREAS
    ]
    summary = FormSheet(
        "Resumen",
        (TITLE, "Una fila por entidad evaluada; puntajes de 0 a 10", ""),
        header,
        rows,
        (["Promedio"],),
        (("Entidad/Ubigeo", "000000"),),  # a number that the sheet shows with its leading zeros
    )
    sheets = [FormSheet("Léeme", title=(TITLE,)), summary, *details]
    write_form_xlsx(folder / "indicadores_gobernanza_2021_synthetic.xlsx", sheets, MADE)


def _scored(draw: Draw, body: Body) -> Row:
    return {
        "Entidad/Código": body.code,
        "Entidad/Denominación": body.name,
        "Entidad/Ámbito": body.level,
        "Entidad/Ubigeo": body.place,
        "Entidad/Punto focal": f"Persona Ficticia {body.code[-2:]}",
        f"{AREAS[0]}/Conoce la ley": body.grasp,
        f"{AREAS[0]}/Puntaje": round(draw.between(4, 9), 1),
        f"{AREAS[1]}/Norma propia": body.rule,
        f"{AREAS[1]}/Partida presupuestal": body.budget,
        f"{AREAS[1]}/Registro de migrantes": body.register,
        f"{AREAS[1]}/Registro digital": body.digital,
        f"{AREAS[1]}/Registro por sexo y condición": body.tells,
        f"{AREAS[1]}/Puntaje": round(draw.between(2, 9), 1),
        **{f"{area}/Puntaje": round(draw.between(2, 9), 1) for area in AREAS[2:]},
        "Marco/Entidades evaluadas": len(BODIES),
    }
