"""Refugees and migrants in Metropolitan Lima, and their neighbours: made-up SPSS files.

Stratified clusters, one adult each. In 2020 87.6 % of refugees and migrants say that their basic
needs are not met (``reference/domain.md`` 1.9). The few Peruvian-born relatives among the
interviewed (about 2 %) stand apart as non-migrants and leave the total within half a point of that
figure. Neighbours born in Peru are asked neither of needs nor of documents of migration.
"""

# ruff: noqa: PLR2004 - ages, shares and codes of a questionnaire are what this module is made of

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import pandas as pd
from migstat.declarations import Survey, TableName

from synthetic.draw import Draw, top_share
from synthetic.files import Cell, write_spss_sav
from synthetic.per_codebook import ANSWERS, FORMATS, LABELS, MISSING
from synthetic.per_modules import answer_modules


@dataclass(frozen=True)
class Round:
    """What differs between the waves: the clock, the shares and what the export calls a column."""

    year: str
    made: datetime
    first_day: date
    unmet: float
    discriminated: float
    spellings: dict[str, str]


# the wall clock of Peru, without a zone, as an export holds it
FIRST = Round("2020", datetime(2020, 12, 7, 9), date(2020, 10, 5), 0.876, 0.29, {})  # noqa: DTZ001
SECOND = Round(
    "2021",
    datetime(2021, 12, 13, 9),  # noqa: DTZ001
    date(2021, 10, 4),
    0.851,
    0.36,
    {"MOTIVO": "MOTIVO_SALIDA"},
)
SHARE_UNMET_RELATIVES = 0.78
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
NEIGHBOURS = 4  # further interviews in a cluster, with people of the host community
YES, NO, NOT_ASKED, DONT_KNOW, REFUSED = 1, 2, 97, 98, 99


def write_seed(folder: Path, survey: Survey) -> None:
    """Write the export of the wave 2020."""
    _write_round(folder, survey, FIRST)


def write_second_seed(folder: Path, survey: Survey) -> None:
    """Write the export of the wave 2021, in which one column has another name."""
    _write_round(folder, survey, SECOND)


def _write_round(folder: Path, survey: Survey, wave: Round) -> None:
    frame = pd.DataFrame(_rows(wave))
    header = list(survey.export.tables[TableName.PERSONS].columns)
    spelt = wave.spellings
    write_spss_sav(
        folder / f"necesidades_lima_{wave.year}_synthetic.sav",
        frame[header].rename(columns=spelt),
        labels={spelt.get(column, column): text for column, text in LABELS.items()},
        answers={spelt.get(column, column): codes for column, codes in ANSWERS.items()},
        missing={spelt.get(column, column): codes for column, codes in MISSING.items()},
        formats={spelt.get(column, column): text for column, text in FORMATS.items()},
        made=wave.made,
    )


def _rows(wave: Round) -> list[dict[str, Cell]]:
    draw = Draw(f"per_needs {wave.year}")
    people = [
        _person(draw, stratum, 100 * stratum + cluster, weight, effect)
        for stratum in range(1, 9)
        for cluster in range(1, CLUSTERS + 1)
        for weight, effect in [(draw.between(140, 620), draw.normal(0.35))]
        for _ in range(draw.whole(*INTERVIEWS))
    ]
    for is_relative, share in ((False, wave.unmet), (True, SHARE_UNMET_RELATIVES)):
        _mark_needs(draw, [p for p in people if (p["life"] == "relative") is is_relative], share)
    people += _neighbours(Draw(f"per_needs {wave.year} neighbours"))
    modules = Draw(f"per_needs {wave.year} modules")
    rows = []
    for number, person in enumerate(people, start=1):
        row = _row(draw, wave, number, person)
        is_migrant = person["life"] not in {"relative", "neighbour"}
        rows.append(row | answer_modules(modules, row, is_migrant, wave.discriminated))
    return rows


def _neighbours(draw: Draw) -> list[dict[str, int | float | str]]:
    return [
        _person(draw, stratum, 100 * stratum + cluster, draw.between(90, 240), 0)
        | {"life": "neighbour", "unmet": NOT_ASKED}
        for stratum in range(1, 9)
        for cluster in range(1, CLUSTERS + 1)
        for _ in range(NEIGHBOURS)
    ]


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


def _row(
    draw: Draw, wave: Round, number: int, person: dict[str, int | float | str]
) -> dict[str, Cell]:
    return {
        "CUEST": f"LIM-{number:05}" if wave is FIRST else f"LIM{wave.year}-{number:05}",
        "FECHA": wave.first_day + timedelta(days=draw.whole(0, 53)),
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
    if life in {"relative", "neighbour"}:
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
