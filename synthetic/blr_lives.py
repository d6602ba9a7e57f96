"""Where the made-up residents of Belarus were born, and when and why they came.

Most of the foreign-born came from another republic of the Soviet Union, many before 1991: the
border came to them.
"""

# ruff: noqa: PLR2004, RUF001 - ages and shares of a questionnaire, whose answers are in Russian

from dataclasses import dataclass

from synthetic.draw import Draw
from synthetic.files import Cell, Row

HOME, HOME_CITIZEN, STATELESS, REFUSED = (
    "Беларусь",
    "Беларусь",
    "Без гражданства",
    "Отказ от ответа",
)
SOVIET_BIRTH = {
    "Россия": 0.55,
    "Украина": 0.24,
    "Казахстан": 0.09,
    "Литва": 0.04,
    "Латвия": 0.03,
    "Узбекистан": 0.05,
}
LATER_BIRTH = {
    "Россия": 0.24,
    "Украина": 0.26,
    "Туркменистан": 0.1,
    "Китай": 0.12,
    "Вьетнам": 0.04,
    "Сирия": 0.08,
    "Афганистан": 0.07,
    "Нигерия": 0.05,
    "Польша": 0.04,
}
FLED = {"Сирия", "Афганистан"}
REASONS = {"Работа": 0.42, "Семья": 0.37, "Учёба": 0.15, "Другое": 0.06}
LAST_SOVIET_YEAR = 1991


@dataclass(frozen=True)
class Life:
    """Answers on birth, citizenship, arrival and papers.

    Attributes:
        answers: The columns of the export.
        is_foreign: Whether the person came to the country as a foreigner.
    """

    answers: Row
    is_foreign: bool = False


def draw_life(draw: Draw, age: int, year: int) -> Life:
    """Draw where a resident of this age was born and what the questionnaire holds of it."""
    born = year - age
    kinds = {"native": 0.87, "later": 0.07, "unclear": 0.008}
    kinds |= {"soviet": 0.1, "ussr": 0.014} if born < LAST_SOVIET_YEAR else {}
    match draw.pick(kinds):
        case "native":
            citizen = draw.pick({HOME_CITIZEN: 0.992, "Россия": 0.005, STATELESS: 0.003})
            return Life({"страна_рождения": HOME, "гражданство": citizen})
        case "unclear":
            return Life({"страна_рождения": REFUSED, "гражданство": REFUSED})
        case "ussr":  # the country of one's papers, which is none of today's
            return Life({"страна_рождения": "СССР", "гражданство": HOME_CITIZEN})
        case "soviet":
            return _came_before_the_border(draw, born)
        case _:
            return _came_across_it(draw, born, year)


def _came_before_the_border(draw: Draw, born: int) -> Life:
    country = draw.pick(SOVIET_BIRTH)
    citizen = draw.pick({HOME_CITIZEN: 0.9, country: 0.08, STATELESS: 0.02})
    answers: dict[str, Cell] = {
        "страна_рождения": country,
        "гражданство": citizen,
        "год_приезда": draw.whole(born, min(born + 25, LAST_SOVIET_YEAR)),
        "документ": "Паспорт РБ" if citizen == HOME_CITIZEN else "Вид на жительство",
        "причина_приезда": draw.pick({"Семья": 0.7, "Работа": 0.2, "Учёба": 0.1}),
    }
    return Life(answers)


def _came_across_it(draw: Draw, born: int, year: int) -> Life:
    country = draw.pick(LATER_BIRTH)
    arrived = draw.whole(max(born + 1, 1995), year - 1) if born < year - 2 else year - 1
    citizen = HOME_CITIZEN if draw.chance(0.22) and country not in FLED else country
    if citizen == HOME_CITIZEN:
        document = "Паспорт РБ"
    elif country in FLED:
        document = draw.pick(
            {
                "Статус беженца": 0.3,
                "Дополнительная защита": 0.4,
                "Ходатайство о защите": 0.2,
                "Вид на жительство": 0.1,
            }
        )
    else:
        document = draw.pick(
            {"Вид на жительство": 0.52, "Разрешение на проживание": 0.45, REFUSED: 0.03}
        )
    fled = country in FLED or (country == "Украина" and arrived >= 2014 and draw.chance(0.5))
    if country == "Украина" and fled and citizen != HOME_CITIZEN and draw.chance(0.4):
        document = "Дополнительная защита"
    answers: dict[str, Cell] = {
        "страна_рождения": country,
        "гражданство": citizen,
        "год_приезда": arrived,
        "документ": document,
        "причина_приезда": "Война или преследование" if fled else draw.pick(REASONS),
    }
    return Life(answers, is_foreign=True)
