"""What a household of Chilmari and its members lived through, the same in every round.

The draws depend on the beneficiary number alone, so that a household tells the same story in both
rounds; only who has gone home meanwhile changes.
"""

# ruff: noqa: PLR2004 - ages, shares and codes of a questionnaire are what this module is made of

from dataclasses import dataclass
from datetime import date, timedelta

from synthetic.bgd_frame import Household, Member
from synthetic.draw import Draw
from synthetic.files import Cell, Row

HAZARDS = {"Flood": 0.61, "River erosion": 0.29, "Storm": 0.07, "Drought": 0.03}
DAYS_AWAY = {"Flood": (12, 95), "River erosion": (60, 420), "Storm": (5, 40), "Drought": (60, 300)}
COUNTRIES = {
    "India": 0.42,
    "Saudi Arabia": 0.2,
    "United Arab Emirates": 0.13,
    "Malaysia": 0.1,
    "Oman": 0.09,
    "Qatar": 0.06,
}
RETURN_REASONS = {
    "Contract or season ended": 0.33,
    "COVID-19": 0.25,
    "Family": 0.2,
    "Health": 0.09,
    "Sent back by the authorities": 0.05,
    "Other": 0.07,
    "Don't know": 0.01,
}
PLANS = {
    "Yes, definitely": 0.09,
    "Yes, has a plan": 0.11,
    "Thinking about it": 0.16,
    "No": 0.62,
    "Don't know": 0.02,
}


@dataclass(frozen=True)
class Life:
    """The displacement of a household in the last year, and the way home; None where none."""

    hazard: str | None
    displaced: date | None
    back: date | None


def live(home: Household, day: date) -> Life:
    """Tell what happened to a household up to the day of the interview."""
    draw = Draw(f"bgd life {home.beneficiary}")
    probability = {"low": 0.12, "medium": 0.3, "high": 0.5}[home.exposure]
    if not draw.chance(probability):
        return Life(None, None, None)
    hazard = draw.pick(HAZARDS)
    displaced = date(2020, 6, 20) + timedelta(days=int(draw.normal(32)))
    displaced = min(max(displaced, date(2020, 2, 1)), date(2020, 10, 28))
    back = displaced + timedelta(days=draw.whole(*DAYS_AWAY[hazard]))
    return Life(hazard, displaced, back if back < day else None)


def roster_row(home: Household, life: Life, line: int, day: date) -> Row:
    """Write what is asked of one member."""
    member = home.members[line - 1]
    draw = Draw(f"bgd life {home.beneficiary} {line}")
    fled = life.hazard is not None and not draw.chance(0.02)
    moved = member.age >= 1 and draw.chance(0.036)
    row: dict[str, Cell] = {
        "Line": line,
        "Name": f"Fictional Person {home.beneficiary}-{line}",
        "Sex": "Male" if member.sex == "M" else "Female",
        "Age": member.age,
        "Relation": member.relation.capitalize(),
        "Country of birth": draw.pick({"Bangladesh": 0.992, "India": 0.004, "Don't know": 0.004}),
        "Displaced": "Yes" if fled else "No",
        "Moved from another upazila": "Yes" if moved else "No",
        "That move was forced": draw.pick({"Yes": 0.38, "No": 0.62}) if moved else None,
    }
    if fled:
        row["Cause"] = life.hazard
        row["Back home"] = "Yes" if life.back else "No"
    if fled and life.back:
        row["Months since back home"] = (day - life.back).days // 30
    row |= _abroad(draw, member)
    if member.age >= 15:
        row["Plans to go abroad"] = draw.pick(PLANS)
    return row


def _abroad(draw: Draw, member: Member) -> Row:
    """Write the last stay abroad; asked at 15 and over."""
    if member.age < 15:
        return {}
    chance = 0.62 if member.sex == "M" and 18 <= member.age <= 58 else 0.03
    if not draw.chance(chance * (member.age >= 18)):
        return {"Lived abroad": "No"}
    country = draw.pick(COUNTRIES)
    longest = min(16 if country == "India" else 130, 12 * (member.age - 16))
    since = int(66 * draw.unit() ** 2)  # months before November 2020
    returned = 12 * 2020 + 9 - since
    return {
        "Lived abroad": "Yes",
        "Country abroad": country,
        "Months abroad": draw.whole(4, max(5, longest)),
        "Worked abroad": "Yes" if draw.chance(0.93) else "No",
        "Month of return": f"{returned // 12}-{returned % 12 + 1:02}",
        "Main reason of return": draw.pick(RETURN_REASONS),
    }
