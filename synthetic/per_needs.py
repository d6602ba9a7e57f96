"""Refugees and migrants in Metropolitan Lima: a made-up SPSS file.

Stratified clusters, one adult each. 87.6 % of refugees and migrants say that their basic needs
are not met (``reference/domain.md`` 1.9). The few Peruvian-born relatives among the interviewed
(about 2 %) stand apart as non-migrants and leave the total within half a point of that figure.
"""

# ruff: noqa: PLR2004 - ages, shares and codes of a questionnaire are what this module is made of

from datetime import date, datetime, timedelta
from pathlib import Path

import pandas as pd
from migstat.declarations import Survey, TableName

from synthetic.draw import Draw, top_share
from synthetic.files import Cell, write_spss_sav
from synthetic.per_codebook import ANSWERS, FORMATS, LABELS, MISSING

MADE = datetime(2020, 12, 7, 9, 0, 0)  # noqa: DTZ001 - an export holds the wall clock of Peru
FIRST_DAY = date(2020, 10, 5)
SHARE_UNMET, SHARE_UNMET_RELATIVES = 0.876, 0.78
LIVES = {
    "refugee": 0.03,
    "asylum": 0.27,
    "fled": 0.09,
    "permit": 0.34,
    "undocumented": 0.22,
    "national": 0.02,
    "relative": 0.018,
    "unclear": 0.008,
}
CLUSTERS, INTERVIEWS = 8, (24, 28)  # per stratum, per cluster
YES, NO, NOT_ASKED, DONT_KNOW, REFUSED = 1, 2, 97, 98, 99


def write_seed(folder: Path, survey: Survey) -> None:
    """Write the export of the wave 2020."""
    draw = Draw("per_needs 2020")
    people = [
        _person(draw, stratum, 100 * stratum + cluster, weight, effect)
        for stratum in range(1, 9)
        for cluster in range(1, CLUSTERS + 1)
        for weight, effect in [(draw.between(140, 620), draw.normal(0.35))]
        for _ in range(draw.whole(*INTERVIEWS))
    ]
    for is_relative, share in ((False, SHARE_UNMET), (True, SHARE_UNMET_RELATIVES)):
        _mark_needs(draw, [p for p in people if (p["life"] == "relative") is is_relative], share)
    rows = [_row(draw, number, person) for number, person in enumerate(people, start=1)]
    header = list(survey.export.tables[TableName.PERSONS].columns)
    frame = pd.DataFrame([{column: row[column] for column in header} for row in rows])
    file = folder / "necesidades_lima_2020_synthetic.sav"
    write_spss_sav(
        file,
        frame,
        labels=LABELS,
        answers=ANSWERS,
        missing=MISSING,
        formats=FORMATS,
        made=MADE,
    )


def _person(
    draw: Draw, stratum: int, cluster: int, weight: float, effect: float
) -> dict[str, int | float | str]:
    return {
        "stratum": stratum,
        "cluster": cluster,
        "weight": round(weight * draw.between(0.9, 1.1), 3),
        "life": draw.pick(LIVES),
        "score": effect + draw.normal(),
        "unmet": DONT_KNOW,
    }


def _mark_needs(draw: Draw, people: list[dict[str, int | float | str]], share: float) -> None:
    answering = [person for person in people if not draw.chance(0.004)]
    scores = [float(person["score"]) for person in answering]
    weights = [float(person["weight"]) for person in answering]
    for person, is_unmet in zip(answering, top_share(scores, weights, share), strict=True):
        person["unmet"] = NO if is_unmet else YES


