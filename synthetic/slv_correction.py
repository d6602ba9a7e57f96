"""The second delivery of La Unión, a fortnight later: the same export with corrections.

The server exports everything again, so most records are as they were. Some were edited after a call
back (incomes, answers "ns", the two impossible ages), three households withdrew their consent and
their submissions were deleted, six interviews were uploaded late. Edits keep the ``_uuid`` and the
``_submission_time``; ``_index`` is made anew. The figures of the report still come out.
"""

from datetime import datetime
from pathlib import Path

from migstat.declarations import Survey

from synthetic.draw import Draw
from synthetic.files import Cell, Row
from synthetic.slv_household import Household, answer, draw_export, write_export
from synthetic.slv_members import list_members

MADE = datetime(2021, 3, 15, 9, 0, 0)  # noqa: DTZ001 - an export holds the wall clock of its country
WITHDRAWN = (201, 604, 977)  # numbers of households
EVERY_EDITED = 83
# the late households: have a member abroad, receive remittances
LATE = (
    (True, True),
    (False, False),
    (False, True),
    (True, True),
    (False, False),
    (False, False),
)
OLDEST = 120


def write_correction(folder: Path, survey: Survey) -> None:
    """Write the corrected export of the wave 2021."""
    draw = Draw("slv_household 2021 correction")
    main, roster, households = draw_export()
    gone = {household.uuid for household in households if household.number in WITHDRAWN}
    late = _late_households(draw, households)
    late_main, late_roster = answer(draw, late, lines_before=len(roster))
    kept = [_edited(draw, row) for row in main if row["_uuid"] not in gone]
    lines = [_with_true_age(draw, row) for row in roster if row["_submission__uuid"] not in gone]
    main, roster = _numbered([*kept, *late_main], [*lines, *late_roster])
    file = folder / "hogares_la_union_2021_correccion_synthetic.xlsx"
    write_export(file, survey, main, roster, MADE)


def _late_households(draw: Draw, households: list[Household]) -> list[Household]:
    """Make further interviews in segments that were visited already."""
    late: list[Household] = []
    for has_abroad, has_remittances in LATE:
        place = households[draw.whole(0, len(households) - 1)]
        number = len(households) + len(late) + 1
        household = Household(draw, number, place.stratum, place.segment)
        household.is_immigrant = household.is_old_form = False
        household.has_abroad, household.has_remittances = has_abroad, has_remittances
        household.knows_remittances = True
        household.lost_income = len(late) % 2 == 0
        household.members = list_members(draw, has_abroad, household.is_immigrant)
        late.append(household)
    return late


def _edited(draw: Draw, row: Row) -> Row:
    """Correct what a call back found: an income entered wrongly, an answer that was open."""
    new: dict[str, Cell] = {}
    income = row["economia/p31_ingreso"]
    if int(str(row["_index"])) % EVERY_EDITED == 0 and isinstance(income, float):
        new["economia/p31_ingreso"] = round(income + 10 * draw.whole(1, 9), 2)
        new["_validation_status"] = "validation_status_approved"
    if row["migracion/p12_remesas"] == "ns":
        new["migracion/p12_remesas"] = "no"
    return {**row, **new}


def _with_true_age(draw: Draw, row: Row) -> Row:
    if int(str(row["miembros/p05_edad"])) <= OLDEST:
        return row
    return {**row, "miembros/p05_edad": draw.whole(41, 78)}


def _numbered(main: list[Row], roster: list[Row]) -> tuple[list[Row], list[Row]]:
    """Number both sheets anew, as every export does."""
    places = {row["_uuid"]: place for place, row in enumerate(main, start=1)}
    return (
        [{**row, "_index": places[row["_uuid"]]} for row in main],
        [
            {**row, "_index": place, "_parent_index": places[row["_submission__uuid"]]}
            for place, row in enumerate(roster, start=1)
        ],
    )
