"""A delimited file is read as declared, or refused with the place and without its content."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest
from intake_fixtures import csv_request
from migstat.intake.errors import RefusedDelivery
from migstat.intake.readers import csv_count, csv_file
from migstat.intake.readers.request import TableRead

HEADER = "id,age,note\n"


def read(
    folder: Path, content: bytes | str, **options: object
) -> tuple[TableRead, list[list[str | None]]]:
    """Read a file of columns id, age, note and return the answers row by row."""
    file = folder / "persons.csv"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    request = csv_request(folder, file, ["id", "age", "note"], **options)
    (table,) = csv_file.read(request)
    answers = pq.read_table(request.parquet(request.tables[0]))
    return table, [list(row.values()) for row in answers.to_pylist()]


def refusal(folder: Path, content: bytes | str, **options: object) -> str:
    with pytest.raises(RefusedDelivery) as refused:
        read(folder, content, **options)
    return refused.value.reason


@pytest.mark.parametrize(
    ("content", "rows"),
    [
        pytest.param(HEADER + "1,20,x\n2,30,y\n", 2, id="plain"),
        pytest.param(HEADER + "1,20,x\n2,30,y", 2, id="no line end at the end"),
        pytest.param("\ufeff" + HEADER + "1,20,x\n", 1, id="byte order mark"),
        pytest.param(HEADER.replace("\n", "\r\n") + "1,20,x\r\n2,30,y\r\n", 2, id="windows"),
        pytest.param(
            'id,age,note\r\n1,20,"a\nb"\r\n2,3,y\r\n', 2, id="windows, line feed in quotes"
        ),
        pytest.param('id,age,note\n1,20,"a\r\nb"\n2,3,y\n', 2, id="windows line end in quotes"),
        pytest.param(HEADER + '1,20,"a ""b"", c"\n', 1, id="doubled quotes"),
        pytest.param(HEADER + "1,20,x\n\n\n2,30,y\n\n", 2, id="empty lines"),
        pytest.param(HEADER + ",,\n", 1, id="a row without answers"),
        pytest.param('id,age,"note"\n1,20,x\n', 1, id="quoted header"),
        pytest.param(HEADER, 0, id="header only"),
    ],
)
def test_rows_are_read_and_counted_alike(tmp_path: Path, content: str, rows: int):
    table, answers = read(tmp_path, content)
    assert (table.n_rows, table.n_counted, len(answers)) == (rows, rows, rows)


def test_answers_stay_text_as_written(tmp_path: Path):
    _, answers = read(tmp_path, HEADER + '007, 1e3,"he said ""no"""\n,NA,=1+1\n')
    assert answers == [["007", " 1e3", 'he said "no"'], [None, "NA", "=1+1"]]


def test_semicolons_and_cp1252_are_read_as_declared(tmp_path: Path):
    content = "id;age;note\n1;20;Añasco, 3\n".encode("cp1252")
    _, answers = read(tmp_path, content, delimiter=";", encoding="cp1252")
    assert answers == [["1", "20", "Añasco, 3"]]


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1"])
def test_utf8_declared_as_something_else_is_refused_rather_than_misread(
    tmp_path: Path, encoding: str
):
    reason = refusal(tmp_path, HEADER + "1,20,CANARY é\n", encoding=encoding)
    assert f"is UTF-8 text, but {encoding} is declared" in reason
    assert "CANARY" not in reason


def test_bytes_the_declared_encoding_does_not_know_are_refused(tmp_path: Path):
    content = HEADER.encode() + b"1,20,CANARY\xe9\n2,30,\x81\n"  # 0x81 is no letter of cp1252
    reason = refusal(tmp_path, content, encoding="cp1252")
    assert "is not cp1252 text" in reason
    assert "CANARY" not in reason


@pytest.mark.parametrize("wrong", [b"\xff\n", b"\xc3"], ids=["no letter", "half a letter"])
def test_wrong_bytes_in_a_column_that_stays_behind_are_refused_too(tmp_path: Path, wrong: bytes):
    content = b"id,age,note,other\n1,20,x,y\n2,30,x,CANARY" + wrong
    reason = refusal(tmp_path, content)
    assert "line 3 of persons.csv holds bytes that are no text" in reason
    assert "CANARY" not in reason


def test_text_without_accents_is_the_same_in_both_encodings(tmp_path: Path):
    table, _ = read(tmp_path, HEADER + "1,20,x\n", encoding="cp1252")
    assert table.n_rows == 1


def test_undeclared_columns_stay_behind_and_are_listed(tmp_path: Path):
    table, answers = read(tmp_path, "secret,id,age,,note\nS,1,20,T,x\n")
    assert table.undeclared == ("secret", "(column 4, no name)")
    assert answers == [["1", "20", "x"]]


