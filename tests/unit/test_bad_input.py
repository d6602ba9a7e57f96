"""Bad input of a fictional country, row by row: what comes in by the drop zone, and what it gets.

Each file goes the public way: into the zone, ``register``, ``take_in``. What other modules prove,
on the same way or behind it, is listed in ``test_bad_input_table``.
"""

import re
import sys
import time
import zipfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest
import xlsxwriter
from intake_fixtures import COLUMNS, Installation, csv_of
from migstat.intake import drop_zone
from migstat.intake import take_in as intake
from migstat.intake.errors import RefusedDelivery
from migstat.intake.readers import jail
from migstat.ledger import Delivery, State

pytest_plugins = ["intake_fixtures"]

GOOD = {"uuid": "CANARY-1", "phone": "CANARY-2", "sex": "f", "age": "30"}
GOOD |= {"born": "1990-05-17", "day": "2021-01-15", "w": "1.5", "note": "CANARY-3"}
SOUND = csv_of([GOOD, {**GOOD, "uuid": "CANARY-4"}])
HEADER, ROW, _ = SOUND.split("\n", 2)
REMEDY = re.compile(r"again|anew|Split|Delete|Move|Hand|Put|declare")
SECONDS, MEBIBYTES = 60, 512
TABLE = {"unit": "person", "key": "person_id", "columns": {"uuid": "text", "age": "integer"}}
FORMATS = {
    "zzz_book": {"format": "kobo_xlsx", "tables": {"persons": {**TABLE, "sheet": "people"}}},
    "zzz_spss": {"format": "spss_sav", "tables": {"persons": TABLE}},
}
FAR_CELL = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'


@pytest.fixture
def deliver(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Delivery]:
    """Put a file into the zone and look twice; gives the delivery it became."""
    monkeypatch.setenv("MIGSTAT_SETTLE_SECONDS", "0")
    for survey, export in FORMATS.items():
        declaration = {
            "survey": survey,
            "country": "ZZZ",
            "title": "Persons",
            "steward": "nobody@example.org",
            "unit": "person",
            "export": export,
            "privacy": {"keys": {"person_id": ["uuid"]}},
            "design": {},
            "waves": {"2021": {"fieldwork": ["2021-01-11", "2021-02-26"], "time_period": "2021"}},
        }
        installation.write_survey(survey, declaration, [])

    def put(
        content: str | bytes | Callable[[Path], object],
        name: str = "p.csv",
        survey: str = "zzz_persons",
        wave: str = "2021",
    ) -> Delivery:
        file = installation.home / "drop_zone" / survey / wave / name
        file.parent.mkdir(parents=True, exist_ok=True)
        if callable(content):
            content(file)
        else:
            file.write_bytes(content.encode() if isinstance(content, str) else content)
        (delivery,) = drop_zone.register(installation.ledger)
        return delivery

    return put


def forget_peak_memory() -> int:
    """Let the kernel measure this process's peak from now on; returns what it holds, in MiB."""
    Path("/proc/self/clear_refs").write_text("5")
    return peak_memory()


def peak_memory() -> int:
    """Most memory this process held, in MiB; the reading child has a hard limit of its own."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) >> 10


def assert_refused_for_good(
    installation: Installation, delivery: Delivery, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Refused within bounds, recorded with a reason fit for a steward, and never read again."""
    begun, at_rest = time.monotonic(), forget_peak_memory()
    with pytest.raises(RefusedDelivery) as first:
        intake.take_in(delivery.delivery_id, installation.ledger)
    assert time.monotonic() - begun < SECONDS
    assert peak_memory() - at_rest < MEBIBYTES
    reason = first.value.reason
    known = installation.ledger.delivery(delivery.delivery_id)
    assert (known.state, known.reason) == (State.REFUSED, reason)
    assert reason.startswith(f"{delivery.survey_code} {delivery.wave}: ")
    assert says in reason
    assert REMEDY.search(reason)
    assert "CANARY" not in reason
    assert not installation.raw_folder(delivery).exists()
    assert list(installation.home.glob("quarantine/*/*/*")) == []
    monkeypatch.setattr(intake, "read_in_jail", _must_not_read)
    with pytest.raises(RefusedDelivery) as second:
        intake.take_in(delivery.delivery_id, installation.ledger)
    assert second.value.reason == reason
    assert installation.ledger.waiting() == []


def _must_not_read(*_: object) -> None:
    raise AssertionError("read again")


def without(column: str) -> str:
    return csv_lines([name for name in COLUMNS if name != column])


def csv_lines(header: list[str]) -> str:
    return ",".join(header) + "\n" + ",".join(GOOD.get(name, "") for name in header) + "\n"


def test_utf8_where_another_encoding_is_declared_is_refused_for_good(
    installation: Installation, deliver: Callable[..., Delivery], monkeypatch: pytest.MonkeyPatch
):
    tables = {"persons": {"unit": "person", "key": "person_id", "columns": COLUMNS}}
    dialect = {"encoding": "cp1252"}
    installation.declare(export={"format": "csv", "dialect": dialect, "tables": tables})
    delivery = deliver(SOUND.replace("CANARY-3", "CANARY-é"))
    assert_refused_for_good(installation, delivery, "but cp1252 is declared", monkeypatch)


