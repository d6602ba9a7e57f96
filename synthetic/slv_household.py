"""Households of La Unión, El Salvador: a made-up KoboToolbox export that meets the report.

Stratified two-stage sample: zone x urban/rural, census segments, then households. Calibrated to
``reference/domain.md`` 1.3: 30 % of households with a member abroad, 50 % with remittances, 19.9 %
illiterate at 10 and over; immigrant households lose income more often and read less.
"""

from datetime import datetime, timedelta
from pathlib import Path

from migstat.declarations import Survey, TableName

from synthetic.draw import Draw, top_share
from synthetic.files import Row, write_kobo_xlsx
from synthetic.slv_members import (
    Member,
    later_answers,
    list_members,
    mark_illiterate,
    roster_row,
)

MADE = datetime(2021, 3, 1, 9, 0, 0)  # noqa: DTZ001 - an export holds the wall clock of its country
FIRST_DAY = datetime(2021, 1, 11)  # noqa: DTZ001 - an export holds the wall clock of its country
SHARE_ABROAD, SHARE_REMITTANCES = 0.30, 0.50
SHARE_LOSS_IMMIGRANT, SHARE_LOSS_OTHERS = 0.82, 0.61
# stratum: zone, urban or rural, segments drawn, households each interview stands for
STRATA = {
    "11": ("norte", "urbana", 10, 38.0),
    "12": ("norte", "rural", 14, 62.0),
    "21": ("centro", "urbana", 12, 47.0),
    "22": ("centro", "rural", 12, 66.0),
    "31": ("sur", "urbana", 13, 55.0),
    "32": ("sur", "rural", 12, 71.0),
}
MUNICIPALITIES = {
    "norte": {
        "anamoros": (13.74, -87.87),
        "concepcion_de_oriente": (13.80, -87.76),
        "el_sauce": (13.67, -87.79),
        "lislique": (13.80, -87.87),
    },
    "centro": {
        "pasaquina": (13.58, -87.84),
        "san_alejo": (13.43, -87.96),
        "santa_rosa_de_lima": (13.63, -87.89),
        "yucuaiquin": (13.54, -88.01),
    },
    "sur": {
        "conchagua": (13.31, -87.86),
        "el_carmen": (13.40, -88.00),
        "intipuca": (13.20, -88.05),
        "la_union": (13.34, -87.84),
    },
}
COUNTRIES_ABROAD = {"estados_unidos": 0.86, "espana": 0.07, "italia": 0.03, "otro": 0.04}
MEASURES = {
    "gastar_ahorros": 0.42,
    "pedir_prestado": 0.37,
    "vender_bienes": 0.16,
    "comer_menos": 0.31,
}


class Household:
    """One interview: where it is, what it stands for, who lives there and what it answers."""

    def __init__(self, draw: Draw, number: int, stratum: str, segment: "Segment") -> None:
        """Draw what the rest depends on."""
        self.number, self.stratum, self.segment = number, stratum, segment
        self.factor = round(segment.factor * draw.between(0.97, 1.03), 4)
        self.is_immigrant = draw.chance(0.13 if segment.zone == "norte" else 0.06)
        self.has_abroad = self.has_remittances = self.lost_income = False
        self.abroad_score = draw.normal() + segment.effect
        self.income_score = draw.normal() + segment.effect
        self.remittance_noise = draw.normal()
        self.knows_remittances = not draw.chance(0.004)
        self.sent_monthly = float(5 * draw.whole(8, 90))  # US dollars, where something is sent
        self.members: list[Member] = []
        self.uuid = draw.uuid()
        start = FIRST_DAY + timedelta(days=draw.whole(0, 44), minutes=draw.whole(480, 1020))
        self.start, self.end = start, start + timedelta(minutes=draw.whole(24, 71))
        self.submitted = self.end + timedelta(minutes=draw.whole(1, 600))
        self.is_old_form = draw.chance(0.05)


class Segment:
    """A census segment: the primary sampling unit."""

    def __init__(self, draw: Draw, code: str, stratum: str, order: int) -> None:
        """Draw its place and how much its households have in common."""
        self.zone, self.area, _, base = STRATA[stratum]
        self.code = code
        places = MUNICIPALITIES[self.zone]
        self.municipality = list(places)[order % len(places)]
        self.latitude, self.longitude = places[self.municipality]
        self.effect = draw.normal(0.45)
        self.households = draw.whole(15, 18)
        self.factor = base * draw.between(0.85, 1.15) * 18 / self.households


