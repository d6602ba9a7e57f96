"""Household vulnerability ranking (DBT), Chilmari: a made-up SurveyCTO wide export.

Every household of the frame is ranked. Members stand in repeats widened to ``name_1``, ``name_2``;
dates read ``Nov 12, 2020 6:26:24 PM``. The report gives no figure (``reference/domain.md`` 1.1);
the food and coping answers follow from the score, so that who is ranked higher eats worse.
"""

# ruff: noqa: PLR2004 - days, shares and codes of a questionnaire are what this module is made of

import csv
import io
from datetime import datetime, timedelta
from pathlib import Path

from migstat.declarations import Survey, TableName

from synthetic.bgd_frame import Household, list_households
from synthetic.draw import Draw
from synthetic.files import Cell, Row

FIRST_DAY = datetime(2020, 11, 8)  # noqa: DTZ001 - an export holds the wall clock of its country
MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec"
MEMBERS = 10  # the form has room for this many
MEMBER_ITEMS = ("mem_name", "mem_sex", "mem_age", "mem_relation", "mem_school")
WATER = {"tubewell": 0.9, "piped": 0.03, "river": 0.05, "well_open": 0.02}
YES_NO = {"yes": "হ্যাঁ", "no": "না"}  # what the first version of the form stored instead
# strategy: probability of using it where the score is 50
STRATEGIES = {
    "lcs_stress_1_sold_assets": 0.24,
    "lcs_stress_2_spent_savings": 0.38,
    "lcs_stress_3_borrowed": 0.47,
    "lcs_stress_4_sold_animals": 0.21,
    "lcs_crisis_1_sold_productive": 0.11,
    "lcs_crisis_2_cut_health": 0.17,
    "lcs_crisis_3_school_dropout": 0.08,
    "lcs_emergency_1_sold_land": 0.04,
    "lcs_emergency_2_begged": 0.03,
    "lcs_emergency_3_last_animal": 0.05,
}
# food group: days a week in a household of score 50, how fast they fall with the score
FOODS = {
    "fcs_cereals": (7.4, 0.2),
    "fcs_pulses": (3.2, 1.1),
    "fcs_dairy": (1.2, 0.9),
    "fcs_meat_fish": (2.6, 1.2),
    "fcs_vegetables": (4.6, 0.8),
    "fcs_fruit": (1.3, 0.8),
    "fcs_oil": (6.2, 0.6),
    "fcs_sugar": (2.0, 0.8),
}
# coping with too little food: days a week where the score is 50
COPING = {
    "rcsi_less_preferred": 2.0,
    "rcsi_borrow": 0.8,
    "rcsi_limit_portion": 1.3,
    "rcsi_restrict_adults": 0.6,
    "rcsi_fewer_meals": 0.9,
}


def write_seed(folder: Path, survey: Survey) -> None:
    """Write the export of the wave 2020."""
    draw = Draw("bgd_dbt 2020")
    rows = [_row(draw, n, home) for n, home in enumerate(list_households(), start=1)]
    file = folder / "DBT_household_ranking_Chilmari_WIDE_2020_synthetic.csv"
    _write_surveycto_csv(file, _header(survey), rows)


def _header(survey: Survey) -> list[str]:
    """Columns in the order of the tool: the form's, then its repeats, then its own keys."""
    main = list(survey.export.tables[TableName.HOUSEHOLDS].columns)
    repeats = [f"{item}_{n}" for n in range(1, MEMBERS + 1) for item in MEMBER_ITEMS]
    place = main.index("instanceID")
    return [*main[:place], *repeats, *main[place:]]


def _row(draw: Draw, number: int, home: Household) -> Row:
    start = FIRST_DAY + timedelta(days=draw.whole(0, 33), minutes=draw.whole(480, 1020))
    start += timedelta(seconds=draw.whole(0, 59))
    end = start + timedelta(minutes=draw.whole(28, 75))
    is_first_form = start < FIRST_DAY + timedelta(days=3)
    key = f"uuid:{draw.uuid()}"
    return {
        "SubmissionDate": _moment(end + timedelta(hours=draw.whole(1, 30))),
        "CompletionDate": _moment(end),
        "starttime": _moment(start),
        "endtime": _moment(end),
        "deviceid": f"SYNTHETIC-{draw.whole(1, 24):02}",
        "subscriberid": f"0000000{draw.whole(1, 24):02}",
        "simid": f"89000000000{draw.whole(1, 24):02}",
        "devicephonenum": f"+880 0000 {draw.whole(0, 999_999):06}",
        "username": f"enumerator{draw.whole(1, 24):02}",
        "form_notice": "SYNTHETIC DATA",
        "beneficiary_id": home.beneficiary,
        "union_label": f"Example union {home.union}",
        "village_code": f"{home.union}{home.village:02}",
        "resp_name": f"Fictional Person {number:04}",
        "resp_phone": f"+880 0000 {number:06}",
        "gps-Latitude": round(25.56 + draw.between(-0.08, 0.08), 6),
        "gps-Longitude": round(89.69 + draw.between(-0.07, 0.07), 6),
        "gps-Altitude": draw.whole(18, 32),
        "gps-Accuracy": round(draw.between(3, 12), 1),
        "head_sex": "male" if home.members[0].sex == "M" else "female",
        "mem_count": len(home.members),
        **_members(draw, number, home),
        **_means(draw, home),
        **{name: _days(draw, *days, home.score) for name, days in FOODS.items()},
        **{name: _coping(draw, days, home.score) for name, days in COPING.items()},
        **{name: _strategy(draw, p, home.score) for name, p in STRATEGIES.items()},
        **_services(draw, home, is_first_form=is_first_form),
        "hazard_exposure": home.exposure,
        "vulnerability_score": home.score,
        "hh_weight": home.weight,
        "comments": "Invented text, with a comma" if number % 97 == 0 else None,
        "formdef_version": "2011051" if is_first_form else "2011082",
        "review_status": "REJECTED" if number % 83 == 0 else "APPROVED",
        "instanceID": key,
        "KEY": key,
    }