def test_more_rows_than_the_machine_is_meant_to_judge_are_refused_for_good(
    installation: Installation, deliver: Callable[..., Delivery], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("MIGSTAT_MAX_ROWS", "1")
    says = "2 rows of persons are more than the 1 that MIGSTAT_MAX_ROWS allows"
    assert_refused_for_good(installation, deliver(SOUND), says, monkeypatch)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        pytest.param(f"{SOUND}CANARY,short\n", "line 4 of p.csv", id="a ragged row"),
        pytest.param(SOUND.replace("f,30", '"f,30'), "quote", id="an open quote"),
        pytest.param(
            f'{HEADER}\n{ROW} 5" x\n{ROW[:-1]}5 5" x\n',
            "but 1 were counted",
            id="a row count that disagrees",
        ),
        pytest.param(
            SOUND.replace("CANARY-3", "CANARY-é").encode("latin-1"),
            "line 2 of p.csv holds bytes that are no text",
            id="wrong encoding",
        ),
        pytest.param(SOUND.encode("utf-16"), "text in UTF-16", id="utf-16"),
        pytest.param(b"PK\x03\x04CANARY", "looks like a zip archive", id="a workbook as csv"),
        pytest.param(f"{HEADER}\n", "holds no rows", id="a header without rows"),
        pytest.param(ROW + "\n" + ROW + "\n", "is its header missing", id="no header"),
        pytest.param(without("age"), "column 'age' is not in p.csv", id="a missing column"),
        pytest.param(
            csv_lines([*COLUMNS, "sex"]), "column 'sex' stands 2 times in p.csv", id="doubled"
        ),
        pytest.param(SOUND.replace("sex", "Sex"), "'Sex' differs only in case", id="case only"),
        pytest.param(SOUND.replace("age", "agee"), "nearest: 'agee'", id="renamed"),
        pytest.param(
            csv_of([{**GOOD, "w": "0"}]), "none of the 1 rows of persons", id="no good row"
        ),
    ],
)
def test_a_broken_table_is_refused_for_good(
    installation: Installation,
    deliver: Callable[..., Delivery],
    monkeypatch: pytest.MonkeyPatch,
    content: str | bytes,
    says: str,
):
    assert_refused_for_good(installation, deliver(content), says, monkeypatch)


def book(file: Path, header: Sequence[str] = ("uuid", "age")) -> None:
    with xlsxwriter.Workbook(file) as workbook:
        sheet = workbook.add_worksheet("people")
        for at, row in enumerate([header, ["CANARY-1", 30], ["CANARY-2", 31]]):
            sheet.write_row(at, 0, row)


def sav(file: Path, header: Sequence[str] = ("uuid", "age")) -> None:
    answers = [f"CANARY-{n}" for n in range(100)], [30.0] * 100
    frame = pd.DataFrame(dict(zip(header, answers, strict=False)))
    pyreadstat.write_sav(frame, str(file))


@pytest.mark.parametrize(
    ("write", "header", "says"),
    [
        pytest.param(book, ["uuid"], "'age' is not in sheet 'people'.", id="book: missing"),
        pytest.param(book, ["uuid", "agee"], "nearest: 'agee'", id="book: renamed"),
        pytest.param(book, ["uuid", "AGE"], "'AGE' differs only in case", id="book: case only"),
        pytest.param(book, ["uuid", "age", "age"], "stands 2 times in sheet", id="book: doubled"),
        pytest.param(sav, ["uuid"], "'age' is not in p.sav.", id="sav: missing"),
        pytest.param(sav, ["uuid", "agee"], "nearest: 'agee'", id="sav: renamed"),
        pytest.param(sav, ["uuid", "AGE"], "'AGE' differs only in case", id="sav: case only"),
    ],
)
def test_a_workbook_or_spss_file_without_each_column_once_is_refused_for_good(
    *,
    installation: Installation,
    deliver: Callable[..., Delivery],
    monkeypatch: pytest.MonkeyPatch,
    write: Callable[..., None],
    header: list[str],
    says: str,
):
    name, survey = {book: ("p.xlsx", "zzz_book"), sav: ("p.sav", "zzz_spss")}[write]
    delivery = deliver(partial(write, header=header), name, survey)
    assert_refused_for_good(installation, delivery, says, monkeypatch)


def truncated(write: Callable[[Path], None]) -> Callable[[Path], None]:
    def cut(file: Path) -> None:
        write(file)
        file.write_bytes(file.read_bytes()[:-200])

    return cut


def far_cell(file: Path) -> None:
    whole = file.with_name(".whole.xlsx")
    book(whole)
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(file, "w") as to:
        for item in source.infolist():
            content = source.read(item)
            if item.filename.endswith("sheet1.xml"):
                content = content.replace(b"</sheetData>", FAR_CELL.encode())
            to.writestr(item.filename, content)


