"""A workbook is read sheet by sheet, and a crafted one is refused before it is opened."""

import datetime as dt
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import xlsxwriter
from intake_fixtures import table_request
from migstat.intake.errors import RefusedDelivery
from migstat.intake.readers import archive, xlsx
from migstat.intake.readers.request import Request, TableRead

SHEET = "xl/worksheets/sheet1.xml"


def write_book(file: Path, sheets: dict[str, Sequence[Sequence[object]]]) -> Path:
    book = xlsxwriter.Workbook(file, {"default_date_format": "yyyy-mm-dd"})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
    book.close()
    return file


def request_for(folder: Path, file: Path, **columns: Sequence[str]) -> Request:
    tables = {"hogar": "households", "miembros": "persons"}
    return Request(
        place="zzz_test 2021",
        format="kobo_xlsx",
        scratch=str(folder),
        tables=tuple(
            table_request(names, file, name=tables[sheet], sheet=sheet)
            for sheet, names in columns.items()
        ),
    )


def read(
    folder: Path, file: Path, **columns: Sequence[str]
) -> dict[str, tuple[TableRead, list[list[str | None]]]]:
    request = request_for(folder, file, **columns)
    tables = {table.name: table for table in xlsx.read(request)}
    return {
        wanted.name: (
            tables[wanted.name],
            [list(row.values()) for row in pq.read_table(request.parquet(wanted)).to_pylist()],
        )
        for wanted in request.tables
    }


def rewritten(file: Path, entry: str, change: Callable[[str], str]) -> Path:
    """Change one entry of an archive, by hand as an attacker would."""
    crafted = file.with_name("crafted.xlsx")
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(crafted, "w", zipfile.ZIP_DEFLATED) as to:
        for item in source.infolist():
            content = source.read(item)
            to.writestr(
                item.filename, change(content.decode()) if item.filename == entry else content
            )
    return crafted


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return write_book(tmp_path / "kobo.xlsx", {"hogar": [["_uuid", "age"], ["u1", 20], ["u2", 30]]})


def test_sheets_become_tables_of_text(tmp_path: Path):
    rows = [
        ["g/a", "b", "c", "d", "e", "_index"],
        [3.0, 0.1, True, dt.date(2021, 1, 15), dt.datetime(2021, 1, 15, 8, 30), 1],  # noqa: DTZ001
        ["007", None, False, "2021-01-15T08:30:00.000-06:00", "  x ", 2],
    ]
    book = xlsxwriter.Workbook(tmp_path / "kobo.xlsx")
    sheet = book.add_worksheet("hogar")
    day, moment = (book.add_format({"num_format": f}) for f in ("yyyy-mm-dd", "yyyy-mm-dd hh:mm"))
    for at, row in enumerate(rows):
        sheet.write_row(at, 0, row)
    sheet.write_datetime(1, 3, rows[1][3], day)
    sheet.write_datetime(1, 4, rows[1][4], moment)
    book.add_worksheet("miembros").write_row(0, 0, ["_submission__uuid", "p"])
    book.close()
    found = read(tmp_path, Path(book.filename), hogar=rows[0], miembros=["_submission__uuid", "p"])
    assert found["households"][1] == [
        ["3", "0.1", "true", "2021-01-15", "2021-01-15T08:30:00", "1"],
        ["007", None, "false", "2021-01-15T08:30:00.000-06:00", "  x ", "2"],
    ]
    assert (found["households"][0].n_rows, found["households"][0].n_counted) == (2, 2)
    assert (found["persons"][0].n_rows, found["persons"][0].n_counted) == (0, 0)


def test_empty_rows_and_trailing_columns_are_no_answers(tmp_path: Path):
    rows = [["_uuid", "age", "", ""], ["u1", 20], [], [None, 30, None, None], []]
    table, answers = read(
        tmp_path, write_book(tmp_path / "k.xlsx", {"hogar": rows}), hogar=["_uuid", "age"]
    )["households"]
    assert answers == [["u1", "20"], [None, "30"]]
    assert table.n_counted == 2
    assert table.undeclared == ()


def test_a_missing_sheet_is_named_with_the_nearest(tmp_path: Path, book: Path):
    with pytest.raises(RefusedDelivery, match="no sheet 'miembros'"):
        read(tmp_path, book, miembros=["p"])
    other = write_book(tmp_path / "other.xlsx", {"hogares": [["_uuid"], ["u"]]})
    with pytest.raises(RefusedDelivery, match=r"no sheet 'hogar'.*nearest: 'hogares'"):
        read(tmp_path, other, hogar=["_uuid"])


