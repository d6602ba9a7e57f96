"""Is a file what its declared format says, by its first bytes? Its size was judged in the zone."""

from pathlib import Path

from migstat.intake.errors import RefusedDelivery

HEAD_BYTES = 512

# first bytes and what a steward calls such a file; checked in this order
SIGNATURES = (
    (b"PK\x03\x04", "a zip archive or XLSX workbook"),
    (b"PK\x05\x06", "an empty zip archive"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old .xls or a password-protected workbook"),
    (b"$FL2", "an SPSS file"),
    (b"$FL3", "a compressed SPSS file (.zsav)"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ\x00", "an xz archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!", "a rar archive"),
    (b"%PDF", "a PDF"),
    (b"<stata_dta>", "a Stata file"),
    (b"\x71\x01", "an old Stata file (before Stata 13)"),
    (b"\x71\x02", "an old Stata file (before Stata 13)"),
    (b"\x72\x01", "an old Stata file (before Stata 13)"),
    (b"\x72\x02", "an old Stata file (before Stata 13)"),
    (b"\x73\x01", "an old Stata file (before Stata 13)"),
    (b"\x73\x02", "an old Stata file (before Stata 13)"),
    (b"PAR1", "a Parquet file"),
    (b"SQLite format 3", "an SQLite database"),
    (b"\xff\xfe", "text in UTF-16"),
    (b"\xfe\xff", "text in UTF-16"),
)
FITTING = {
    "csv": frozenset[str](),
    "csv_zip": frozenset({"a zip archive or XLSX workbook"}),
    "xlsx": frozenset({"a zip archive or XLSX workbook"}),
    "spss_sav": frozenset({"an SPSS file", "a compressed SPSS file (.zsav)"}),
    "stata_dta": frozenset({"a Stata file"}),
}
FORMAT_NAMES = {
    "csv": "a CSV file",
    "csv_zip": "a zip archive of CSV files",
    "xlsx": "an XLSX workbook",
    "spss_sav": "an SPSS file",
    "stata_dta": "a Stata file (.dta of Stata 13 or later)",
}


def check_file(
    place: str, file: Path, declared_format: str, encoding: str = "utf-8", name: str = ""
) -> None:
    """Judge a file before any parser sees it.

    Args:
        place: Survey and wave, for the message.
        file: The file.
        declared_format: What it is declared to be.
        encoding: The declared encoding of text.
        name: What the steward calls it, where that is not the file's own name.

    Raises:
        RefusedDelivery: It is empty, or of another kind than declared.
    """
    name = name or file.name
    if file.stat().st_size == 0:
        raise RefusedDelivery(f"{place}: {name} is empty. Export it again and hand it in.")
    with file.open("rb") as stream:
        head = stream.read(HEAD_BYTES)
    kind = _kind(head, encoding)
    fitting = FITTING[declared_format]
    if (kind in fitting) if fitting else (kind is None):
        return
    looks = f"looks like {kind}" if kind else "is no such file"
    raise RefusedDelivery(
        f"{place}: {name} should be {FORMAT_NAMES[declared_format]} but {looks}. "
        "Export it again in the declared format."
    )


def _kind(head: bytes, encoding: str) -> str | None:
    for signature, kind in SIGNATURES:
        if head.startswith(signature):
            return None if "UTF-16" in kind and "16" in encoding else kind
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith((b"<!doctype", b"<html", b"<?xml")):
        return "a web page or XML"
    return None