def test_a_dropped_column_is_never_handed_over(tmp_path: Path):
    file = tmp_path / "persons.csv"
    file.write_text("id,phone\n1,5550199\n")
    request = csv_request(tmp_path, file, ["id", "phone"], dropped=["phone"])
    csv_file.read(request)
    parquet = request.parquet(request.tables[0])
    assert pq.read_schema(parquet).names == ["id"]
    assert b"5550199" not in parquet.read_bytes()


def test_a_column_renamed_in_this_wave_gets_its_canonical_name(tmp_path: Path):
    file = tmp_path / "persons.csv"
    file.write_text("id,edad\n1,20\n")
    request = csv_request(tmp_path, file, ["id", "age"], renames={"age": "edad"})
    csv_file.read(request)
    assert pq.read_schema(request.parquet(request.tables[0])).names == ["id", "age"]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        pytest.param("", "is empty", id="empty"),
        pytest.param(HEADER + "1,20,x\nCANARY,30\n", "line 3 of persons.csv", id="short row"),
        pytest.param(HEADER + "1,20,x\nCANARY,3,y,z\n", "line 3 of persons.csv", id="long row"),
        pytest.param(HEADER + '1,20,"CANARY\n2,30,y\n', "quote", id="open quote"),
        pytest.param(
            HEADER + '1,20,"CANARY" z\n', "line 2 of persons.csv", id="text after a quote"
        ),
        pytest.param(HEADER.encode() + b"1,20,x\n2,CANARY\xff,y\n", "line 3 of", id="not utf-8"),
        pytest.param(HEADER.encode() + b"1,20,CANARY\x00\n", "line 2 of", id="nul byte"),
        pytest.param((HEADER + "CANARY,2,3\n").encode("utf-16"), "UTF-16", id="utf-16"),
        pytest.param(b"PK\x03\x04CANARY", "looks like a zip archive", id="a workbook"),
        pytest.param(b"\x1f\x8bCANARY", "looks like a gzip archive", id="gzip"),
        pytest.param("<!DOCTYPE html>CANARY", "web page", id="a login page"),
        pytest.param("CANARY,Juan,5550199\n1,20,x\n", "is its header missing", id="no header"),
        pytest.param("CANARY" * 300_000, "does not end", id="one endless line"),
        pytest.param("id,age,note" + ",CANARY" * 200_000, "does not end", id="endless header"),
    ],
)
def test_a_broken_file_is_refused_without_its_content(
    tmp_path: Path, content: bytes | str, says: str
):
    reason = refusal(tmp_path, content)
    assert reason.startswith("zzz_test 2021: ")
    assert says in reason
    assert "CANARY" not in reason


@pytest.mark.parametrize(
    ("header", "says"),
    [
        pytest.param("id,note", "column 'age' is not in persons.csv.", id="missing"),
        pytest.param(
            "id,agee,note", "column 'age' is not in persons.csv; nearest: 'agee'", id="renamed"
        ),
        pytest.param("id,age,age,note", "column 'age' stands 2 times", id="doubled"),
        pytest.param("id,Age,note", "'Age' differs only in case", id="another case"),
        pytest.param("id,age,note,AGE", "(also as 'AGE')", id="doubled in another case"),
        pytest.param("id,age ,note", "'age ' differs only in case or spaces", id="trailing space"),
    ],
)
def test_a_declared_column_that_is_not_there_once_refuses_the_delivery(
    tmp_path: Path, header: str, says: str
):
    assert says in refusal(tmp_path, f"{header}\n" + "," * header.count(",") + "\n")


def test_a_stray_quote_makes_the_two_counts_disagree(tmp_path: Path):
    table, _ = read(tmp_path, HEADER + '1,20,5" pipe\n2,30,y\n3,40,6" pipe\n')
    assert table.n_rows == 3
    assert table.n_counted == 1  # a parity of quotes takes three lines for one


def test_the_count_is_right_across_chunks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    content = HEADER + '1,20,"a\n""b""\n"\r\n\n2,30,é\n' * 7
    file = tmp_path / "persons.csv"
    file.write_text(content, newline="")
    form = csv_count.CsvForm("zzz_test 2021", file.name, '"')
    counts = set()
    for size in range(1, 40):
        monkeypatch.setattr(csv_count, "CHUNK", size)
        csv_count.check_text(form, file)
        counts.add(csv_count.count_records(form, file, n_columns=3))
    assert counts == {14}


def test_wrong_bytes_are_placed_right_across_chunks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    file = tmp_path / "persons.csv"
    file.write_bytes(HEADER.encode() + "1,2,é\n".encode() * 5 + b"1,\xe9\n")
    form = csv_count.CsvForm("zzz_test 2021", file.name, '"')
    for size in range(1, 12):
        monkeypatch.setattr(csv_count, "CHUNK", size)
        with pytest.raises(RefusedDelivery, match="line 7 of"):
            csv_count.check_text(form, file)
