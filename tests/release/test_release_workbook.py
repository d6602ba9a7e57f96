"""The workbook: what an official sees in it, and what nobody must find in it."""

import csv
import io
import os
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from migstat.release.cells import COLUMNS, FIGURES
from migstat.release.errors import ReleaseError
from migstat.release.making import build
from migstat.release.release import Release
from migstat.release.writers import tables, workbook
from migstat.release.writers.workbook_check import inspect
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.workbook.defined_name import DefinedName
from release_office import COUNTRY, Office, by_sex, estimate

STEM = "zzz_migdis_2020_v1"


@pytest.fixture(scope="module")
def folder(release: Release, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("workbook")
    workbook.write(release, made)
    tables.write(release, made)
    return made


@pytest.fixture
def book(folder: Path) -> Workbook:
    return load_workbook(folder / f"{STEM}_en.xlsx")


def test_the_sheets_stand_in_the_order_a_reader_needs_them(book: Workbook):
    assert book.sheetnames == [
        "Read me",
        "Notes",
        "Indicators",
        "Code lists",
        "Data",
        "LB01",
        "Changes",
    ]


def test_each_language_of_the_country_has_its_workbook(folder: Path):
    spanish = load_workbook(folder / f"{STEM}_es.xlsx")
    assert spanish.sheetnames[:2] == ["Léame", "Notas"]
    texts = [cell.value for row in spanish["LB01"].iter_rows() for cell in row]
    assert "Mujeres" in texts


def test_synthetic_data_are_called_so_on_the_first_page_and_in_the_properties(book: Workbook):
    texts = [cell.value for row in book["Read me"].iter_rows() for cell in row]
    assert any(str(text).startswith("Synthetic data") for text in texts)
    assert (book.properties.description or "").startswith("Synthetic data")


def test_numbers_are_numbers_and_what_is_withheld_is_two_points(book: Workbook):
    rows = {row[0]: row[2:7] for row in book["LB01"].iter_rows(values_only=True)}
    assert rows["Total"] == (12.3, 10.0, 15.1, 1.3, 400)
    assert rows["Female"] == ("..", "..", "..", "..", "..")
    assert rows["Male"][0] == 10.5


def test_the_legend_says_what_the_signs_mean(book: Workbook):
    signs = {row[0]: row[1] for row in book["Notes"].iter_rows(values_only=True)}
    assert signs[".."].startswith("Withheld")


def test_the_unit_of_a_component_is_told_where_it_is_another(
    office_of_all_formats: Office,
):
    office = office_of_all_formats
    rows = [estimate(), estimate(breakdown="GAP", unit_measure="PP", obs_value=-37.0)]
    office.publish(rows)
    files = build(COUNTRY, office.ledger, clock=office.clock)[0].files
    sheet = load_workbook(files / f"{STEM}_en.xlsx")["LB01"]
    points = "Gap to the other local actors: Percentage points"
    assert sheet["A2"].value == f"Unit of measure: Percent; {points}"


@pytest.mark.parametrize("sheet", ["Notes", "Indicators", "Code lists", "Data", "LB01", "Changes"])
def test_headers_stay_in_sight_on_screen_and_on_paper(book: Workbook, sheet: str):
    page = book[sheet]
    header = page.print_title_rows.split(":")[0].strip("$")
    assert page.freeze_panes == f"A{int(header) + 1}"
    assert (page.page_setup.orientation, page.page_setup.fitToHeight) == ("landscape", 0)


def test_the_bytes_do_not_hang_on_the_clock(release: Release, folder: Path, tmp_path: Path):
    workbook.write(release, tmp_path)
    for file in tmp_path.iterdir():
        assert file.read_bytes() == (folder / file.name).read_bytes()


def test_a_sound_workbook_holds_nothing_it_should_not(release: Release, folder: Path):
    assert inspect(folder / f"{STEM}_en.xlsx", release.cells, release.changes) == []


def hide_sheet(book: Workbook) -> None:
    book["Notes"].sheet_state = "veryHidden"


def hide_row(book: Workbook) -> None:
    book["Data"].row_dimensions[3].hidden = True


def hide_column(book: Workbook) -> None:
    book["Data"].column_dimensions["C"].hidden = True


def fold_rows(book: Workbook) -> None:
    book["Data"].row_dimensions.group(2, 3, hidden=True)


def comment(book: Workbook) -> None:
    book["LB01"]["A5"].comment = Comment("the true value is 14.0", "clerk")


def link(book: Workbook) -> None:
    book["LB01"]["A5"].hyperlink = "http://example.org"


def name(book: Workbook) -> None:
    book.defined_names["secret"] = DefinedName("secret", attr_text="Data!$A$1")


def author(book: Workbook) -> None:
    book.properties.creator = "A. Clerk"


def formula(book: Workbook) -> None:
    book["LB01"]["J1"] = "=1+1"


def another_figure(book: Workbook) -> None:
    book["LB01"]["J1"] = 14.0


def changed_figure(book: Workbook) -> None:
    book["Data"].cell(4, 17).value = 99.9


def shown_after_all(book: Workbook) -> None:
    book["Data"].cell(2, 17).value = 14.0


def note_of_a_clerk(book: Workbook) -> None:
    book["Notes"]["F9"] = 14.0


def old_figure(book: Workbook) -> None:
    book["Changes"]["P9"] = 14.0


def figure_beside_the_data(book: Workbook) -> None:
    book["Data"].cell(2, 40).value = 14.0


def text_beside_the_data(book: Workbook) -> None:
    book["Data"].cell(2, 40).value = "fourteen"


def figure_as_text(book: Workbook) -> None:
    book["LB01"]["J1"] = "14.0 %"


def lost_figure(book: Workbook) -> None:
    next(
        cell for row in book["LB01"].iter_rows() for cell in row if cell.value == 12.3
    ).value = None


def lost_row(book: Workbook) -> None:
    book["Data"].delete_rows(3)


def changed_code(book: Workbook) -> None:
    book["Data"].cell(3, 12).value = "F"


PLANTED: dict[Callable[[Workbook], None], str] = {
    hide_sheet: "the sheet Notes is hidden",
    hide_row: "a row is hidden",
    hide_column: "a col is hidden",
    fold_rows: "a row is hidden",
    comment: "is no part of a plain workbook",
    link: "holds hyperlink",
    name: "defines the name secret",
    author: "names somebody as creator",
    formula: "holds f",
    another_figure: "LB01: numbers that are not released: 1",
    changed_figure: "the data differ from the release in obs_value",
    shown_after_all: "the data differ from the release in obs_value",
    note_of_a_clerk: "Notes: numbers that are not released: 1",
    old_figure: "Changes: numbers that are not released: 1",
    figure_beside_the_data: "cells beside the data: 1",
    text_beside_the_data: "cells beside the data: 1",
    figure_as_text: "LB01: numbers written as texts: 1",
    lost_figure: "LB01: numbers missing: 1",
    lost_row: "2 rows of data, 3 released cells",
    changed_code: "the data differ from the release in sex",
}


@pytest.mark.parametrize("plant", PLANTED, ids=lambda plant: plant.__name__)
def test_what_is_planted_in_a_workbook_is_found(
    release: Release, book: Workbook, tmp_path: Path, plant: Callable[[Workbook], None]
):
    book.properties.creator = None
    plant(book)
    book.save(tmp_path / "planted.xlsx")
    findings = inspect(tmp_path / "planted.xlsx", release.cells, release.changes)
    assert any(PLANTED[plant] in finding for finding in findings)


def test_a_foreign_part_is_found(release: Release, folder: Path, tmp_path: Path):
    file = shutil.copy(folder / f"{STEM}_en.xlsx", tmp_path / "planted.xlsx")
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"macro")
    (finding,) = inspect(Path(file), release.cells, release.changes)
    assert finding == "xl/vbaProject.bin is no part of a plain workbook"