def test_a_missing_column_is_named_with_its_sheet(tmp_path: Path, book: Path):
    with pytest.raises(
        RefusedDelivery, match=r"column 'ages' is not in sheet 'hogar'; nearest: 'age'"
    ):
        read(tmp_path, book, hogar=["_uuid", "ages"])


def test_a_cell_in_xfd1048576_is_refused(tmp_path: Path, book: Path):
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    crafted = rewritten(book, SHEET, lambda xml: xml.replace("</sheetData>", far))
    with pytest.raises(RefusedDelivery, match="claims 1,048,576 rows x 16,384 columns"):
        read(tmp_path, crafted, hogar=["_uuid", "age"])


def test_a_workbook_that_claims_fewer_rows_than_it_has_is_read_whole(tmp_path: Path, book: Path):
    crafted = rewritten(book, SHEET, lambda xml: xml.replace('ref="A1:B3"', 'ref="A1:B2"'))
    table, answers = read(tmp_path, crafted, hogar=["_uuid", "age"])["households"]
    assert len(answers) == table.n_counted == 2


def test_a_row_that_only_the_count_sees_makes_the_counts_disagree(tmp_path: Path, book: Path):
    foreign = '<x:row xmlns:x="urn:x"><x:c r="A4"><x:v>1</x:v></x:c></x:row></sheetData>'
    crafted = rewritten(book, SHEET, lambda xml: xml.replace("</sheetData>", foreign))
    table, answers = read(tmp_path, crafted, hogar=["_uuid", "age"])["households"]
    assert (table.n_rows, len(answers), table.n_counted) == (2, 2, 3)


def test_an_xml_bomb_is_refused(tmp_path: Path, book: Path):
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><worksheet'
    crafted = rewritten(book, SHEET, lambda xml: xml.replace("<worksheet", bomb, 1))
    with pytest.raises(RefusedDelivery, match="no XLSX workbook"):
        read(tmp_path, crafted, hogar=["_uuid", "age"])


def test_a_formula_without_its_result_is_refused(tmp_path: Path, book: Path):
    crafted = rewritten(
        book, SHEET, lambda xml: xml.replace('<c r="B2"><v>20</v></c>', '<c r="B2"><f>1+1</f></c>')
    )
    with pytest.raises(RefusedDelivery, match="formula without its result"):
        read(tmp_path, crafted, hogar=["_uuid", "age"])


def test_a_truncated_workbook_is_refused(tmp_path: Path, book: Path):
    book.write_bytes(book.read_bytes()[:-200])
    with pytest.raises(RefusedDelivery, match="damaged or truncated"):
        read(tmp_path, book, hogar=["_uuid", "age"])


def test_a_zip_that_is_no_workbook_is_refused(tmp_path: Path):
    file = tmp_path / "kobo.xlsx"
    with zipfile.ZipFile(file, "w") as to:
        to.writestr("readme.txt", "hello")
    with pytest.raises(RefusedDelivery, match="no XLSX workbook"):
        read(tmp_path, file, hogar=["_uuid"])


@pytest.mark.parametrize("first", [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"id;age\n"])
def test_what_is_no_zip_is_refused(tmp_path: Path, first: bytes):
    file = tmp_path / "kobo.xlsx"
    file.write_bytes(first + b"x" * 100)
    with pytest.raises(RefusedDelivery, match="should be an XLSX workbook"):
        read(tmp_path, file, hogar=["_uuid"])


def zip_of(
    file: Path, names: Sequence[str], content: bytes = b"x", flags: int = 0, mode: int = 0
) -> Path:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as to:
        for name in names:
            item = zipfile.ZipInfo(name)
            item.compress_type = zipfile.ZIP_DEFLATED
            item.external_attr = mode << 16
            to.writestr(item, content)
    if flags:
        file.write_bytes(_with_flag(file.read_bytes(), flags))
    return file


def _with_flag(raw: bytes, flags: int) -> bytes:
    changed = bytearray(raw)
    at = raw.index(b"PK\x01\x02")
    changed[at + 8] |= flags
    return bytes(changed)