def _row(draw: Draw, number: int, person: dict[str, int | float | str]) -> dict[str, Cell]:
    return {
        "CUEST": f"LIM-{number:05}",
        "FECHA": FIRST_DAY + timedelta(days=draw.whole(0, 53)),
        "ZONA": (int(person["stratum"]) + 1) // 2,
        "ESTRATO": person["stratum"],
        "CONGLOM": person["cluster"],
        "NOMBRE": f"Persona Ficticia {number:05}",
        "CELULAR": f"000-{number:06}",
        "SEXO": draw.pick({1: 0.46, 2: 0.535, REFUSED: 0.005}),
        "EDAD": 999 if draw.chance(0.004) else 18 + int(52 * draw.unit() ** 1.7),
        "PARENT": draw.pick({1: 0.55, 2: 0.24, 3: 0.1, 4: 0.08, 5: 0.03}),
        "RESIDE": 1,
        **_life(draw, str(person["life"]), number),
        **_needs(draw, int(person["unmet"])),
        "ACTIV": draw.pick({1: 0.58, 2: 0.17, 3: 0.15, 4: 0.07, 5: 0.02, DONT_KNOW: 0.01}),
        "OBSERV": "Texto inventado" if number % 101 == 0 else "",
        "FACTOR": person["weight"],
    }


def _life(draw: Draw, life: str, number: int) -> dict[str, Cell]:
    """Answers on origin, stay, papers and asylum that make up one life."""
    if life == "relative":
        return {
            "PAISNAC": 10,
            "NACION": 10,
            "MESES": 997,
            "QUEDARSE": NOT_ASKED,
            "DOCUM": 8,
            "DOCVIG": YES,
            "ASILO": NOT_ASKED,
            "MOTIVO": NOT_ASKED,
        }
    origin = draw.pick({1: 0.93, 2: 0.03, 3: 0.01, 4: 0.02, 5: 0.01})
    document, asylum = _papers(draw, life)
    reasons = {1: 0.68, 3: 0.22, 4: 0.04, 5: 0.03, 96: 0.02, DONT_KNOW: 0.01}
    if document == 7:
        reasons.pop(DONT_KNOW)  # without papers the reason decides between two statuses
    if number % 430 == 0 and life == "permit":
        document = 12  # a code that the codebook does not know
    return {
        "PAISNAC": DONT_KNOW if life == "unclear" else origin,
        "NACION": REFUSED if life == "unclear" else 10 if life == "national" else origin,
        "MESES": draw.whole(2, 58) if draw.chance(0.985) else draw.pick({998: 0.7, 999: 0.3}),
        "QUEDARSE": draw.pick({YES: 0.93, NO: 0.05, DONT_KNOW: 0.02}),
        "DOCUM": document,
        "DOCVIG": NO if document == 7 else draw.pick({YES: 0.87, NO: 0.12, REFUSED: 0.01}),
        "ASILO": asylum,
        "MOTIVO": 2
        if life == "fled" or draw.chance(0.6 * (life in {"refugee", "asylum"}))
        else draw.pick(reasons),
    }


def _papers(draw: Draw, life: str) -> tuple[int, int]:
    match life:
        case "refugee":
            return 1, 3
        case "asylum":
            return draw.pick({2: 0.55, 3: 0.15, 5: 0.1, 7: 0.2}), YES
        case "fled" | "undocumented" | "unclear":
            return 7, NO
        case "national":
            return 8, NOT_ASKED
        case _:
            return draw.pick({3: 0.5, 4: 0.15, 5: 0.29, 6: 0.05, REFUSED: 0.01}), NO


def _needs(draw: Draw, unmet: int) -> dict[str, Cell]:
    wants = {
        f"NEC_{n}": (YES if draw.chance(p) else 0) if unmet == NO else NOT_ASKED
        for n, p in enumerate((0.66, 0.49, 0.33, 0.58), start=1)
    }
    needed = draw.pick({YES: 0.31, NO: 0.67, DONT_KNOW: 0.01, REFUSED: 0.01})
    obtained = draw.pick({YES: 0.57, NO: 0.42, DONT_KNOW: 0.01}) if needed == YES else NOT_ASKED
    return {"NECBAS": unmet, **wants, "SALUD1": needed, "SALUD2": obtained}