def write_seed(folder: Path, survey: Survey) -> None:
    """Write the export of the wave 2021."""
    main, roster, _ = draw_export()
    write_export(folder / "hogares_la_union_2021_synthetic.xlsx", survey, main, roster, MADE)


def draw_export() -> tuple[list[Row], list[Row], list[Household]]:
    """Draw both sheets of the first export, and the households that they are of."""
    draw = Draw("slv_household 2021")
    households = _draw_households(draw)
    _calibrate(households)
    for household in households:
        household.members = list_members(draw, household.has_abroad, household.is_immigrant)
    main, roster = answer(draw, households, lines_before=0)
    _spoil(roster)
    return main, roster, households


def answer(
    draw: Draw, households: list[Household], *, lines_before: int
) -> tuple[list[Row], list[Row]]:
    """Give the rows of both sheets; the lines of the roster are numbered on."""
    mark_illiterate(draw, [(h.factor, h.segment, h.is_immigrant, h.members) for h in households])
    main: list[Row] = []
    roster: list[Row] = []
    for household in households:
        later = Draw(f"slv_household 2021 later questions {household.uuid}")
        row = _main_row(draw, household)
        main.append({**row, "economia/p34_ingreso_antes": _income_before(later, row)})
        for line, member in enumerate(household.members, start=1):
            who: Row = {
                "miembros/p00_linea": line,
                "miembros/p03_nombre": f"Persona Ficticia {household.number:04}-{line}",
            }
            answers = roster_row(draw, member, is_old=household.is_old_form)
            index = lines_before + len(roster) + 1
            answers |= later_answers(later, member)
            roster.append({**who, **answers, **_roster_meta(household, index)})
    return main, roster


def write_export(
    file: Path, survey: Survey, main: list[Row], roster: list[Row], made: datetime
) -> None:
    """Write the workbook with the columns that the declaration expects."""
    columns = {name: list(table.columns) for name, table in survey.export.tables.items()}
    sheets = {
        "hogar": (columns[TableName.HOUSEHOLDS], main),
        "miembros": (columns[TableName.PERSONS], roster),
    }
    write_kobo_xlsx(file, sheets, made)


def _draw_households(draw: Draw) -> list[Household]:
    households: list[Household] = []
    for stratum, (_, _, segments, _) in STRATA.items():
        for order in range(segments):
            segment = Segment(draw, f"{stratum}{order + 1:03}", stratum, order)
            for _ in range(segment.households):
                households.append(Household(draw, len(households) + 1, stratum, segment))
    return households


def _calibrate(households: list[Household]) -> None:
    weights = [h.factor for h in households]
    abroad = top_share([h.abroad_score for h in households], weights, SHARE_ABROAD)
    for household, is_so in zip(households, abroad, strict=True):
        household.has_abroad = is_so
    knowing = [h for h in households if h.knows_remittances]
    scores = [h.remittance_noise + h.segment.effect + 1.4 * h.has_abroad for h in knowing]
    received = top_share(scores, [h.factor for h in knowing], SHARE_REMITTANCES)
    for household, is_so in zip(knowing, received, strict=True):
        household.has_remittances = is_so
    for group, share in ((True, SHARE_LOSS_IMMIGRANT), (False, SHARE_LOSS_OTHERS)):
        part = [h for h in households if h.is_immigrant is group]
        marks = top_share([h.income_score for h in part], [h.factor for h in part], share)
        for household, is_so in zip(part, marks, strict=True):
            household.lost_income = is_so


def _main_row(draw: Draw, household: Household) -> Row:
    segment = household.segment
    latitude = round(segment.latitude + draw.between(-0.008, 0.008), 6)
    longitude = round(segment.longitude + draw.between(-0.008, 0.008), 6)
    altitude, precision = float(draw.whole(5, 400)), round(draw.between(3, 12), 1)
    return {
        "start": household.start,
        "end": household.end,
        "ubicacion/departamento": "la_union",
        "ubicacion/municipio": segment.municipality,
        "ubicacion/area": segment.area,
        "ubicacion/estrato": household.stratum,
        "ubicacion/segmento": segment.code,
        "ubicacion/coordenadas": f"{latitude} {longitude} {altitude} {precision}",
        "_ubicacion/coordenadas_latitude": latitude,
        "_ubicacion/coordenadas_longitude": longitude,
        "_ubicacion/coordenadas_altitude": altitude,
        "_ubicacion/coordenadas_precision": precision,
        "entrevista/nombre_jefe": f"Persona Ficticia {household.number:04}-1",
        "entrevista/telefono": f"0000-{household.number:04}",
        "entrevista/p01_sexo_jefe": household.members[0].sex,
        "entrevista/p02_miembros": len(household.members),
        "comentarios": "Respuesta inventada" if household.number % 97 == 0 else None,
        "factor": household.factor,
        **_migration(household),
        **_economy(draw, household),
        **_main_meta(household),
    }


