"""Delimited text: DuckDB's parser with the declared dialect and columns, never sniffed.

DuckDB alone is not to be trusted with a survey: by default it drops ragged rows, runs through an
open quote and renames doubled columns in silence (``hostile.md``). So the header is read here, the
parser is strict, and ``csv_count`` counts the records without it.
"""

import codecs
import csv
import io
import re
from collections.abc import Sequence
from pathlib import Path

import duckdb

from migstat.intake.errors import ReaderFault, RefusedDelivery
from migstat.intake.readers.columns import check_columns
from migstat.intake.readers.csv_count import CsvForm, check_text, count_records
from migstat.intake.readers.magic import check_file
from migstat.intake.readers.request import Request, TableRead, TableRequest
from migstat.sql import identifier, literal

MAX_HEADER_BYTES = 1 << 20
CHUNK = 1 << 22
LINE = re.compile(r"CSV Error on Line: (\d+)")
UTF8 = frozenset({"utf-8", "utf_8", "utf8", "utf-8-sig", "utf_8_sig"})


def read(request: Request) -> list[TableRead]:
    """Read the tables of a delivery, one delimited file each.

    Raises:
        RefusedDelivery: A file is not what is declared, or its rows do not hold together.
    """
    return [_read_table(request, table) for table in request.tables]


def _read_table(request: Request, table: TableRequest) -> TableRead:
    file = Path(table.file)
    check_file(request.place, file, "csv", request.encoding)
    return read_delimited(request, table, file, file.name)


def read_delimited(request: Request, table: TableRequest, file: Path, name: str) -> TableRead:
    """Read one table from one delimited file.

    Args:
        request: The delivery.
        table: The table.
        file: The file that holds it.
        name: What the steward calls the file.

    Raises:
        RefusedDelivery: The file is not what is declared, or its rows do not hold together.
    """
    place = request.place
    text = _as_utf8(request, file, name)
    form = CsvForm(place=place, name=name, quote=request.quote)
    check_text(form, text)
    header, line_end = _header(request, text, name)
    undeclared = check_columns(place, name, header, table.expected, table.optional)
    counted = count_records(form, text, n_columns=len(header))
    rows = _parse(request, table, text, header, line_end=line_end, name=name)
    return TableRead(table.name, rows, counted, undeclared)


def _as_utf8(request: Request, file: Path, name: str) -> Path:
    """Give the file in UTF-8: itself, or a transcoded copy in the scratch folder."""
    if request.encoding.lower() in UTF8:
        return file
    _refuse_utf8(request, file, name)
    _refuse_unmarked(request, file, name)
    target = Path(request.scratch) / f"{file.name}.utf8"
    lines = 0
    decoder = codecs.getincrementaldecoder(request.encoding)()
    with file.open("rb") as source, target.open("w", encoding="utf-8", newline="") as out:
        try:
            while chunk := source.read(CHUNK):
                lines += chunk.count(b"\n")
                out.write(decoder.decode(chunk))
            out.write(decoder.decode(b"", final=True))
        except UnicodeDecodeError as error:
            raise RefusedDelivery(
                f"{request.place}: {name} is not {request.encoding} text (up to line "
                f"{lines + 1:,}). Export it again, or declare its encoding."
            ) from error
    return target


def _refuse_unmarked(request: Request, file: Path, name: str) -> None:
    """Refuse UTF-16 that does not say in which order its bytes stand, rather than guess it."""
    if codecs.lookup(request.encoding).name != "utf-16":
        return
    with file.open("rb") as source:
        if source.read(2) not in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}:
            raise RefusedDelivery(
                f"{request.place}: {name} has no byte order mark, so it is not the UTF-16 that is "
                "declared. Nothing was taken in. Export it again as Unicode text, or declare its "
                "encoding (utf-16-le, utf-16-be, utf-8)."
            )