@pytest.mark.parametrize(
    ("names", "options", "says"),
    [
        pytest.param([f"e{i}" for i in range(2_001)], {}, "2,001 entries", id="junk entries"),
        pytest.param(["../evil"], {}, "leads out", id="a path that climbs"),
        pytest.param(["/etc/evil"], {}, "leads out", id="an absolute path"),
        pytest.param(["C:\\evil"], {}, "leads out", id="a drive"),
        pytest.param(["a", "A"], {}, "two entries of one name", id="doubled"),
        pytest.param(["link"], {"mode": 0o120777}, "a link", id="link"),
        pytest.param(["secret"], {"flags": 1}, "password", id="encrypted"),
        pytest.param(["bomb"], {"content": bytes(5 << 20)}, "over 100 times", id="ratio"),
    ],
)
def test_an_archive_no_export_looks_like_is_refused(
    tmp_path: Path, names: Sequence[str], options: dict[str, object], says: str
):
    file = zip_of(tmp_path / "a.xlsx", names, **options)
    with pytest.raises(RefusedDelivery, match=says):
        archive.check_archive("zzz_test 2021", file)


def test_an_archive_too_big_unpacked_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(archive, "MAX_UNPACKED", 1_000)
    file = zip_of(tmp_path / "a.xlsx", ["a", "b", "c"], content=b"x" * 400)
    with pytest.raises(RefusedDelivery, match="unpacks to more than 1,000 bytes"):
        archive.check_archive("zzz_test 2021", file)


def test_an_entry_that_lies_about_its_size_is_refused(tmp_path: Path):
    file = zip_of(tmp_path / "a.xlsx", ["a"], content=bytes(5 << 20))
    raw = bytearray(file.read_bytes())
    at = raw.index(b"PK\x01\x02")
    raw[at + 24 : at + 28] = (1_000).to_bytes(4, "little")
    file.write_bytes(raw)
    with pytest.raises(RefusedDelivery, match="damaged or truncated"):
        archive.check_archive("zzz_test 2021", file)


def read_with(folder: Path, file: Path, names: Sequence[str], **how: object) -> tuple:
    """Read sheet ``hogar`` with a header or tags of its own."""
    request = request_for(folder, file, hogar=names)
    (table,) = (replace(table, **how) for table in request.tables)
    (found,) = xlsx.read(replace(request, tables=(table,)))
    answers = pq.read_table(request.parquet(table)).to_pylist()
    return found, [list(row.values()) for row in answers]


DTM = [
    ["Site assessment, synthetic"],
    [],
    ["Place", None, "Individuals", None, "Notes"],
    ["District", "PCode", "Male", "Female", None],
    ["Kurigram", "BD5549", 3, 4, "a"],
    ["#adm2", "#adm2+code", "#affected+m", "#affected+f", "#meta"],
    [],
    ["Khulna", "BD4047", 5, 6, "b"],
]


def dtm_book(folder: Path) -> Path:
    book = xlsxwriter.Workbook(folder / "dtm.xlsx")
    sheet = book.add_worksheet("hogar")
    for at, row in enumerate(DTM):
        sheet.write_row(at, 0, row)
    sheet.merge_range("A1:E1", DTM[0][0])
    sheet.merge_range("A3:B3", "Place")
    sheet.merge_range("C3:D3", "Individuals")
    sheet.merge_range("E3:E4", "Notes")
    book.close()
    return Path(book.filename)


def test_a_header_of_merged_cells_and_a_row_of_tags_among_the_data(tmp_path: Path):
    names = ["Place/District", "Place/PCode", "Individuals/Male", "Individuals/Female", "Notes"]
    found, answers = read_with(tmp_path, dtm_book(tmp_path), names, header_rows=(3, 4), hxl=True)
    assert answers == [["Kurigram", "BD5549", "3", "4", "a"], ["Khulna", "BD4047", "5", "6", "b"]]
    assert (found.n_rows, found.n_counted) == (2, 2)


@pytest.mark.parametrize("at", [0, 1, 2, 24])
def test_the_row_of_tags_is_no_data_wherever_it_stands(tmp_path: Path, at: int):
    rows = [["_uuid", "age"], *([f"u{n}", n] for n in range(30))]
    rows.insert(at, ["#id", "#age"])
    book = write_book(tmp_path / "k.xlsx", {"hogar": rows})
    header = (2,) if at == 0 else (1,)
    found, answers = read_with(tmp_path, book, ["_uuid", "age"], header_rows=header, hxl=True)
    assert [row[0] for row in answers] == [f"u{n}" for n in range(30)]
    assert found.n_counted == 30