def test_a_part_that_declares_entities_is_found(release: Release, folder: Path, tmp_path: Path):
    file = tmp_path / "planted.xlsx"
    with (
        zipfile.ZipFile(folder / f"{STEM}_en.xlsx") as sound,
        zipfile.ZipFile(file, "w") as planted,
    ):
        for name in sound.namelist():
            content = sound.read(name)
            if name == "docProps/core.xml":
                head, _, rest = content.partition(b"?>")
                content = head + b'?><!DOCTYPE x [<!ENTITY clerk "A. Clerk">]>' + rest
            planted.writestr(name, content)
    (finding,) = inspect(file, release.cells, release.changes)
    assert finding == "docProps/core.xml: declares a type of document"


def test_a_workbook_that_is_not_sound_does_not_leave(
    office_of_all_formats: Office, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(workbook, "inspect", lambda *_: ["a row is hidden"])
    with pytest.raises(ReleaseError, match="a row is hidden"):
        build(COUNTRY, office_of_all_formats.ledger, clock=office_of_all_formats.clock)


def test_hostile_texts_are_texts(office: Office, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("migstat.release.making.WRITERS", (workbook.write,))
    names = ['=HYPERLINK("http://example.org")', "عمّان e\u0301 \x07", "x" * 60_000]
    for area, text in zip(office.declared["areas"], names, strict=True):
        area["name"] = text
    office.declare()
    rows = (estimate(ref_area=code, n_obs=200) for code in ("ZZ-N", "ZZ-N-1", "ZZ-S"))
    office.publish([*by_sex(), *rows])
    vintage, _ = build(COUNTRY, office.ledger, clock=office.clock)
    book = load_workbook(vintage.files / f"{STEM}_en.xlsx")
    cells = [cell for row in book["LB01"].iter_rows() for cell in row if cell.value is not None]
    texts = {cell.value: cell.data_type for cell in cells}
    assert texts[names[0]] == "s"
    assert texts["عمّان e\u0301 "] == "s"
    assert max(len(str(text)) for text in texts) == 32_767


def test_libreoffice_shows_the_figures_of_the_csv(folder: Path, tmp_path: Path):
    program = shutil.which("soffice")
    if program is None and os.environ.get("CI"):
        pytest.fail("LibreOffice is missing: .ci/run installs it")
    if program is None:
        pytest.skip("NOT OPENED IN LIBREOFFICE: apt install libreoffice-calc-nogui")
    command = [program, "--headless", f"-env:UserInstallation=file://{tmp_path}/profile"]
    # every sheet as a CSV of what is shown, UTF-8
    form = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,true,false,false,-1"
    command += ["--convert-to", form, "--outdir", str(tmp_path), str(folder / f"{STEM}_en.xlsx")]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    wanted = [row[: len(COLUMNS)] for row in _rows(folder / f"{STEM}.csv")]
    shown = [row[: len(COLUMNS)] for row in _rows(tmp_path / f"{STEM}_en-Data.csv")]
    figures = [COLUMNS.index(name) for name in FIGURES]
    assert [_plain(row, figures) for row in shown] == [_plain(row, figures) for row in wanted]
    of_indicator = {row[0]: row[2:7] for row in _rows(tmp_path / f"{STEM}_en-LB01.csv")}
    names = ("obs_value", "ci_lower", "ci_upper", "std_error", "n_obs")
    for group, code in (("Total", "_T"), ("Female", "F"), ("Male", "M")):
        (row,) = [row for row in wanted[1:] if row[COLUMNS.index("sex")] == code]
        released = [row[COLUMNS.index(name)] or ".." for name in names]
        assert of_indicator[group] == [_as_shown(value) for value in released]


def _plain(row: list[str], figures: list[int]) -> list[object]:
    """A row without its way of writing numbers, and of saying that there is none."""
    if row[0] == COLUMNS[0]:
        return list(row)
    return [
        (None if cell in ("", "..") else float(cell)) if i in figures else cell
        for i, cell in enumerate(row)
    ]


def _as_shown(value: str) -> str:
    return value if value == ".." or "." in value else f"{int(value):,}"


def _rows(file: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(file.read_text(encoding="utf-8"), newline="")))
