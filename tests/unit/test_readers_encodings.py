"""Every encoding that tools write is read as declared and counted again, or refused."""

import codecs
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from intake_fixtures import csv_request
from migstat.intake.errors import RefusedDelivery
from migstat.intake.readers import csv_file
from migstat.intake.readers.request import TableRead

TEXT = "id;имя\r\n1;Да\r\n2;Душанбе, Шугнан\r\n"


def read(
    folder: Path, content: bytes, encoding: str, columns: tuple[str, ...] = ("id", "имя")
) -> tuple[TableRead, list[list[str | None]]]:
    file = folder / "persons.csv"
    file.write_bytes(content)
    request = csv_request(folder, file, columns, delimiter=";", encoding=encoding)
    (table,) = csv_file.read(request)
    answers = pq.read_table(request.parquet(request.tables[0])).to_pylist()
    return table, [list(row.values()) for row in answers]


@pytest.mark.parametrize(
    ("encoding", "content"),
    [
        pytest.param("utf-8", TEXT.encode(), id="utf-8"),
        pytest.param("utf-8", codecs.BOM_UTF8 + TEXT.encode(), id="utf-8 with a mark"),
        pytest.param("windows-1251", TEXT.encode("cp1251"), id="windows-1251"),
        pytest.param("cp866", TEXT.encode("cp866"), id="dos"),
        pytest.param("koi8-r", TEXT.encode("koi8-r"), id="koi8"),
        pytest.param(
            "utf-16", codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"), id="utf-16 of Excel"
        ),
        pytest.param(
            "utf-16", codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), id="utf-16 of a Mac"
        ),
        pytest.param(
            "utf-16-le", TEXT.encode("utf-16-le"), id="utf-16 without a mark, declared so"
        ),
    ],
)
def test_a_declared_encoding_is_read_and_counted(tmp_path: Path, encoding: str, content: bytes):
    table, answers = read(tmp_path, content, encoding)
    assert answers == [["1", "Да"], ["2", "Душанбе, Шугнан"]]
    assert (table.n_rows, table.n_counted) == (2, 2)


@pytest.mark.parametrize(
    ("declared", "content", "says"),
    [
        pytest.param("utf-8", TEXT.encode("cp1251"), "line 1 of persons.csv", id="1251 as utf-8"),
        pytest.param("windows-1251", TEXT.encode(), "is UTF-8 text", id="utf-8 as 1251"),
        pytest.param("utf-8", TEXT.encode("utf-16"), "text in UTF-16", id="utf-16 as utf-8"),
        pytest.param("windows-1251", TEXT.encode("utf-16"), "text in UTF-16", id="utf-16 as 1251"),
        pytest.param("utf-16", TEXT.encode("utf-16-le"), "no byte order mark", id="no mark"),
        pytest.param("utf-16", TEXT.encode("utf-16")[:-1], "is not utf-16 text", id="cut in half"),
        pytest.param("utf-16", TEXT.encode(), "is UTF-8 text", id="utf-8 as utf-16"),
    ],
)
def test_another_encoding_than_declared_is_refused(
    tmp_path: Path, declared: str, content: bytes, says: str
):
    with pytest.raises(RefusedDelivery) as refused:
        read(tmp_path, content, declared)
    assert says in refused.value.reason
    assert "Душанбе" not in refused.value.reason


def test_a_quote_that_hides_rows_makes_the_counts_of_utf_16_disagree(tmp_path: Path):
    table, answers = read(tmp_path, 'id;имя\n1;5" x\n2;y\n3;6" x\n'.encode("utf-16"), "utf-16")
    assert (len(answers), table.n_counted) == (3, 1)
