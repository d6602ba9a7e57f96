"""Officials of ten communities, Kyrgyzstan: a made-up Stata file.

Everybody who answers for migrants in the ten communities was asked. All of them are eager to work
with migrants (``reference/domain.md`` 1.6); few were trained and few keep a register.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path

import pandas as pd
from migstat.declarations import Survey, TableName

from synthetic.draw import Draw
from synthetic.files import Cell
from synthetic.kgz_files import write_stata_dta
from synthetic.kgz_frame import Community, list_communities

MADE = datetime(2020, 12, 21, 9, 0)  # noqa: DTZ001 - an export holds the wall clock of its country
FIRST_DAY = date(2020, 11, 23)
AREAS = {"A": 1, "B": 2, "C": 3, "D": 4}
POSTS = {
    1: "Head of the local administration",
    2: "Chair of the local council",
    3: "Social worker",
    4: "Officer for youth and women",
    5: "Officer for land and economy",
}
VACANT = {(4, 5), (9, 4)}  # community, post
YES_NO = {1: "Yes", 2: "No"}
LABELS = {
    "off_id": "Official",
    "area": "Area (example)",
    "comm": "Community (example)",
    "off_name": "Name (fictional)",
    "off_phone": "Telephone (fictional)",
    "post": "Post",
    "int_date": "Date of the interview",
    "ready": "How eager are you to work with returned migrants?",
    "trained": "Were you trained on migration since 2019?",
    "n_post": "People in post in your unit",
    "n_trained": "Of these, trained on migration since 2019",
    "register": "Does your unit keep a register of returned migrants?",
    "reg_digital": "Is it kept in digital form?",
    "reg_detail": "Does it tell sex and migratory status?",
    "returnees": "Returned migrants that your unit counts",
    "popul": "Inhabitants of the community",
    "n_frame": "Officials in post in the area",
    "w": "Weight",
}
ANSWERS = {
    "area": {1: "Area 1", 2: "Area 2", 3: "Area 3", 4: "Area 4"},
    "post": POSTS,
    "ready": {1: "Very eager", 2: "Eager", 3: "Hesitant", 4: "Not ready"},
    "trained": YES_NO,
    "register": YES_NO,
    "reg_digital": YES_NO,
    "reg_detail": YES_NO,
}
# .a does not know, .b refused, .c not asked
MISSING = {
    "trained": ["b"],
    "n_trained": ["a"],
    "register": ["a"],
    "reg_digital": ["c"],
    "reg_detail": ["a", "c"],
    "returnees": ["a"],
}
FORMATS = {"int_date": "%td", "w": "%9.2f"}


def write_seed(folder: Path, survey: Survey) -> None:
    """Write the export of the wave 2020."""
    draw = Draw("kgz_authorities 2020")
    rows = [
        _official(draw, community, post)
        for community in list_communities()
        for post in POSTS
        if (community.number, post) not in VACANT
    ]
    header = list(survey.export.tables[TableName.INSTITUTIONS].columns)
    frame = pd.DataFrame([{column: row[column] for column in header} for row in rows])
    write_stata_dta(
        folder / "kgz_local_authorities_2020_synthetic.dta",
        frame.astype(dict.fromkeys(MISSING, object)),
        labels=LABELS,
        answers=ANSWERS,
        missing=MISSING,
        formats=FORMATS,
        made=MADE,
    )


def _in_frame(area: str) -> int:
    """Count the officials in post in an area."""
    numbers = [community.number for community in list_communities() if community.area == area]
    return len(POSTS) * len(numbers) - sum(number in numbers for number, _ in VACANT)


def _answer(draw: Draw, shares: Mapping[int | str, float]) -> int | str:
    """Draw a code, or a letter of what is missing."""
    return draw.pick(shares)


def _official(draw: Draw, community: Community, post: int) -> dict[str, Cell]:
    code = f"{community.number:02}-{post}"
    in_post = draw.whole(1, 6)
    keeps = _answer(draw, {1: 0.27, 2: 0.69, "a": 0.04})
    return {
        "off_id": code,
        "area": AREAS[community.area],
        "comm": community.number,
        "off_name": f"Вымышленное Лицо {code}",
        "off_phone": f"+996 000 00{community.number:02}{post}",
        "post": post,
        "int_date": FIRST_DAY + timedelta(days=draw.whole(0, 18)),
        "ready": draw.pick({1: 0.63, 2: 0.37}),
        "trained": _answer(draw, {1: 0.25, 2: 0.72, "b": 0.03}),
        "n_post": in_post,
        "n_trained": _answer(draw, {0: 0.62, min(1, in_post): 0.33, "a": 0.05}),
        "register": keeps,
        "reg_digital": _answer(draw, {1: 0.3, 2: 0.7}) if keeps == 1 else "c",
        "reg_detail": _answer(draw, {1: 0.4, 2: 0.5, "a": 0.1}) if keeps == 1 else "c",
        "returnees": _answer(draw, {community.returnees - draw.whole(0, 60): 0.9, "a": 0.1}),
        "popul": community.population,
        "n_frame": _in_frame(community.area),
        "w": 1.0,
    }