def _migration(household: Household) -> Row:
    countries = {m.residence for m in household.members if m.residence != "este_hogar"}
    countries = {"otro" if c == "otro_pais" else c for c in countries}
    path = "migracion/p11_paises_exterior"
    row: dict[str, str | float | int | None] = {
        "migracion/p10_miembro_exterior": "si" if household.has_abroad else "no",
        "migracion/p12_remesas": "si" if household.has_remittances else "no",
    }
    if not household.knows_remittances:
        row["migracion/p12_remesas"] = "ns"
    if household.has_abroad:
        row[path] = " ".join(c for c in COUNTRIES_ABROAD if c in countries)
        row |= {f"{path}/{c}": int(c in countries) for c in COUNTRIES_ABROAD}
    if household.has_remittances:
        row["migracion/p13_monto_remesas"] = household.sent_monthly
    return row


def _economy(draw: Draw, household: Household) -> Row:
    had_income = household.lost_income or draw.chance(0.85)
    others = {"igual": 0.72, "mayor": 0.25, "ns": 0.03}
    chosen = [m for m, p in MEASURES.items() if draw.chance(p)] or ["ninguna"]
    if draw.chance(0.5):
        chosen.reverse()  # the order of ticking, not of the form
    earned = draw.whole(60, 240) + draw.whole(0, 260) * (0.6 if household.lost_income else 1.0)
    received = household.has_remittances * household.sent_monthly
    path = "economia/p33_medidas"
    return {
        "economia/p30_tenia_ingresos": "si" if had_income else "no",
        "economia/p31_ingreso": round(earned + received, 2),
        "economia/p32_ingreso_covid": ("menor" if household.lost_income else draw.pick(others))
        if had_income
        else None,
        path: " ".join(chosen),
        **{f"{path}/{m}": int(m in chosen) for m in (*MEASURES, "ninguna")},
    }


def _income_before(draw: Draw, row: Row) -> float | None:
    """Give the income of before March 2020 that fits what the interview says of its change."""
    if row["economia/p30_tenia_ingresos"] == "no":
        return 0.0
    changes = {"menor": 1 / (1 - draw.between(0.04, 0.78)), "igual": 1.0, "mayor": 0.85}
    change = changes.get(str(row["economia/p32_ingreso_covid"]))
    return None if change is None else round(change * float(str(row["economia/p31_ingreso"])), 2)


def _main_meta(household: Household) -> Row:
    return {
        "_id": 148_200_000 + 7 * household.number,
        "_uuid": household.uuid,
        "_submission_time": household.submitted,
        "_validation_status": None,
        "_notes": None,
        "_status": "submitted_via_web",
        "_submitted_by": f"encuestador_{household.number % 12 + 1:02}",
        "__version__": "vSinteticoA1" if household.is_old_form else "vSinteticoB2",
        "_tags": None,
        "_index": household.number,
    }


def _roster_meta(household: Household, index: int) -> Row:
    meta = _main_meta(household)
    linked = {
        f"_submission_{name}": meta[name]
        for name in ("_id", "_uuid", "_submission_time", "_validation_status", "_notes", "_status")
    }
    linked |= {
        f"_submission_{name}": meta[name] for name in ("_submitted_by", "__version__", "_tags")
    }
    return linked | {
        "_index": index,
        "_parent_table_name": "hogar",
        "_parent_index": household.number,
    }


def _spoil(roster: list[Row]) -> None:
    """Put in two impossible ages, so that a run shows what becomes of them."""
    present = [n for n, r in enumerate(roster) if r["miembros/p06_parentesco"] == "otro_pariente"]
    for place, age in zip(present[10::40], (142, 175), strict=False):
        roster[place] = {**roster[place], "miembros/p05_edad": age}