def test_a_declared_row_of_tags_that_is_not_there_is_refused(tmp_path: Path, book: Path):
    with pytest.raises(RefusedDelivery, match="has 0 rows of HXL tags"):
        read_with(tmp_path, book, ["_uuid"], hxl=True)


def test_a_row_of_tags_that_nobody_declared_stays_an_answer_for_the_suite_to_judge(tmp_path: Path):
    book = write_book(tmp_path / "k.xlsx", {"hogar": [["_uuid"], ["#id"], ["u1"]]})
    assert read_with(tmp_path, book, ["_uuid"])[1] == [["#id"], ["u1"]]


@pytest.mark.parametrize("date_1904", [False, True])
def test_a_cell_with_a_date_is_that_date_in_both_calendars(tmp_path: Path, *, date_1904: bool):
    book = xlsxwriter.Workbook(tmp_path / "k.xlsx", {"date_1904": date_1904})
    sheet = book.add_worksheet("hogar")
    sheet.write_row(0, 0, ["day", "moment"])
    day, moment = (book.add_format({"num_format": f}) for f in ("dd/mm/yyyy", "d mmm yy hh:mm"))
    sheet.write_datetime(1, 0, dt.date(2021, 3, 4), day)
    sheet.write_datetime(1, 1, dt.datetime(2021, 3, 4, 17, 5), moment)  # noqa: DTZ001
    book.close()
    found = read_with(tmp_path, Path(book.filename), ["day", "moment"])
    assert found[1] == [["2021-03-04", "2021-03-04T17:05:00"]]


def test_a_code_turned_into_a_date_comes_as_that_date_and_fits_no_code(tmp_path: Path):
    book = xlsxwriter.Workbook(tmp_path / "k.xlsx")
    sheet = book.add_worksheet("hogar")
    sheet.write_row(0, 0, ["answer"])
    sheet.write_datetime(1, 0, dt.date(2021, 3, 4), book.add_format({"num_format": "d-mmm"}))
    book.close()
    assert read_with(tmp_path, Path(book.filename), ["answer"])[1] == [["2021-03-04"]]


def test_codes_keep_the_zeros_and_phones_the_digits_that_the_sheet_shows(tmp_path: Path):
    book = xlsxwriter.Workbook(tmp_path / "k.xlsx")
    sheet = book.add_worksheet("hogar")
    sheet.write_row(0, 0, ["text", "zeros", "phone"])
    sheet.write_string(1, 0, "0105")
    sheet.write_number(1, 1, 105, book.add_format({"num_format": "0000"}))
    sheet.write_number(1, 2, 8801712345678)
    book.close()
    found = read_with(tmp_path, Path(book.filename), ["text", "zeros", "phone"])
    assert found[1] == [["0105", "0105", "8801712345678"]]


def test_a_formula_gives_the_result_that_was_saved_with_it(tmp_path: Path):
    book = xlsxwriter.Workbook(tmp_path / "k.xlsx")
    sheet = book.add_worksheet("hogar")
    sheet.write_row(0, 0, ["sum", "empty", "x"])
    sheet.write_formula("A2", "=1+1", None, 2)
    sheet.write_formula("B2", '=IF(1,"","x")', None, "")
    sheet.write_string("C2", "=1+1")
    book.close()
    empty = rewritten(
        Path(book.filename),
        SHEET,
        lambda xml: xml.replace('<c r="B2"><f>', '<c r="B2" t="str"><f>').replace(
            '"x")</f><v>0</v>', '"x")</f><v></v>'
        ),
    )
    found, answers = read_with(tmp_path, empty, ["sum", "empty", "x"])
    assert answers == [["2", None, "=1+1"]]
    assert found.n_counted == 1


def test_a_million_merged_cells_are_refused_or_read_in_bounds(tmp_path: Path, book: Path):
    merges = "<mergeCells>" + '<mergeCell ref="A1:XFD25"/>' * 20_000 + "</mergeCells>"
    crafted = rewritten(
        book, SHEET, lambda xml: xml.replace("</sheetData>", "</sheetData>" + merges)
    )
    with pytest.raises(RefusedDelivery):
        read_with(tmp_path, crafted, ["_uuid", "age"])
