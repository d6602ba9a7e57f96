"""Informal cross-border traders of Lesotho: a made-up SurveyCTO export with a violence module.

Traders are met at border crossings: area x shift clusters, one trader each. Calibrated to the
directions of ``reference/domain.md`` 1.7 alone, since the report prints no figure of its own
survey: women suffer violence at crossings more often, few traders are registered or were reached
by the stimulus, and not all were hit alike.
"""

# ruff: noqa: PLR2004 - ages and shares of a questionnaire are what this module is made of

from datetime import datetime, timedelta
from pathlib import Path

from migstat.declarations import Survey, TableName

from synthetic.draw import Draw, top_share
from synthetic.files import Cell, Row, write_statistical_csv
from synthetic.lso_answers import answer_livelihood, answer_violence

FIRST_DAY = datetime(2021, 2, 1)  # noqa: DTZ001 - an export holds the wall clock of Lesotho
AREAS = {"example_area_a": 1.35, "example_area_b": 1.0, "example_area_c": 0.7}
SHIFTS, INTERVIEWS = 11, (13, 17)
SHARE_VIOLENCE = {"female": 0.34, "male": 0.15}
DONT_KNOW, REFUSED = -88, -99


def write_seed(folder: Path, survey: Survey) -> None:
    """Write the export of the wave 2021."""
    draw = Draw("lso_traders 2021")
    rows: list[dict[str, Cell]] = []
    for place, (area, size) in enumerate(AREAS.items(), start=1):
        for shift in range(1, SHIFTS + 1):
            weight = size * draw.between(18, 34)
            for _ in range(draw.whole(*INTERVIEWS)):
                where: Row = {
                    "area": area,
                    "post_code": f"P{place}{shift % 3 + 1}",
                    "shift_id": place * 100 + shift,
                    "weight": round(weight * draw.between(0.9, 1.1), 3),
                }
                rows.append({**_meta(draw, len(rows) + 1), **where, **_person(draw, len(rows) + 1)})
    for sex, share in SHARE_VIOLENCE.items():
        _mark_violence(draw, [row for row in rows if row["sex"] == sex], share)
    _spoil(rows)
    header = list(survey.export.tables[TableName.PERSONS].columns)
    write_statistical_csv(folder / "icbt_traders_2021_synthetic.csv", header, rows)


def _meta(draw: Draw, number: int) -> Row:
    start = FIRST_DAY + timedelta(days=draw.whole(0, 38), minutes=draw.whole(360, 1020))
    end = start + timedelta(minutes=draw.whole(21, 55))
    key = f"uuid:{draw.uuid()}"
    return {
        "SubmissionDate": _clock(end + timedelta(minutes=draw.whole(5, 900))),
        "starttime": _clock(start),
        "endtime": _clock(end),
        "deviceid": f"synthetic-device-{number % 9 + 1}",
        "subscriberid": f"00000000000{number % 9 + 1}",
        "simid": f"000000000000000{number % 9 + 1}",
        "devicephonenum": f"0000-{number % 9 + 1:04}",
        "username": f"enumerator{number % 9 + 1:02}",
        "interview_date": start.date().isoformat(),
        "data_notice": "SYNTHETIC DATA, no real trader",
        "consent": 1,
        "review_status": draw.pick({"APPROVED": 0.9, "NONE": 0.1}),
        "formdef_version": 2101281530,
        "instanceID": key,
        "KEY": key,
    }


def _person(draw: Draw, number: int) -> Row:
    sex = draw.pick({"female": 0.66, "male": 0.34})
    birth = draw.pick({"LSO": 0.955, "ZAF": 0.04, "OTH": 0.005})
    return {
        "respondent_name": f"Fictitious Person {number:04}",
        "phone_number": f"000-{number:06}",
        "gpslocation": f"{draw.between(-29.9, -29.1):.4f} {draw.between(27.2, 28.0):.4f} 1600 8",
        "sex": sex,
        "age": 18 + int(46 * draw.unit() ** 1.3),
        "birth_country": birth,
        "nationality": draw.pick({"LSO": 0.9, birth: 0.1}),
        **answer_livelihood(draw, sex),
    }


def _mark_violence(draw: Draw, traders: list[dict[str, Cell]], share: float) -> None:
    """Let the wanted weighted share of those who crossed and answered report an act."""
    asked = [t for t in traders if t["crossed_12m"] == 1]
    answering = [t for t in asked if not draw.chance(0.025)]
    for trader in asked:
        trader["pr_private"] = 1 if trader in answering else 0
    scores = [draw.normal() for _ in answering]
    weights = [float(str(t["weight"])) for t in answering]
    for trader, suffered in zip(answering, top_share(scores, weights, share), strict=True):
        trader.update(answer_violence(draw, str(trader["sex"]), suffered=suffered))


def _spoil(rows: list[dict[str, Cell]]) -> None:
    """Put in what the office of such a survey has to clear away."""
    rows[7] |= {"username": "test", "review_status": "REJECTED", "respondent_name": "TEST TEST"}
    rows[150] |= {"review_status": "REJECTED"}
    rows[233] |= {"age": 6}
    rows[301] |= {"weight": -1.0}
    rows[340] |= {"other_comment": "=HYPERLINK(0) made-up text\nin two lines"}


def _clock(moment: datetime) -> str:
    """Write a moment as SurveyCTO does: Oct 10, 2015 6:26:24 PM."""
    hour, half = moment.hour % 12 or 12, "PM" if moment.hour >= 12 else "AM"
    month = ("Jan", "Feb", "Mar", "Apr")[moment.month - 1]
    return f"{month} {moment.day}, {moment.year} {hour}:{moment:%M:%S} {half}"