def _refuse_utf8(request: Request, file: Path, name: str) -> None:
    """Refuse UTF-8 that is declared as something else.

    Nearly every byte means something in an encoding of one byte per character, so such a file would
    be read without a word, each accented letter as two. The other way round, text with accents in
    such an encoding is practically never valid UTF-8.
    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    is_ascii = True
    with file.open("rb") as source:
        try:
            while chunk := source.read(CHUNK):
                is_ascii &= chunk.isascii()
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return
    if not is_ascii:
        raise RefusedDelivery(
            f"{request.place}: {name} is UTF-8 text, but {request.encoding} is declared: its "
            "accented letters would be misread. Nothing was taken in. Export it again in the "
            "declared encoding, or declare `encoding: utf-8` in delivery.yml and `migstat requeue` "
            "this delivery."
        )


def _header(request: Request, text: Path, name: str) -> tuple[list[str], str]:
    """Read the first record and how its line ends.

    The record is parsed by Python's ``csv``; a header longer than 1 MiB is none.
    """
    with text.open("rb") as stream:
        head = stream.read(MAX_HEADER_BYTES).removeprefix(codecs.BOM_UTF8)
    lines = list(io.StringIO(head.decode("utf-8", errors="ignore"), newline=""))
    quote = request.quote or None
    reader = csv.reader(
        iter(lines),
        delimiter=request.delimiter,
        quotechar=quote,
        quoting=csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE,
        strict=True,
    )
    try:
        header = next(reader, [])
    except csv.Error as error:
        raise RefusedDelivery(
            f"{request.place}: the header of {name} has an open quote or does not end; is this a "
            "table at all? Export it again."
        ) from error
    if len(head) == MAX_HEADER_BYTES and reader.line_num >= len(lines):
        raise RefusedDelivery(
            f"{request.place}: the header of {name} does not end within {MAX_HEADER_BYTES:,} "
            "bytes; is this a table at all? Export it again."
        )
    return header, "crlf" if lines[reader.line_num - 1].endswith("\r\n") else "lf"


def _parse(
    request: Request,
    table: TableRequest,
    text: Path,
    header: Sequence[str],
    *,
    line_end: str,
    name: str,
) -> int:
    """Write the wanted columns as Parquet text; the number of rows is DuckDB's own."""
    connection = duckdb.connect(
        config={
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "memory_limit": "1GB",
            "temp_directory": request.scratch,
        }
    )
    position = {column: at for at, column in enumerate(header)}
    columns = ", ".join(
        f"c{position[spelt]} as {identifier(canonical)}"
        for canonical, spelt in table.present(position).items()
    )
    scan = _scan(request, text, len(header), line_end)
    target = literal(request.parquet(table))
    try:
        copied = connection.execute(
            f"copy (select {columns} from {scan}) to {target} (format parquet, compression snappy)"
        ).fetchone()
    except duckdb.Error as error:
        raise _refused(request.place, name, error) from None  # its text quotes the line
    finally:
        connection.close()
    return int(copied[0]) if copied else 0


def _scan(request: Request, text: Path, n_columns: int, line_end: str) -> str:
    types = ", ".join(f"'c{at}': 'VARCHAR'" for at in range(n_columns))
    # DuckDB 2.0 finds no row at all when told of \r\n, and trips over \r\n inside quotes unless
    # told of \n: so only \n is named
    new_line = ", new_line = '\\n'" if line_end == "lf" else ""
    return (
        f"read_csv({literal(text)}, auto_detect = false, header = true, "
        f"delim = {literal(request.delimiter)}, quote = {literal(request.quote)}, "
        f"escape = {literal(request.quote)}, columns = {{{types}}}, strict_mode = true, "
        f"null_padding = false, ignore_errors = false{new_line})"
    )


def _refused(place: str, name: str, error: duckdb.Error) -> Exception:
    if isinstance(error, duckdb.OutOfMemoryException):
        return MemoryError()
    if isinstance(error, duckdb.IOException):
        return ReaderFault("the scratch folder can't be written; is the disk full?")
    text = str(error)
    line = LINE.search(text)
    where = f"line {int(line[1]):,} of {name}" if line else name
    if "unterminated quote" in text:
        why = "has a quote that is opened and not closed, or text after a closing quote"
    elif "Expected Number of Columns" in text:
        why = "has another number of fields than the header"
    elif "unicode" in text.lower():
        why = "is not in the declared encoding"
    elif "maximum line size" in text.lower() or "Max line size" in text:
        why = "is longer than any answer"
    else:
        why = "does not follow the declared dialect (delimiter, quotes, line ends)"
    return RefusedDelivery(f"{place}: {where} {why}. Nothing was taken in; export it again.")
