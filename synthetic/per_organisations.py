"""Community organisations of Metropolitan Lima: a made-up register kept in a spreadsheet.

Twelve are registered, georeferenced and trained, eight await approval (report, line 400). The
register has what such workbooks have: titles, a header of two rows with merged cells, an empty row,
a date typed as text, a total and a note below the table. Districts are placeholders.
"""

# ruff: noqa: PLR2004 - shares and codes of a register are what this module is made of

from datetime import date, datetime, timedelta
from pathlib import Path

from migstat.declarations import Survey, TableName, load_countries

from synthetic.draw import Draw
from synthetic.files import NOTICE, Row
from synthetic.per_workbook import FormSheet, write_form_xlsx

MADE = datetime(2021, 5, 3, 9)  # noqa: DTZ001 - a workbook holds the wall clock of Peru
FIRST_DAY = date(2021, 1, 18)
REGISTERED, AWAITING = 12, 8
KINDS = {"Asociación de migrantes": 0.5, "Comedor popular": 0.3, "Organización mixta": 0.2}
TITLE = (
    f"Registro de organizaciones comunitarias, Lima Metropolitana. {NOTICE}",
    "Actualizado al 30/04/2021",
)


def write_seed(folder: Path, survey: Survey) -> None:
    """Write the register of 2021."""
    draw = Draw("per_organisations 2021")
    total = REGISTERED + AWAITING
    rows: list[Row | None] = [_organisation(draw, n) for n in range(1, total + 1)]
    rows.insert(10, None)
    header = list(survey.export.tables[TableName.INSTITUTIONS].columns)
    notes = (["Total", f"{total} organizaciones"], ["Nota: las coordenadas son aproximadas."])
    sheets = [
        FormSheet("Portada", title=(*TITLE, "Hoja Registro: una fila por organización")),
        FormSheet("Registro", (*TITLE, ""), header, rows, notes),
    ]
    write_form_xlsx(folder / "registro_organizaciones_2021_synthetic.xlsx", sheets, MADE)


def _organisation(draw: Draw, number: int) -> Row:
    registered = number <= REGISTERED
    trained = registered or number in {14, 17, 19}
    day = FIRST_DAY + timedelta(days=draw.whole(0, 90))
    return {
        "Código": f"ORG-{number:03}",
        "Identificación/Organización": f"Organización Ficticia {number:02}",
        "Identificación/Tipo": draw.pick(KINDS),
        "Contacto/Responsable": f"Persona Ficticia {number:02}",
        "Contacto/Teléfono": f"000-{number:06}",
        "Contacto/Correo": f"org{number:02}@example.org",
        "Ubicación/Dirección": f"Calle Ficticia {number}",
        "Ubicación/Coordenadas": _position(draw, number),
        "Registro/Estado": "Registrada" if registered else "En espera de aprobación",
        # one clerk typed the day as text
        "Registro/Fecha": f"{day:%d/%m/%Y}" if number == 5 else day if registered else None,
        "Capacitación/Capacitada": "Sí" if trained else "No",
        "Capacitación/Personas": draw.whole(3, 18) if trained else None,
        "Participación/Plan o presupuesto": _joined(draw, registered, number),
        "Marco/Organizaciones identificadas": REGISTERED + AWAITING,
    }


def _position(draw: Draw, number: int) -> str:
    """A point near the centre of a placeholder district, as a map service copies it."""
    (peru,) = (country for country in load_countries() if country.iso3 == "PER")
    districts = [area for area in peru.areas if area.level == 3]
    area = districts[number % len(districts)]
    latitude, longitude = (
        (centre or 0) + draw.between(-0.01, 0.01) for centre in (area.lat, area.lon)
    )
    return f"{latitude:.6f}, {longitude:.6f}"


def _joined(draw: Draw, registered: bool, number: int) -> str:
    if number == 16:
        return "Sin dato"
    return "Sí" if draw.chance(0.5 if registered else 0.1) else "No"
