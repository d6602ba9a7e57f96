"""Returned migrant workers of Indonesia and their households: two made-up exports of ODK Central.

Some 2,100 returnees in October to December 2020, 87 % of whom lost 20 % or more of their household
income, and whose households lived off remittances (``reference/domain.md`` 1.5); a smaller second
wave in 2021, which the report does not know. Provinces are placeholders: the report names none.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from migstat.declarations import Survey, TableName

from synthetic.draw import Draw, top_share
from synthetic.files import Row
from synthetic.idn_odk import FORM, REPEAT, form_meta, write_odk_zip
from synthetic.idn_workers import Worker, worker_row

PROVINCES = {"a": 0.19, "b": 0.17, "c": 0.15, "d": 0.13, "e": 0.12, "f": 0.1, "g": 0.08, "h": 0.06}
RENAMED = ("sosial-bpjs_tk", "sosial-bpjs_ketenagakerjaan")


@dataclass(frozen=True)
class Round:
    """What differs between the two waves: how many, when, and how the income fares."""

    wave: str
    returnees: int
    first_day: date
    days: int
    made: datetime
    version: str
    share_loss: float
    share_remittances: float
    share_support: float


FIRST = Round(
    wave="2020",
    returnees=2104,
    first_day=date(2020, 10, 5),
    days=74,
    made=datetime(2020, 12, 22, 9),  # noqa: DTZ001 - an export holds the clock of its country
    version="sintetis-1",
    share_loss=0.87,
    share_remittances=0.83,
    share_support=0.19,
)
SECOND = Round(
    wave="2021",
    returnees=912,
    first_day=date(2021, 9, 6),
    days=53,
    made=datetime(2021, 11, 2, 9),  # noqa: DTZ001 - as above
    version="sintetis-2",
    share_loss=0.74,
    share_remittances=0.71,
    share_support=0.27,
)


class Household:
    """One submission: a household and its returnees."""

    def __init__(self, draw: Draw, number: int, round_: Round, left: int) -> None:
        """Draw what the answers depend on."""
        self.number = number
        self.province = draw.pick(PROVINCES)
        self.day = round_.first_day + timedelta(days=draw.whole(0, round_.days))
        self.key = f"uuid:{draw.uuid()}"
        self.review = draw.pick({"approved": 0.62, "hasIssues": 0.03, "": 0.35})
        returnees = min(left, 2 if draw.chance(0.07) else 1)
        self.workers = [Worker(draw, self.day) for _ in range(returnees)]


def write_first(folder: Path, survey: Survey) -> None:
    """Write the export of the wave 2020."""
    _write(folder, survey, FIRST)


def write_second(folder: Path, survey: Survey) -> None:
    """Write the export of the wave 2021, whose form has another name for one question."""
    _write(folder, survey, SECOND)


def _write(folder: Path, survey: Survey, round_: Round) -> None:
    draw = Draw(f"idn_returnees {round_.wave}")
    households = _draw_households(draw, round_)
    _mark_losses(draw, [w for h in households for w in h.workers], round_)
    households += _rejected(draw, len(households), round_)
    main = [_main_row(draw, household, round_) for household in households]
    repeat = [_repeat_row(draw, household, round_, n) for household, n in _each(households)]
    names = {name: list(table.columns) for name, table in survey.export.tables.items()}
    rename = _renamer(round_)
    tables = {
        f"{FORM}.csv": (names[TableName.HOUSEHOLDS], main),
        f"{FORM}-{REPEAT}.csv": ([rename(n) for n in names[TableName.PERSONS]], repeat),
    }
    write_odk_zip(folder / f"survei_purna_pmi_{round_.wave}_synthetic.zip", tables, round_.made)


def _draw_households(draw: Draw, round_: Round) -> list[Household]:
    households: list[Household] = []
    left = round_.returnees
    while left:
        households.append(Household(draw, len(households) + 1, round_, left))
        left -= len(households[-1].workers)
    return households


def _mark_losses(draw: Draw, workers: list[Worker], round_: Round) -> None:
    """Mark who lost 20 % or more, to the share of those that answer."""
    asked = [w for w in workers if w.had_income and not draw.chance(0.012)]
    marks = top_share([w.score for w in asked], [1.0] * len(asked), round_.share_loss)
    for worker, lost_much in zip(asked, marks, strict=True):
        bands = {"20_39": 0.31, "40_59": 0.28, "60_lebih": 0.41}
        worker.band = draw.pick(bands if lost_much else {"kurang_20": 0.45, "tidak_turun": 0.55})


def _rejected(draw: Draw, before: int, round_: Round) -> list[Household]:
    """Make submissions that the reviewers rejected: trials of the interviewers."""
    trials = [Household(draw, before + n, round_, 1) for n in range(1, 7)]
    for trial in trials:
        trial.review = "rejected"
    return trials


def _each(households: list[Household]) -> list[tuple[Household, int]]:
    return [(h, n) for h in households for n in range(1, len(h.workers) + 1)]


def _renamer(round_: Round) -> Callable[[str], str]:
    return lambda name: RENAMED[1] if round_ is SECOND and name == RENAMED[0] else name


def _main_row(draw: Draw, household: Household, round_: Round) -> Row:
    return {
        "today": household.day.isoformat(),
        "lokasi-provinsi": f"provinsi_contoh_{household.province}",
        "lokasi-kabupaten": f"kabupaten_contoh_{household.province}{household.number % 4 + 1}",
        "lokasi-desa": f"Desa Contoh {household.number % 61 + 1}",
        "rt-nama_kk": f"Orang Fiktif {household.number:05}",
        "rt-no_hp": f"0000-{household.number:05}",
        "rt-jk_kk": draw.pick({"laki_laki": 0.79, "perempuan": 0.21}),
        "rt-jumlah_art": len(household.workers) + draw.whole(1, 5),
        **_money(draw, round_),
        "jumlah_purna": len(household.workers),
        "catatan": "Jawaban buatan" if household.number % 89 == 0 else None,
        **form_meta(draw, household.number, household.key, household.day, household.review),
        "FormVersion": round_.version,
    }


def _money(draw: Draw, round_: Round) -> Row:
    """Answer on a month's income, remittances of relatives still abroad included, in rupiah."""
    earned = 10_000 * draw.whole(40, 260)
    share = round_.share_remittances
    receives = draw.pick({"ya": share, "tidak": 0.98 - share, "tidak_tahu": 0.02})
    sent = 10_000 * draw.whole(60, 330) if receives == "ya" else None
    return {
        "ekonomi-kiriman": receives,
        "ekonomi-kiriman_rp": sent,
        "ekonomi-pendapatan_rp": -99 if draw.chance(0.02) else earned + (sent or 0),
    }


def _repeat_row(draw: Draw, household: Household, round_: Round, number: int) -> Row:
    worker = household.workers[number - 1]
    rename = _renamer(round_)
    row: Row = {
        "purna_no": number,
        "nama": f"Orang Fiktif {household.number:05}-{number}",
        "no_paspor": f"X{household.number:06}{number}",
        **worker_row(draw, worker, round_.share_support),
        "PARENT_KEY": household.key,
        "KEY": f"{household.key}/{REPEAT}[{number}]",
    }
    return {rename(name): value for name, value in row.items()}
