"""Organisations at the consultations on Moldova's roadmap: a made-up register, one line each.

Beside governments and agencies the roadmap was made with diaspora and hometown associations,
civil society and academia (``reference/domain.md`` 1.8). The register is complete, so there is no
sampling error. The report counts none of them: nothing is calibrated.
"""

from datetime import date, timedelta
from pathlib import Path

from migstat.declarations import Survey, TableName

from synthetic.draw import Draw
from synthetic.files import Row, write_spreadsheet_csv

FIRST_DAY, DAYS = date(2021, 1, 11), 60
ORGANISATIONS = {
    "Asociație a diasporei": 24,
    "Asociație de băștinași": 22,
    "ONG": 11,
    "Instituție academică": 5,
}
REGIONS = "ABCD"
ABROAD = "în afara țării"
DONT_KNOW = "nu se știe"


def write_seed(folder: Path, survey: Survey) -> None:
    """Write the export of the wave 2021."""
    draw = Draw("mda_roadmap 2021")
    kinds = [kind for kind, number in ORGANISATIONS.items() for _ in range(number)]
    rows = [_organisation(draw, number, kind) for number, kind in enumerate(kinds, start=1)]
    rows = [{**row, "total_registru": len(rows)} for row in rows]
    header = list(survey.export.tables[TableName.INSTITUTIONS].columns)
    write_spreadsheet_csv(folder / "registru_consultari_2021_synthetic.csv", header, rows)


def _organisation(draw: Draw, number: int, kind: str) -> Row:
    is_abroad = kind == "Asociație a diasporei"
    return {
        "nr": f"FP-{number:03}",
        "denumire": f"Organizație Fictivă {number:03}",
        "persoana_contact": f"Persoană Fictivă {number:03}",
        "e_mail": f"synthetic{number:03}@example.org",
        "tip": kind,
        "regiune": ABROAD if is_abroad else f"Regiune exemplu {REGIONS[number % len(REGIONS)]}",
        "data_consultarii": (FIRST_DAY + timedelta(days=draw.whole(0, DAYS))).isoformat(),
        "observatii": "SYNTHETIC",
        "inregistrata": _answer(draw, 0.72),
        "instruita": _answer(draw, 0.47),
        "in_plan_local": _answer(draw, 0.29 if kind == "Asociație de băștinași" else 0.13),
    }


def _answer(draw: Draw, share: float) -> str:
    return draw.pick({"da": share, "nu": 1 - share, DONT_KNOW: 0.02})
