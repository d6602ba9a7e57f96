"""Displacement Tracking Matrix (DTM), Chilmari, two rounds: a made-up workbook each.

The households of medium to high risk of the common frame, their members, the villages by key
informants, and the disaster committees of the wards. The report gives directions only
(``reference/domain.md`` 1.1): many returnees, most of them for other reasons than COVID-19.
"""

from datetime import date, datetime, timedelta
from pathlib import Path

from migstat.declarations import Survey, TableName

from synthetic.bgd_dtm_places import LOCATION_COLUMNS, committees, locations, restated
from synthetic.bgd_files import Sheet, write_dtm_xlsx
from synthetic.bgd_frame import Household, list_households
from synthetic.bgd_lives import Life, live, roster_row
from synthetic.draw import Draw
from synthetic.files import Cell, Row

ROUNDS = {
    "2020R1": (1, date(2020, 11, 15), 33, datetime(2020, 12, 21, 9)),  # noqa: DTZ001 - wall clock
    "2021R2": (2, date(2021, 1, 5), 24, datetime(2021, 2, 1, 9)),  # noqa: DTZ001 - wall clock
}
WAYS_HOME = {"Water receded": 0.64, "House repaired": 0.2, "Shelter closed": 0.12, "Other": 0.04}
RENAMED = {"Main hazard": "Hazard (main)"}  # as the second round spells it
HOUSEHOLD_TAGS: Row = {
    "Round": "#round+code",
    "Date of survey": "#date+reported",
    "Union": "#adm4+name",
    "Village code": "#loc+code",
    "Main hazard": "#crisis+type",
    "Displaced in 12 months": "#affected+idps",
}
PERSON_TAGS: Row = {"Sex": "#gender", "Age": "#age", "Relation": "#meta+relation"}
COMMITTEE_TAGS: Row = {"Union": "#adm4+name", "Ward": "#adm5+name", "Date of survey": "#date"}
LOCATION_TAGS: Row = {
    "Location code": "#loc+code",
    "Union": "#adm4+name",
    "Date of survey": "#date+reported",
    "IDPs/Households": "#affected+idps+hh",
    "IDPs/Individuals": "#affected+idps+ind",
    "Returnees/Households": "#affected+returnees+hh",
    "Returnees/Individuals": "#affected+returnees+ind",
}


def write_first_round(folder: Path, survey: Survey) -> None:
    """Write the export of the wave 2020R1."""
    _write_round(folder, survey, "2020R1")


def write_second_round(folder: Path, survey: Survey) -> None:
    """Write the export of the wave 2021R2; its row of tags stands among the locations."""
    _write_round(folder, survey, "2021R2")


def _write_round(folder: Path, survey: Survey, wave: str) -> None:
    number, first_day, days, made = ROUNDS[wave]
    draw = Draw(f"bgd_dtm {wave}")
    homes, members, lives = _interviews(draw, number, first_day, days)
    places = [*locations(draw, number, first_day, lives), *_restated(number)]
    authorities = committees(number, first_day)
    tables = {name: list(table.columns) for name, table in survey.export.tables.items()}
    parts = [
        ("HH", tables[TableName.HOUSEHOLDS], homes, HOUSEHOLD_TAGS, 0),
        ("Individuals", tables[TableName.PERSONS], members, PERSON_TAGS, 0),
        ("Locations", list(LOCATION_COLUMNS), places, LOCATION_TAGS, 0 if number == 1 else 3),
        ("Committees", tables[TableName.INSTITUTIONS], authorities, COMMITTEE_TAGS, 0),
    ]
    renames = RENAMED if number > 1 else {}
    sheets = [
        _sheet(
            name,
            f"DTM Chilmari, round {number}: {name}",
            columns,
            rows,
            tags=tags,
            tags_after=after,
            renames=renames,
        )
        for name, columns, rows, tags, after in parts
    ]
    notes = [f"Displacement Tracking Matrix, Chilmari, round {number}", "Operation: Chilmari 2020"]
    write_dtm_xlsx(folder / f"DTM_Chilmari_R{number}_synthetic.xlsx", notes, sheets, made)


def _restated(number: int) -> list[Row]:
    """Villages of the first round that the second tells anew, below its own total."""
    if number == 1:
        return []
    first, first_day, days, _ = ROUNDS["2020R1"]
    draw = Draw("bgd_dtm 2020R1")
    _, _, lives = _interviews(draw, first, first_day, days)
    return restated(locations(draw, first, first_day, lives), ROUNDS["2021R2"][1])


def _sheet(
    name: str,
    title: str,
    columns: list[str],
    rows: list[Row],
    *,
    tags: Row,
    tags_after: int,
    renames: dict[str, str],
) -> Sheet:
    """Build a sheet as its round spells the columns."""

    def spelled(row: Row) -> Row:
        return {renames.get(column, column): value for column, value in row.items()}

    return Sheet(
        name=name,
        title=title,
        header=[renames.get(column, column) for column in columns],
        tags=spelled(tags),
        rows=[spelled(row) for row in rows],
        tags_after=tags_after,
    )


def _interviews(
    draw: Draw, number: int, first_day: date, days: int
) -> tuple[list[Row], list[Row], list[tuple[Household, Life]]]:
    """Interview the households at risk that are found in this round."""
    homes: list[Row] = []
    members: list[Row] = []
    lives: list[tuple[Household, Life]] = []
    for home in list_households():
        if not home.is_at_risk or (number > 1 and draw.chance(0.07)):
            continue
        day = first_day + timedelta(days=draw.whole(0, days))
        life = live(home, day)
        code = f"R{number}-{len(homes) + 1:04}"
        homes.append(_household_row(draw, code, home, life, number=number, day=day))
        members += [
            {"HH ID": code, **roster_row(home, life, line, day)}
            for line in range(1, len(home.members) + 1)
        ]
        lives.append((home, life))
    return homes, members, lives


def _household_row(
    draw: Draw, code: str, home: Household, life: Life, *, number: int, day: date
) -> Row:
    row: dict[str, Cell] = {
        "Round": f"R{number}",
        "Date of survey": day,
        "HH ID": code,
        "Beneficiary ID": home.beneficiary,
        "Union": f"Example union {home.union}",
        "Village code": f"{home.union}{home.village:02}",
        "GPS": f"{25.56 + draw.between(-0.08, 0.08):.5f} {89.69 + draw.between(-0.07, 0.07):.5f}",
        "Enumerator": f"Fictional Enumerator {draw.whole(1, 16):02}",
        "Respondent name": f"Fictional Person {home.beneficiary}",
        "Phone": 8800000000000 + draw.whole(0, 999_999),  # a spreadsheet shows 8.8E+12
        "Sex of head": "Male" if home.members[0].sex == "M" else "Female",
        "Household size": len(home.members),
        "Displaced in 12 months": "Yes" if life.hazard else "No",
        "Weight": home.weight,
    }
    if life.hazard and life.displaced:
        row |= {
            "Displacement date": life.displaced,
            "Main hazard": life.hazard,
            "Place of origin": draw.pick(
                {"Same union": 0.61, "Other union of the upazila": 0.27, "Other upazila": 0.12}
            ),
            "Returned": "Yes" if life.back else "No",
        }
    if life.back:
        row |= {
            "Date of return": life.back,
            "Reason of return": draw.pick(WAYS_HOME),
        }
    return row
