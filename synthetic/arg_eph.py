"""A made-up quarter of Argentina's permanent household survey, in the layout of the real file.

Same 177 columns, same quoting; most blocks of questions stay empty. It has a quarter of its own,
2016Q2, so that it never mixes with real ones.
"""

# ruff: noqa: PLR2004 - ages, shares and codes of a questionnaire are what this module is made of

from pathlib import Path

from migstat.declarations import Survey, TableName

from synthetic.draw import Draw
from synthetic.files import Cell, write_statistical_csv

DWELLINGS_EACH = 6
# agglomeration: region, half a million inhabitants or more
AGGLOMERATIONS = {
    2: (43, "S"),
    4: (43, "S"),
    7: (41, "N"),
    9: (44, "N"),
    10: (42, "S"),
    12: (41, "N"),
    13: (43, "S"),
    17: (44, "N"),
    19: (40, "N"),
    23: (40, "S"),
    29: (40, "S"),
    32: (1, "S"),
    33: (1, "S"),
    34: (43, "S"),
}
BIRTHPLACES = {1: 0.74, 2: 0.09, 3: 0.12, 4: 0.035, 5: 0.012, 9: 0.003}


def write_seed(folder: Path, survey: Survey) -> None:
    """Write the export of the wave 2016Q2."""
    draw = Draw("arg_eph 2016Q2")
    rows: list[dict[str, Cell]] = []
    for agglomeration in AGGLOMERATIONS:
        for order in range(DWELLINGS_EACH * (3 if agglomeration in {32, 33} else 1)):
            dwelling = f"SINTETICO{agglomeration:02}{order:03}"
            weight = draw.whole(120, 1400)
            size = draw.pick({1: 0.14, 2: 0.2, 3: 0.25, 4: 0.24, 5: 0.17})
            rows += [
                _person(draw, dwelling, agglomeration, weight, line) for line in range(1, size + 1)
            ]
    header = list(survey.export.tables[TableName.PERSONS].columns)
    write_statistical_csv(folder / "individual_2016_02_synthetic.csv", header, rows)


def _person(
    draw: Draw, dwelling: str, agglomeration: int, weight: int, line: int
) -> dict[str, Cell]:
    region, size = AGGLOMERATIONS[agglomeration]
    age = draw.whole(22, 80) if line <= 2 else draw.whole(-1, 30)
    years = max(age, 0)
    return {
        "CODUSU": dwelling,
        "ANO4": 2016,
        "TRIMESTRE": 2,
        "NRO_HOGAR": 1,
        "COMPONENTE": line,
        "REGION": region,
        "MAS_500": size,
        "AGLOMERADO": agglomeration,
        "PONDERA": weight,
        "CH03": min(line, 3),
        "CH04": draw.pick({1: 0.48, 2: 0.52}),
        "CH05": f"01/01/{2016 - years}",
        "CH06": age,
        **_background(draw, years),
        **_work(draw, years),
    }


def _background(draw: Draw, age: int) -> dict[str, Cell]:
    birth = draw.pick(BIRTHPLACES)
    if age < 5:
        before = 6
    else:
        before = draw.pick({1: 0.955, 2: 0.02, 3: 0.015, 4 if birth == 4 else 5: 0.01})
    return {
        "CH07": draw.whole(1, 5) if age >= 15 else 5,
        "CH08": draw.pick({1: 0.64, 4: 0.33, 2: 0.03}),
        "CH09": 3 if age < 2 else 2 if age < 6 or draw.chance(0.02) else 1,
        "CH10": 1 if 5 <= age < 18 else 2,
        "CH15": birth,
        "CH15_COD": "",
        "CH16": before,
        "CH16_COD": "",
        "NIVEL_ED": draw.whole(1, 6) if age >= 6 else 7,
    }


def _work(draw: Draw, age: int) -> dict[str, Cell]:
    if age < 10:
        return {"H15": 0, "ESTADO": 4, "CAT_OCUP": 0, "CAT_INAC": 5 if age < 6 else 3}
    if draw.chance(0.003):
        return {"H15": 2, "ESTADO": 0, "CAT_OCUP": 0, "CAT_INAC": 0}
    shares = {1: 0.58, 2: 0.06, 3: 0.36} if 15 <= age < 66 else {1: 0.06, 3: 0.94}
    state = draw.pick(shares)
    return {
        "H15": 1,
        "ESTADO": state,
        "CAT_OCUP": draw.pick({2: 0.22, 3: 0.75, 1: 0.03}) if state == 1 else 3 * (state == 2),
        "CAT_INAC": 0 if state < 3 else 1 if age > 65 else 3 if age < 18 else 4,
        "P21": 250 * draw.whole(12, 90) if state == 1 else 0,
    }