def zip_bomb(file: Path) -> None:
    """One GiB of blanks in one MB."""
    book(file)
    with (
        zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/bomb.xml", "w", force_zip64=True) as entry,
    ):
        for _ in range(1 << 10):
            entry.write(b" " * (1 << 20))


def nonsense(size: int) -> Callable[[Path], None]:
    def write(file: Path) -> None:
        with file.open("wb") as sparse:
            sparse.truncate(size)

    return write


@pytest.mark.parametrize(
    ("survey", "name", "write", "says"),
    [
        pytest.param("zzz_book", "p.xlsx", far_cell, "1,048,576 rows x 16,384", id="XFD1048576"),
        pytest.param("zzz_book", "p.xlsx", zip_bomb, "unpacks to over 100 times", id="zip bomb"),
        pytest.param("zzz_book", "p.xlsx", truncated(book), "truncated", id="truncated workbook"),
        pytest.param("zzz_book", "p.xlsx", sav, "looks like an SPSS file", id="sav as workbook"),
        pytest.param("zzz_spss", "p.sav", truncated(sav), "truncated", id="truncated sav"),
        pytest.param("zzz_spss", "p.sav", book, "should be an SPSS file", id="workbook as sav"),
        pytest.param("zzz_persons", "p.csv", nonsense(2 * 10**9), "line 1 of p.csv", id="2 GB"),
    ],
)
def test_a_crafted_or_damaged_file_is_refused_for_good(
    *,
    installation: Installation,
    deliver: Callable[..., Delivery],
    monkeypatch: pytest.MonkeyPatch,
    survey: str,
    name: str,
    write: Callable[[Path], None],
    says: str,
):
    assert_refused_for_good(installation, deliver(write, name, survey), says, monkeypatch)


@pytest.mark.parametrize(("name", "write"), [("p.xlsx", book), ("p.sav", sav)])
def test_the_files_that_are_damaged_here_are_sound_before(
    installation: Installation,
    deliver: Callable[..., Delivery],
    name: str,
    write: Callable[[Path], None],
):
    delivery = deliver(write, name, {"p.xlsx": "zzz_book", "p.sav": "zzz_spss"}[name])
    outcome = intake.take_in(delivery.delivery_id, installation.ledger)
    assert outcome.tables["persons"].n_rows_in in {2, 100}


def test_a_file_that_kills_its_parser_is_refused_for_good(
    installation: Installation,
    deliver: Callable[..., Delivery],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
):
    start = tmp_path / "start.py"
    start.write_text(
        "import os, migstat.intake.readers.csv_file as reader\n"
        "import migstat.intake.readers.jail_child as child\n"
        "reader.read = lambda request: os.abort()\n"
        "child.main()\n"
    )
    monkeypatch.setattr(jail, "CHILD", (sys.executable, str(start)))
    says = "killed its reader (SIGABRT)"
    assert_refused_for_good(installation, deliver(SOUND), says, monkeypatch)


def test_a_withdrawn_and_an_edited_record_are_told_apart_by_key_and_hash(
    installation: Installation, deliver: Callable[..., Delivery]
):
    people = [{**GOOD, "uuid": name} for name in ("withdrawn", "stays", "edited")]
    first = deliver(csv_of(people))
    intake.take_in(first.delivery_id, installation.ledger)
    second = deliver(csv_of([people[1], {**people[2], "age": "31"}]), "corrected.csv")
    intake.take_in(second.delivery_id, installation.ledger)
    assert installation.ledger.delivery(first.delivery_id).superseded_by == second.delivery_id
    before, after = (
        {row["_record_key"]: row["_payload_hash"] for row in installation.accepted(delivery)}
        for delivery in (first, second)
    )
    assert [key in after for key in before] == [False, True, True]
    assert [before[key] == after[key] for key in after] == [True, False]


WAVE = {"fieldwork": ["2021-01-11", "2021-02-26"], "time_period": "2021", "interview_date": "day"}


def test_a_column_renamed_between_waves_is_refused_until_it_is_declared(
    installation: Installation, deliver: Callable[..., Delivery]
):
    installation.declare(waves={"2021": WAVE, "2022": WAVE})
    first = deliver(SOUND)
    intake.take_in(first.delivery_id, installation.ledger)
    second = deliver(SOUND.replace("age", "edad"), wave="2022")
    with pytest.raises(RefusedDelivery, match=r"column 'age' is not in p\.csv.*`renames: \{<decl"):
        intake.take_in(second.delivery_id, installation.ledger)
    installation.declare(waves={"2021": WAVE, "2022": {**WAVE, "renames": {"age": "edad"}}})
    again, _ = intake.requeue(second.delivery_id, installation.ledger)
    assert [row["age"] for row in installation.accepted(again)] == ["30", "30"]
    (current,) = installation.ledger.current("zzz_persons", "2021")
    assert current.delivery_id == first.delivery_id
