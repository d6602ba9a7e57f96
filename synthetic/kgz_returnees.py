"""Returned migrants of ten communities, Kyrgyzstan, two waves: a made-up Survey Solutions export.

Returnees on the list of each community, drawn at random; everybody is a returnee by design.
Calibrated to ``reference/domain.md`` 1.6: 80 % would invest at home, few got support from the
local government, and it is trusted less than the other local actors.
"""

from datetime import date, datetime, timedelta
from pathlib import Path

from migstat.declarations import Survey, TableName

from synthetic.draw import Draw, top_share
from synthetic.files import Cell, Row
from synthetic.kgz_files import write_survey_solutions_zip
from synthetic.kgz_frame import Community, list_communities

WAVES = {
    # first day, last day of fieldwork, share willing to invest, share with plans to leave again
    "2020": (date(2020, 11, 16), 25, 0.80, 0.34),
    "2021": (date(2021, 4, 5), 25, 0.80, 0.43),
}
RENAMED = {"2021": {"invest_interest": "invest_local"}}
INTERVIEWS = (43, 48)  # approved ones, per community
YES, NO, DONT_KNOW = 1, 2, 9
UNANSWERED = -999_999_999  # asked and left open, of a number
UNANSWERED_TEXT = "##N/A##"
LEFT_OPEN = {"age": 113, "months_abroad": 97, "return_date": 151}  # every so many interviews
APPROVED, OTHER_STATES = {120: 0.2, 130: 0.8}, {65: 0.4, 100: 0.4, 125: 0.2}
# Cyrillic letters that look like the Latin ones
LOOKALIKES = {"A": "\u0410", "B": "\u0412", "C": "\u0421"}
TRUST = {
    "trust_local_gov": 0.23,
    "trust_elders": 0.72,
    "trust_religious": 0.55,
    "trust_ngo": 0.47,
    "trust_school": 0.69,
}
# provider: share of all returnees it supported
SUPPORT = {1: 0.03, 2: 0.03, 3: 0.025, 4: 0.035, 5: 0.03, 6: 0.01}


def write_first_wave(folder: Path, survey: Survey) -> None:
    """Write the export of the wave 2020."""
    _write_wave(folder, survey, "2020")


def write_second_wave(folder: Path, survey: Survey) -> None:
    """Write the export of the wave 2021; one question has a new name in it."""
    _write_wave(folder, survey, "2021")


def _write_wave(folder: Path, survey: Survey, wave: str) -> None:
    first_day, days, investing, _ = WAVES[wave]
    draw = Draw(f"kgz_returnees {wave}")
    rows = [
        _interview(draw, wave, community, number, is_approved=is_approved, listed=approved)
        for community in list_communities()
        for approved in [draw.whole(*INTERVIEWS)]
        for number in range(1, approved + 3)
        for is_approved in [number <= approved]
    ]
    _mark_investors(draw, rows, investing)
    for column, every in LEFT_OPEN.items():
        for row in rows[every - 1 :: every]:
            row[column] = UNANSWERED_TEXT if column == "return_date" else UNANSWERED
    renames = RENAMED.get(wave, {})
    columns = survey.export.tables[TableName.PERSONS].columns
    write_survey_solutions_zip(
        folder / f"kgz_returnees_{wave}_Tabular_All_synthetic.zip",
        "kgz_returnees",
        [renames.get(column, column) for column in columns],
        [{renames.get(name, name): value for name, value in row.items()} for row in rows],
        made=datetime.combine(first_day + timedelta(days=days + 4), datetime.min.time()),
    )


def _interview(
    draw: Draw, wave: str, community: Community, number: int, *, is_approved: bool, listed: int
) -> dict[str, Cell]:
    first_day, days, _, leaving = WAVES[wave]
    at = datetime.combine(first_day, datetime.min.time())
    at += timedelta(days=draw.whole(0, days), minutes=draw.whole(540, 1050))
    who = f"{community.number:02}-{number:02}"
    key = [draw.whole(10, 99) for _ in range(4)]
    area = community.area
    is_cyrillic = area in LOOKALIKES and draw.chance(0.06)
    return {
        "interview__key": "-".join(map(str, key)),
        "interview__id": draw.uuid().replace("-", ""),
        "assignment__id": 100 + community.number,
        "area": LOOKALIKES[area] if is_cyrillic else area,
        "community": community.number,
        "listed_returnees": community.returnees,
        "interview_date": f"{at:%Y-%m-%dT%H:%M:%S}",
        "resp_name": f"Вымышленное Лицо {who}",
        "resp_phone": f"+996 000 {draw.whole(0, 999_999):06}",
        "gps__Latitude": round(41.2 + draw.between(-1, 1), 6),
        "gps__Longitude": round(74.6 + draw.between(-2, 2), 6),
        "gps__Accuracy": round(draw.between(3, 20), 1),
        "gps__Altitude": draw.whole(700, 2_100),
        "gps__Timestamp": f"{at:%Y-%m-%dT%H:%M:%S}",
        **_person(draw),
        **_stay_abroad(draw, at.date()),
        **_work(draw),
        **{item: _trust(draw, share) for item, share in TRUST.items()},
        **_support(draw),
        "plan_abroad": draw.pick({1: leaving * 0.6, 2: leaving * 0.4, 3: 0.97 - leaving, 9: 0.03}),
        "comments": "Выдуманный текст" if number % 40 == 0 else UNANSWERED_TEXT,
        "weight": round(community.returnees / listed, 4),
        "sssys_irnd": f"{draw.unit():.10f}",
        "has__errors": 0,
        "interview__status": draw.pick(APPROVED if is_approved else OTHER_STATES),
    }


