"""What an undeclared file holds: its tables with every column and every answer as text.

The one reader that needs no declaration, for drafting one (``migstat survey new``); intake never
uses it. It runs in the jail like the others. The dialect of delimited text is guessed here, once,
to be written down and judged by a person. A request names the sheets or members to read as
``expected`` of its one table; none means all.
"""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, cast

import openpyxl
import pyreadstat

from migstat.intake.errors import RefusedDelivery
from migstat.intake.readers.archive import check_archive
from migstat.intake.readers.kobo_xlsx import read_rows, text_of
from migstat.intake.readers.magic import check_file
from migstat.intake.readers.request import Request, TableRead
from migstat.intake.readers.spss_sav import text_of as text_of_value
from migstat.intake.readers.text_table import write_text_table
from migstat.intake.readers.xlsx_layout import measure_sheet, sheet_paths

ENCODINGS = ("utf-8", "cp1252")  # a guess between what nearly every export is written in
DELIMITERS = (",", ";", "\t", "|")
DELIMITED = (".csv", ".tab", ".tsv", ".txt")
HEAD = 64 << 10


@dataclass(frozen=True)
class Part:
    """One table of the file: its header and rows, and what the file says about it."""

    name: str
    header: Sequence[str]
    rows: Iterable[Sequence[str | None]]
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class TextForm:
    """How a delimited file seems to be written."""

    encoding: str
    delimiter: str


def read(request: Request) -> list[TableRead]:
    """Read every table of a file; ``labels`` says of each its name and what the file says of it.

    Raises:
        RefusedDelivery: The file is of no known kind, damaged or crafted.
    """
    (table,) = request.tables
    file = Path(table.file)
    tables = []
    for at, part in enumerate(_parts(request, file, table.expected)):
        kept = [i for i, name in enumerate(part.header) if name]
        header = [part.header[i] for i in kept]
        names = [f"c{i}" for i in range(len(header))]
        rows = ([row[i] if i < len(row) else None for i in kept] for row in part.rows)
        written = write_text_table(Path(request.scratch) / f"t{at}.parquet", names, rows)
        labels = {"name": part.name, **part.facts}
        tables.append(TableRead(f"t{at}", written, written, tuple(header), labels))
    return tables


def _parts(request: Request, file: Path, wanted: Sequence[str]) -> Iterator[Part]:
    suffix = file.suffix.lower()
    if suffix == ".xlsx":
        check_file(request.place, file, "kobo_xlsx")
        return _sheets(request.place, file, wanted)
    if suffix == ".zip":
        return _members(request, file)
    if suffix in {".sav", ".zsav", ".dta"}:
        return _statistical(request.place, file)
    if suffix in DELIMITED:
        return iter([_delimited(request.place, file.name, file.read_bytes())])
    raise RefusedDelivery(
        f"{request.place}: {file.name} is no export that can be drafted from; hand in .csv, .tab, "
        ".xlsx, .sav, .dta or a .zip of delimited files."
    )


def _sheets(place: str, file: Path, wanted: Sequence[str]) -> Iterator[Part]:
    check_archive(place, file)
    entries = sheet_paths(place, file)
    names = [name for name in entries if not wanted or name in wanted]
    for name in names:
        measure_sheet(place, file, name, entries[name])
    book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
    try:
        for name in names:
            header, rows = read_rows(book[name])
            yield Part(name, header, ([text_of(cell) for cell in row] for row in rows))
    finally:
        book.close()


def _members(request: Request, file: Path) -> Iterator[Part]:
    check_archive(request.place, file)
    with zipfile.ZipFile(file) as archive:
        for entry in archive.infolist():
            if PurePosixPath(entry.filename).suffix.lower() in DELIMITED:
                yield _delimited(request.place, entry.filename, archive.read(entry))


def _delimited(place: str, name: str, content: bytes) -> Part:
    form, text = _form(content)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=form.delimiter)
    try:
        records = [[answer or None for answer in row] for row in rows if row]
    except csv.Error as error:
        raise RefusedDelivery(
            f"{place}: {name} is no delimited text that can be read. Export it again."
        ) from error
    header = [name or "" for name in records[0]] if records else []
    return Part(name, header, records[1:], {"dialect": asdict(form)})


def _form(content: bytes) -> tuple[TextForm, str]:
    """Guess how text is written: its encoding by what decodes, its delimiter by the header."""
    wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if wide else ENCODINGS:
        try:
            text = content.decode("utf-8-sig" if encoding == "utf-8" else encoding)
        except UnicodeDecodeError:
            continue
        break
    else:
        encoding, text = "latin-1", content.decode("latin-1")
    header = text[:HEAD].split("\n", 1)[0]
    return TextForm(encoding, max(DELIMITERS, key=header.count)), text


def _statistical(place: str, file: Path) -> Iterator[Part]:
    is_stata = file.suffix.lower() == ".dta"
    read_file = pyreadstat.read_dta if is_stata else pyreadstat.read_sav
    try:
        columns, meta = read_file(str(file), user_missing=True, output_format="dict")
    except (pyreadstat.ReadstatError, UnicodeDecodeError, ValueError) as error:
        raise RefusedDelivery(f"{place}: {file.name} is damaged. Save it again.") from error
    header = list(columns)
    rows = zip(*[[text_of_value(v) for v in columns[name]] for name in header], strict=True)
    choices = {
        name: {text_of_value(code): str(label) for code, label in values.items()}
        for name, values in meta.variable_value_labels.items()
    }
    texts = {name: label for name, label in meta.column_names_to_labels.items() if label}
    ranges = {
        name: [
            [text_of_value(bounds["lo"]), text_of_value(bounds["hi"])]
            for bounds in cast("list[dict[str, object]]", found)
        ]
        for name, found in meta.missing_ranges.items()
    }
    facts = {"labels": texts, "choices": choices, "missing": ranges}
    yield Part(file.stem, header, rows, facts)
