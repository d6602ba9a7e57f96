"""Attitudes to migrants in Belarus: a made-up export of a Russian-language survey tool.

Stratified clusters, one resident of 15 and over each. Calibrated to the directions of
``reference/domain.md`` 1.2 alone, since the report prints no figure: attitudes are positive
overall, less so towards people from Asia and Africa than towards Europeans, and the foreign-born
find work less often.
"""

# ruff: noqa: PLR2004, RUF001 - ages and shares of a questionnaire, whose answers are in Russian

from datetime import date, timedelta
from pathlib import Path

from migstat.declarations import Survey, TableName

from synthetic.blr_lives import Life, draw_life
from synthetic.draw import Draw
from synthetic.files import Cell, Row, write_spreadsheet_csv

FIRST_DAY, DAYS = date(2020, 12, 1), 55
REGIONS = {"А": 1.0, "Б": 0.93, "В": 1.12, "Г": 0.88, "Д": 1.05, "Е": 1.2}
KINDS = {"Город": ("г", 5, 1.15), "Село": ("с", 4, 0.8)}
INTERVIEWS = (13, 17)
DONT_KNOW, REFUSED = "Затрудняюсь ответить", "Отказ от ответа"
AGREEMENT = (
    "Совершенно не согласен",
    "Скорее не согласен",
    "И согласен, и не согласен",
    "Скорее согласен",
    "Полностью согласен",
)
# group of origin: how far the mean of its items lies above the middle of the scale
GROUPS = {"евр": 0.78, "снг": 0.7, "азия": -0.12, "афр": -0.2, "др": 0.3}
NEGATIVE_ITEMS = (3, 4)
# keyed with a Latin letter for the Cyrillic one: looks right, is another answer
LATIN_C, TYPING_ERRORS = "Cкорее согласен", {57, 311, 640}
EDUCATION = {
    "Начальное": 0.03,
    "Базовое": 0.09,
    "Общее среднее": 0.21,
    "Профессионально-техническое": 0.19,
    "Среднее специальное": 0.23,
    "Высшее": 0.24,
    REFUSED: 0.01,
}


def write_seed(folder: Path, survey: Survey) -> None:
    """Write the export of the wave 2020."""
    draw = Draw("blr_attitudes 2020")
    rows: list[Row] = []
    for order, (region, size) in enumerate(REGIONS.items(), start=1):
        for kind, (mark, points, share) in KINDS.items():
            for point in range(1, points + 1):
                effect = draw.normal(0.16)
                for _ in range(draw.whole(*INTERVIEWS)):
                    place = {
                        "регион": f"Область-пример {region}",
                        "тип_поселения": kind,
                        "страта": f"{order}{mark}",
                        "точка_опроса": f"{order}{mark}{point:02}",
                        "вес": _comma(size * share * draw.between(0.7, 1.3)),
                    }
                    rows.append({**place, **_answers(draw, len(rows) + 1, effect)})
    header = list(survey.export.tables[TableName.PERSONS].columns)
    file = folder / "opros_otnoshenie_2020_synthetic.csv"
    write_spreadsheet_csv(file, header, rows, encoding="windows-1251")


def _answers(draw: Draw, number: int, effect: float) -> Row:
    age = 15 + int(68 * draw.unit() ** 1.15)
    day = FIRST_DAY + timedelta(days=draw.whole(0, DAYS))
    life = draw_life(draw, age, day.year)
    return {
        "номер_анкеты": f"BY-2020-{number:05}",
        "дата_интервью": day.isoformat(),
        "источник": "СИНТЕТИЧЕСКИЕ ДАННЫЕ",
        "имя": f"Вымышленное Лицо {number:05}",
        "телефон": f"+000 00 {number:07}",
        "пол": draw.pick({"Мужской": 0.45, "Женский": 0.545, REFUSED: 0.005}),
        "возраст": age,
        "образование": draw.pick(EDUCATION) if age > 22 else "Общее среднее",
        **life.answers,
        **_work_and_services(draw, age, life),
        **_attitudes(draw, effect, age),
        **({"отн_др_1": LATIN_C} if number in TYPING_ERRORS else {}),
        "комментарий": "Выдуманный текст; «в кавычках»" if number % 89 == 0 else None,
    }


def _work_and_services(draw: Draw, age: int, life: Life) -> Row:
    activities = {
        "Работаю": 0.62 if age < 62 else 0.12,
        "Ищу работу и готов(а) приступить": (0.075 if life.is_foreign else 0.032) * (age < 62),
        "Учусь": 0.85 if age < 22 else 0.0,
        "На пенсии": 0.02 if age < 58 else 1.4,
        "Веду домашнее хозяйство": 0.09,
        REFUSED: 0.006,
    }
    activity = draw.pick(activities)
    needed = draw.pick({"Да": 0.34, "Нет": 0.65, DONT_KNOW: 0.01})
    felt = draw.pick(
        {"Да": 0.27 if life.is_foreign else 0.09, "Нет": 0.8, DONT_KNOW: 0.01, REFUSED: 0.01}
    )
    row: dict[str, Cell] = {
        "занятость": activity,
        "пособие": draw.pick({"Да": 0.75 if age > 60 else 0.21, "Нет": 0.7, DONT_KNOW: 0.01}),
        "соцстрах": draw.pick({"Да": 0.86, "Нет": 0.12, DONT_KNOW: 0.02})
        if activity == "Работаю"
        else "Нет",
        "нужна_помощь": needed,
        "дискриминация": felt,
    }
    if needed == "Да":
        obtained = 0.66 if life.is_foreign else 0.83
        row["получил_помощь"] = draw.pick({"Да": obtained, "Нет": 1 - obtained, DONT_KNOW: 0.01})
    if felt == "Да":
        row["дискриминация_мигрант"] = (
            draw.pick({"Да": 0.62, "Нет": 0.38}) if life.is_foreign else "Нет"
        )
    return row


def _attitudes(draw: Draw, effect: float, age: int) -> Row:
    """Answer four items on each group; the third and fourth are worded against it."""
    own = effect + draw.normal(0.55) - 0.004 * (age - 45)
    is_hasty = draw.chance(0.02)  # leaves most of the block empty: no score can be made of it
    row: dict[str, Cell] = {}
    for group, above in GROUPS.items():
        liking = above + own + draw.normal(0.35)
        for item in (1, 2, 3, 4):
            score = round(3 + liking + draw.normal(0.7))
            score = min(5, max(1, score))
            worded = 6 - score if item in NEGATIVE_ITEMS else score
            is_left_out = draw.chance(0.7 if is_hasty else 0.015)
            row[f"отн_{group}_{item}"] = DONT_KNOW if is_left_out else AGREEMENT[worded - 1]
    return row


def _comma(number: float) -> str:
    return f"{number:.4f}".replace(".", ",")
