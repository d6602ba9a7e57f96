"""Villages by key informants, with the sub-totals of the sheet, and the committees of the wards."""

from collections.abc import Sequence
from datetime import date, timedelta

from synthetic.bgd_frame import UNIONS, VILLAGES, Household
from synthetic.bgd_lives import Life
from synthetic.draw import Draw
from synthetic.files import Cell, Row

WARDS = 9  # a union has nine wards
UNSURE = ("D", 4)  # the committee that does not know whether it keeps a register
SCALE = 3.1  # key informants count the whole village, the interviews a part of it
ABOUT = (
    "Row code",
    "Round",
    "Location code",
    "Location",
    "Union",
    "Date of survey",
    "Key informant",
    "Main hazard",
    "Origin of most IDPs",
)
COUNTS = (
    "IDPs/Households",
    "IDPs/Individuals",
    "IDPs/Male",
    "IDPs/Female",
    "Returnees/Households",
    "Returnees/Individuals",
    "Migrants/Individuals",
)
LOCATION_COLUMNS = (*ABOUT, *COUNTS)
TOLD_ANEW = {  # what the second round adds to the first round's households, men and women
    "CHA03": (5, 11, 13),
    "CHC05": (-1, -2, -3),
    "CHE02": (0, 0, 0),
}


def locations(
    draw: Draw, number: int, first_day: date, lives: Sequence[tuple[Household, Life]]
) -> list[Row]:
    """List the villages union by union, a sub-total under each union and a total at the end."""
    rows: list[Row] = []
    detail: list[Row] = []
    for order, union in enumerate(UNIONS, start=1):
        part = [
            _village(
                draw, number, first_day, union, village, here=_of_village(lives, union, village)
            )
            for village in range(1, VILLAGES + 1)
        ]
        rows += [*part, _sum(number, f"CH{order:02}", f"Sub-total union {union}", part)]
        detail += part
    return [*rows, _sum(number, "CH00", "Grand total", detail)]


def restated(first: Sequence[Row], day: date) -> list[Row]:
    """Tell villages of the first round anew: one with more displaced, one with fewer, one same."""
    return [
        {**_told_anew(row, *more), "Date of survey": day}
        for row in first
        if (more := TOLD_ANEW.get(str(row["Location code"])))
    ]


def _told_anew(row: Row, households: int, men: int, women: int) -> Row:
    more = {
        "IDPs/Households": households,
        "IDPs/Individuals": men + women,
        "IDPs/Male": men,
        "IDPs/Female": women,
    }
    told = {name: value + more[name] for name in more if isinstance(value := row[name], int)}
    return {**row, **told}


def committees(number: int, first_day: date) -> list[Row]:
    """List the disaster committees of the wards; every one answered in both rounds."""
    return [
        _committee(number, first_day, union, ward)
        for union in UNIONS
        for ward in range(1, WARDS + 1)
    ]


def _village(
    draw: Draw,
    number: int,
    first_day: date,
    union: str,
    village: int,
    *,
    here: Sequence[tuple[Household, Life]],
) -> Row:
    away = [len(h.members) for h, life in here if life.hazard and not life.back]
    back = [len(h.members) for h, life in here if life.back]
    individuals = round(SCALE * sum(away))
    men = round(individuals * draw.between(0.44, 0.53))
    return {
        "Row code": f"R{number}-CH{union}{village:02}",
        "Round": f"R{number}",
        "Location code": f"CH{union}{village:02}",
        "Location": f"Example village {union}{village}",
        "Union": f"Example union {union}",
        "Date of survey": first_day + timedelta(days=draw.whole(0, 20)),
        "Key informant": f"Fictional Informant {union}{village}",
        "Main hazard": draw.pick({"Flood": 0.7, "River erosion": 0.3}),
        "Origin of most IDPs": draw.pick({f"Example union {union}": 0.8, "Kurigram": 0.2}),
        "IDPs/Households": round(SCALE * len(away)),
        "IDPs/Individuals": individuals,
        "IDPs/Male": men,
        "IDPs/Female": individuals - men,
        "Returnees/Households": round(SCALE * len(back)),
        "Returnees/Individuals": round(SCALE * sum(back)),
        "Migrants/Individuals": draw.whole(3, 44),
    }


def _of_village(
    lives: Sequence[tuple[Household, Life]], union: str, village: int
) -> list[tuple[Household, Life]]:
    return [(h, life) for h, life in lives if (h.union, h.village) == (union, village)]


def _sum(number: int, code: str, name: str, rows: Sequence[Row]) -> Row:
    sums: dict[str, Cell] = {
        column: sum(value for row in rows if isinstance(value := row[column], int))
        for column in COUNTS
    }
    days = [day for row in rows if isinstance(day := row["Date of survey"], date)]
    about: Row = {
        "Row code": f"R{number}-{code}",
        "Location code": code,
        "Location": name,
        "Date of survey": max(days),
    }
    return {**about, **sums}


def _committee(number: int, first_day: date, union: str, ward: int) -> Row:
    draw = Draw(f"bgd committee {union}{ward}")
    keeps = draw.unit() < 0.29 + 0.05 * (number - 1)
    was_trained = draw.unit() < 0.3 + 0.2 * (number - 1)
    row: dict[str, Cell] = {
        "Committee code": f"WDMC-{union}{ward}",
        "Union": f"Example union {union}",
        "Ward": f"Ward {ward}",
        "Date of survey": first_day + timedelta(days=draw.whole(0, 20)),
        "Respondent name": f"Fictional Official {union}{ward}",
        "Position": draw.pick({"Chair": 0.5, "Member secretary": 0.5}),
        "Keeps a register": "Yes" if keeps else "No",
        "Members in post": draw.whole(9, 15),
        "Members trained": draw.whole(1, 7) if was_trained else 0,
        "Committees in frame": WARDS,
    }
    if (union, ward) == UNSURE:
        row["Keeps a register"] = "Don't know"
    elif keeps:
        row["Register is digital"] = draw.pick({"Yes": 0.25, "No": 0.75})
        row["Register tells sex and status"] = draw.pick({"Yes": 0.4, "No": 0.6})
    return row