def _person(draw: Draw) -> Row:
    is_woman = draw.chance(0.34)
    age = 18 + int(46 * draw.unit() ** 1.5)
    return {
        "sex": 2 if is_woman else 1,
        "age": age,
        "birth_country": draw.pick({1: 0.955, 2: 0.025, 3: 0.01, 4: 0.01}),
        "citizenship": draw.pick({1: 0.95, 2: 0.05}),
        "education": draw.pick({1: 0.02, 2: 0.11, 3: 0.62, 4: 0.25}),
        "urban": draw.pick({1: 0.12, 2: 0.88}),
    }


def _stay_abroad(draw: Draw, day: date) -> Row:
    """Write the last stay and the return from it."""
    months_back = 1 + int(20 * draw.unit() ** 1.6)
    month = 12 * day.year + day.month - 1 - months_back
    returned = date(month // 12, month % 12 + 1, draw.whole(1, 28)).isoformat()
    return {
        "destination": draw.pick({1: 0.79, 2: 0.11, 3: 0.06, 4: 0.02, 5: 0.02}),
        "months_abroad": draw.whole(3, 120),
        "worked_abroad": YES if draw.chance(0.92) else NO,
        "return_date": returned,
        "return_reason": draw.pick({1: 0.52, 2: 0.19, 3: 0.13, 4: 0.07, 5: 0.06, 6: 0.03}),
        "return_mode": draw.pick({1: 0.38, 2: 0.05, 3: 0.08, 4: 0.48, 9: 0.01}),
    }


def _work(draw: Draw) -> Row:
    worked = draw.chance(0.89)
    return {
        "worked_before": YES if worked else NO,
        "lost_work": draw.pick({YES: 0.63, NO: 0.36, DONT_KNOW: 0.01}) if worked else None,
        "account__1": int(draw.chance(0.33)),
        "account__2": int(draw.chance(0.38)),
    }


def _trust(draw: Draw, share: float) -> int:
    """Trust on four points: 3 and 4 tend to trust; 9 does not know."""
    return draw.pick(
        {
            1: (1 - share) * 0.45,
            2: (1 - share) * 0.55,
            3: share * 0.7,
            4: share * 0.3,
            DONT_KNOW: 0.012,
            UNANSWERED: 0.003,
        }
    )


def _support(draw: Draw) -> Row:
    """Write a question with several answers as the tool does: a column of 0 and 1 for each."""
    given = {provider: draw.chance(share) for provider, share in SUPPORT.items()}
    ticked = {f"support__{provider}": int(is_so) for provider, is_so in given.items()}
    providers = [provider for provider, is_so in given.items() if is_so]
    if not providers:
        return {"support_any": NO}
    main = providers[draw.whole(0, len(providers) - 1)]
    return {"support_any": YES, **ticked, "support_main": main}


def _mark_investors(draw: Draw, rows: list[dict[str, Cell]], share: float) -> None:
    """Give 1 and 2 (very interested, interested) to the wanted share of those who answer."""
    answering = [row for row in rows if row["interview__status"] in APPROVED]
    answering = [row for row in answering if not draw.chance(0.01)]
    scores = [draw.normal() + (row["trust_local_gov"] in {3, 4}) for row in answering]
    weights = [float(str(row["weight"])) for row in answering]
    marks = dict(zip(map(id, answering), top_share(scores, weights, share), strict=True))
    for row in rows:
        is_investor = marks.get(id(row))
        interested, others = {1: 0.45, 2: 0.55}, {3: 0.7, 4: 0.3}
        row["invest_interest"] = (
            DONT_KNOW if is_investor is None else draw.pick(interested if is_investor else others)
        )
