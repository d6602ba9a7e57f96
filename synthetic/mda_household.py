"""Households of Moldova with their absent members: a made-up pair of Stata files.

Stratified two-stage sample: region x urban/rural, clusters, then households. Calibrated to
``reference/domain.md`` 1.8: one in three working-age nationals of the rosters lives abroad; the
pandemic cost work.
"""

# ruff: noqa: PLR2004 - ages, shares and codes of a questionnaire are what this module is made of

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

from migstat.declarations import Survey, TableName

from synthetic.draw import Draw, top_share
from synthetic.files import Cell, Row
from synthetic.mda_dta import DONT_KNOW, NOT_ASKED, write_stata_dta
from synthetic.mda_members import Member, absent_row, list_members, present_row

MADE = datetime(2021, 6, 1, 9, 0, 0)  # noqa: DTZ001 - a file holds the wall clock of its country
FIRST_DAY = date(2021, 4, 5)
SHARE_ABROAD = 1 / 3
REGIONS, CLUSTERS, HOUSEHOLDS = 4, 9, (7, 9)
WORKING_AGE = range(15, 65)
HOUSEHOLD_LABELS = {
    "nota": "SYNTHETIC DATA: made up by a generator",
    "hhid": "Numărul gospodăriei",
    "h_plecat": "Un membru al gospodăriei locuiește în străinătate",
    "h_remit": "A primit bani sau bunuri din străinătate în ultimele 12 luni",
    "h_remit_suma": "Remitențe pe lună, lei",
    "h_venit": "Venitul total pe lună cu remitențe, lei",
    "h_evacuat": "Nevoită să părăsească locuința în ultimele 12 luni",
}
PERSON_LABELS = {
    "nota": "SYNTHETIC DATA: made up by a generator",
    "hhid": "Numărul gospodăriei",
    "linie": "Numărul membrului",
    "varsta": "Vârsta în ani împliniți",
    "loc_trai": "Unde locuiește membrul",
    "cost_recr": "Costul recrutării plătit, euro",
    "venit1": "Câștigul primei luni în străinătate, euro",
}


@dataclass
class Household:
    """One interview: where it is, what it stands for and who belongs to it."""

    number: int
    region: int
    kind: int
    cluster: int
    weight: float
    effect: float
    day: date
    members: list[Member] = field(default_factory=list)

    @property
    def code(self) -> str:
        """The number on the questionnaire."""
        return f"MD{self.number:05}"


def write_seed(folder: Path, survey: Survey) -> None:
    """Write the two files of the wave 2021."""
    draw = Draw("mda_household 2021")
    households = _draw_households(draw)
    for household in households:
        household.members = list_members(draw)
    _send_abroad(draw, households)
    homes: list[Row] = []
    roster: list[Row] = []
    for household in households:
        homes.append(_home_row(draw, household))
        for line, member in enumerate(household.members, start=1):
            who: Row = {"nota": "SYNTHETIC", "hhid": household.code, "linie": line}
            named = {"nume": f"Persoană Fictivă {household.number:04}-{line}"}
            answers = (
                absent_row(draw, member)
                if member.is_absent
                else present_row(draw, member, household.day)
            )
            roster.append({**who, **named, **answers})
    tables = survey.export.tables
    for name, file, rows, labels in (
        (TableName.HOUSEHOLDS, "gospodarii_2021_synthetic.dta", homes, HOUSEHOLD_LABELS),
        (TableName.PERSONS, "membri_2021_synthetic.dta", roster, PERSON_LABELS),
    ):
        write_stata_dta(folder / file, list(tables[name].columns), rows, labels, MADE)


def _draw_households(draw: Draw) -> list[Household]:
    found: list[Household] = []
    for region in range(1, REGIONS + 1):
        for kind in (1, 2):
            for cluster in range(1, CLUSTERS + 1):
                weight, effect = draw.between(310, 690), draw.normal(0.35)
                for _ in range(draw.whole(*HOUSEHOLDS)):
                    found.append(
                        Household(
                            number=len(found) + 1,
                            region=region,
                            kind=kind,
                            cluster=region * 1000 + kind * 100 + cluster,
                            weight=round(weight * draw.between(0.95, 1.05), 2),
                            effect=effect + 0.3 * (kind == 2),
                            day=FIRST_DAY + timedelta(days=draw.whole(0, 46)),
                        )
                    )
    return found


def _send_abroad(draw: Draw, households: list[Household]) -> None:
    """Mark working-age nationals as absent, to the weighted share wanted of all of them.

    Heads stay, since somebody must answer; so the share among the others is higher.
    """
    nationals = [
        (household, member)
        for household in households
        for member in household.members
        if member.is_national and member.age in WORKING_AGE
    ]
    movable = [(h, m) for h, m in nationals if not m.is_head and m.age >= 18 and m.kind == "native"]
    weights = [h.weight for h, _ in movable]
    share = SHARE_ABROAD * sum(h.weight for h, _ in nationals) / sum(weights)
    scores = [h.effect + draw.normal(0.8) - 0.02 * abs(m.age - 34) for h, m in movable]
    for (_, member), goes in zip(movable, top_share(scores, weights, share), strict=True):
        if goes:
            member.is_absent = True


def _home_row(draw: Draw, household: Household) -> Row:
    has_abroad = any(member.is_absent for member in household.members)
    earned = draw.whole(1800, 9500)
    row: dict[str, Cell] = {
        "nota": "SYNTHETIC",
        "hhid": household.code,
        "regiune": household.region,
        "mediu": household.kind,
        "strat": household.region * 10 + household.kind,
        "psu": household.cluster,
        "data_int": household.day,
        "pondere": household.weight,
        "nume_cap": f"Persoană Fictivă {household.number:04}-1",
        "telefon": f"0000-{household.number:05}",
        "adresa": f"Strada Exemplu {household.number}",
        "h_nr_membri": len(household.members),
        "h_plecat": 1 if has_abroad else 2,
        "h_remit": _remittances(draw, has_abroad),
        "h_remit_suma": NOT_ASKED,
        "h_venit": earned,
        **_evacuation(draw),
    }
    if row["h_remit"] == 1:
        sent = 50 * draw.whole(16, 130)
        row |= {"h_remit_suma": sent, "h_venit": earned + sent}
    if draw.chance(0.012):
        row["h_venit"] = DONT_KNOW
    return row


def _remittances(draw: Draw, has_abroad: bool) -> int | str:
    if draw.chance(0.006):
        return DONT_KNOW
    return 1 if draw.chance(0.58 if has_abroad else 0.07) else 2


def _evacuation(draw: Draw) -> Row:
    shares: dict[int | str, float] = {1: 0.021, 2: 0.975, DONT_KNOW: 0.004}
    left = draw.pick(shares)
    if left != 1:
        return {"h_evacuat": left, "h_hazard": NOT_ASKED}
    return {"h_evacuat": left, "h_hazard": draw.pick({1: 0.6, 2: 0.08, 3: 0.22, 4: 0.1})}
