"""Moldova's diaspora: a made-up export of a web form that could be filled in in three languages.

No sample was drawn: whoever saw the link could answer. Calibrated to the direction of
``reference/domain.md`` 1.8 alone: the pandemic cost many migrants work and wages.
"""

from datetime import datetime, timedelta
from pathlib import Path

from migstat.declarations import Survey, TableName

from synthetic.draw import Draw
from synthetic.files import Cell, Row, write_spreadsheet_csv
from synthetic.mda_languages import (
    ACTIVITY,
    COUNTRIES,
    EDUCATION,
    INCOME,
    INTEREST,
    LANGUAGES,
    NO,
    REASONS,
    REFUSED,
    SEX,
    YES,
    Answer,
)

FIRST_DAY = datetime(2021, 3, 1)  # noqa: DTZ001 - an export holds the wall clock of its country
ANSWERS = 420
RESIDENCE = {
    "ITA": 0.24,
    "DEU": 0.15,
    "GBR": 0.12,
    "FRA": 0.11,
    "ROU": 0.09,
    "RUS": 0.1,
    "PRT": 0.05,
    "ISR": 0.04,
    "IRL": 0.03,
    "CAN": 0.02,
    "USA": 0.03,
    "XXF": 0.02,
}


class Form:
    """A form filled in in one language."""

    def __init__(self, draw: Draw) -> None:
        """Draw the language."""
        self.draw = draw
        self.language = draw.pick({"ro": 0.66, "ru": 0.22, "en": 0.12})

    def say(self, answer: Answer) -> str:
        """Give an answer in the language of the form."""
        return answer[LANGUAGES.index(self.language)]

    def choose(self, answers: dict[str, Answer], shares: dict[str, float]) -> str:
        """Draw one of the answers; sometimes none is given."""
        picked = self.draw.pick(shares)
        return self.say(REFUSED if self.draw.chance(0.006) else answers[picked])

    def agree(self, share: float) -> str:
        """Answer yes or no."""
        return self.say(YES if self.draw.chance(share) else NO)


def write_seed(folder: Path, survey: Survey) -> None:
    """Write the export of the wave 2021."""
    draw = Draw("mda_diaspora 2021")
    rows: list[dict[str, Cell]] = [dict(_answer(draw, number)) for number in range(1, ANSWERS + 1)]
    _spoil(rows)
    header = list(survey.export.tables[TableName.PERSONS].columns)
    file = folder / "chestionar_diaspora_2021_synthetic.csv"
    write_spreadsheet_csv(file, header, rows, encoding="utf-16", delimiter="\t")


def _answer(draw: Draw, number: int) -> Row:
    form = Form(draw)
    sent = FIRST_DAY + timedelta(days=draw.whole(0, 58), minutes=draw.whole(360, 1430))
    return {
        "id_raspuns": 40_000 + 3 * number,
        "data_trimiterii": f"{sent:%Y-%m-%d %H:%M:%S}",
        "limba": form.language,
        "nota": "SYNTHETIC",
        "acord": form.say(YES),
        "nume": f"Persoană Fictivă {number:04}",
        "email": f"synthetic{number:04}@example.org",
        "adresa_ip": f"192.0.2.{number % 250 + 1}",
        **_who(form),
        **_work(form),
        "q20_investitii": form.choose(
            INTEREST, {"VERY": 0.19, "YES": 0.3, "LITTLE": 0.28, "NOT": 0.23}
        ),
        "q21_trimite_bani": form.agree(0.61),
        "q22_comentariu": "=1+1 text inventat\nîn două rânduri 🙂" if number % 71 == 0 else None,
    }


def _who(form: Form) -> Row:
    draw = form.draw
    is_double = draw.chance(0.38)
    birth = draw.pick({"MDA": 0.965, "UKR": 0.015, "RUS": 0.015, "ROU": 0.005})
    born = 2021 - (19 + int(42 * draw.unit() ** 1.2))
    return {
        "q01_gen": form.choose(SEX, {"F": 0.57, "M": 0.42, "": 0.01}),
        "q02_an_nastere": born,
        "q03_tara_nastere": form.say(COUNTRIES[birth]),
        "q04_cetatenie_mda": form.agree(0.94),
        "q04_cetatenie_alta": form.say(COUNTRIES[draw.pick({"ROU": 0.8, "ITA": 0.1, "RUS": 0.1})])
        if is_double
        else None,
        "q05_tara_resedinta": form.say(COUNTRIES[draw.pick(RESIDENCE)]),
        "q06_an_plecare": draw.whole(max(1995, born + 16), 2020),
        "q07_motiv": form.choose(REASONS, {"WORK": 0.64, "FAM": 0.2, "STU": 0.13, "OTH": 0.03}),
        "q08_studii": form.choose(
            EDUCATION, {"PRIMARY": 0.02, "SECONDARY": 0.27, "VOCATIONAL": 0.26, "TERTIARY": 0.45}
        ),
    }


def _work(form: Form) -> Row:
    draw = form.draw
    worked = draw.chance(0.81)
    is_employee = worked and draw.chance(0.82)
    row: dict[str, Cell] = {
        "q09_angajat": form.say(YES if is_employee else NO),
        "q10_lucra_2020": form.say(YES if worked else NO),
        "q12_ocupare": form.choose(
            ACTIVITY, {"EMP": 0.73, "UNE": 0.13, "STUDENT": 0.06, "OTH": 0.08}
        ),
    }
    if worked:
        row["q11_pierdut_lucrul"] = form.agree(0.29)
        row["q13_venit"] = form.choose(
            INCOME, {"MUCH_LOWER": 0.2, "LOWER": 0.27, "SAME": 0.41, "HIGHER": 0.12}
        )
    if is_employee:
        earned = 10.0 * draw.whole(65, 240)
        row["q15_venit_prima_luna"] = earned
        row["q14_cost_recrutare"] = round(earned * draw.between(0, 2.1), 2)
    return row


def _spoil(rows: list[dict[str, Cell]]) -> None:
    """Put in what an open web form collects besides answers."""
    rows[12] |= {"acord": "Nu"}
    rows[57] |= {"nume": "TEST", "email": "test@example.org", "acord": None}
    rows[101] |= {
        "q05_tara_resedinta": COUNTRIES["MDA"][0]
    }  # not abroad: no member of the diaspora
    rows[160] |= {"q02_an_nastere": 34}  # an age where the year of birth was asked
    rows[222] |= {"q05_tara_resedinta": "UK"}  # typed, not picked
    rows[300] = {**rows[299]}  # sent twice