def _members(draw: Draw, number: int, home: Household) -> Row:
    row: dict[str, Cell] = {}
    for n, member in enumerate(home.members, start=1):
        row[f"mem_name_{n}"] = f"Fictional Person {number:04}-{n}"
        row[f"mem_sex_{n}"] = "male" if member.sex == "M" else "female"
        row[f"mem_age_{n}"] = 142 if (number, n) == (211, 2) else member.age
        row[f"mem_relation_{n}"] = "dk" if draw.chance(0.004) else member.relation
        if 5 <= member.age <= 24:
            row[f"mem_school_{n}"] = draw.pick({"yes": 0.71, "no": 0.28, "dk": 0.01})
    return row


def _means(draw: Draw, home: Household) -> Row:
    had_income = draw.chance(0.955)
    fell = 0.55 + (home.score - 50) / 120
    change = {
        "much_lower": fell * 0.45,
        "lower": fell * 0.55,
        "same": 0.95 - fell,
        "higher": 0.05,
        "dk": 0.012,
    }
    return {
        "income_before_march": "yes" if had_income else "no",
        "income_change_covid": draw.pick(change) if had_income else None,
        "contributes_pension": draw.pick({"yes": 0.03, "no": 0.965, "dk": 0.005}),
    }


def _services(draw: Draw, home: Household, *, is_first_form: bool) -> Row:
    poor = (home.score - 50) / 100
    toilets = {
        "pit_slab": 0.5 - poor,
        "flush": 0.14 - poor / 5,
        "pit_open": 0.26,
        "none": 0.1 + poor / 5,
    }
    row: dict[str, Cell] = {
        "water_source": draw.pick(WATER),
        "water_minutes": draw.whole(0, 22) if draw.chance(0.9 - poor / 4) else draw.whole(31, 70),
        "toilet_type": draw.pick(toilets),
        "toilet_shared": draw.pick({"no": 0.76, "yes": 0.24}),
        "electricity": draw.pick({"yes": 0.79 - poor / 2, "no": 0.21 + poor / 2}),
        "safety_net": draw.pick({"yes": 0.36 + poor / 3, "no": 0.63 - poor / 3, "dk": 0.01}),
    }
    if row["toilet_type"] == "none":
        row["toilet_shared"] = None
    if is_first_form:
        for name in ("electricity", "safety_net"):
            row[name] = YES_NO.get(str(row[name]), row[name])
    return row


def _days(draw: Draw, base: float, slope: float, score: float) -> int | None:
    """Days of the last seven; the tool leaves an item empty where the answer is refused."""
    if draw.chance(0.003):
        return None
    days = base - slope * (score - 50) / 14 + draw.normal(1.1)
    return min(7, max(0, round(days)))


def _coping(draw: Draw, base: float, score: float) -> int:
    return min(7, max(0, round(base * (1 + (score - 50) / 22) + draw.normal(0.9))))


def _strategy(draw: Draw, probability: float, score: float) -> str:
    used = min(0.9, max(0.01, probability * (1 + (score - 50) / 25)))
    return draw.pick(
        {
            "yes": used,
            "no_exhausted": used / 5,
            "not_applicable": 0.08,
            "no": 0.92 - used,
            "dk": 0.003,
        }
    )


def _moment(at: datetime) -> str:
    """Write a moment as SurveyCTO does: ``Oct 10, 2015 6:26:24 PM``."""
    month = MONTHS[3 * at.month - 3 : 3 * at.month]
    half = "AM" if at.hour < 12 else "PM"
    return f"{month} {at.day}, {at.year} {(at.hour - 1) % 12 + 1}:{at:%M:%S} {half}"


def _write_surveycto_csv(file: Path, header: list[str], rows: list[Row]) -> None:
    """Write CSV with every cell in quotes, UTF-8 without BOM, lines ended by LF."""
    text = io.StringIO()
    writer = csv.DictWriter(text, header, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    file.write_bytes(text.getvalue().encode("utf-8"))
