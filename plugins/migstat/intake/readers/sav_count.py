"""Counting the cases of an SPSS system file without the library that reads it.

Walks the dictionary to where the data begin, then counts the values: eight bytes each, or one
command byte each in a compressed file (command 253 is followed by eight literal bytes, 252 ends the
data, 0 is padding). The layout is that of the PSPP developers' guide, "System File Format".
"""

import struct
from pathlib import Path
from typing import BinaryIO

from migstat.intake.errors import RefusedDelivery

HEADER_BYTES = 176
LAYOUT_AT, COMPRESSION_AT, CASES_AT = 64, 72, 80
VARIABLE, VALUE_LABELS, LABEL_VARIABLES, DOCUMENTS, EXTENSION, END = 2, 3, 4, 6, 7, 999
PADDING, END_OF_DATA, LITERAL = 0, 252, 253
DOCUMENT_LINE = 80


def count_cases(place: str, file: Path) -> int:
    """Count the cases of a file.

    In a ``.zsav`` file the data are packed once more; there the header's own number stands.

    Raises:
        RefusedDelivery: The file is damaged, or its values do not fill whole cases.
    """
    try:
        with file.open("rb") as stream:
            return _count(stream)
    except (struct.error, ValueError) as error:
        raise RefusedDelivery(
            f"{place}: {file.name} is damaged or truncated: its values do not fill whole cases. "
            "Save it again from SPSS."
        ) from error


def _count(stream: BinaryIO) -> int:
    header = stream.read(HEADER_BYTES)
    order = "<" if struct.unpack_from("<i", header, LAYOUT_AT)[0] in {2, 3} else ">"
    (compression,) = struct.unpack_from(f"{order}i", header, COMPRESSION_AT)
    (promised,) = struct.unpack_from(f"{order}i", header, CASES_AT)
    if header.startswith(b"$FL3"):
        if promised < 0:
            raise ValueError("no number of cases")
        return int(promised)
    width = _skip_dictionary(stream, order)
    data = stream.read()
    values = _count_commands(data) if compression else _whole(len(data), 8)
    return _whole(values, width)


def _skip_dictionary(stream: BinaryIO, order: str) -> int:
    """Walk to the data; the number of eight-byte values that make a case."""
    width = 0
    while (kind := _number(stream, order)) != END:
        if kind == VARIABLE:
            width += 1
            _skip_variable(stream, order)
        elif kind == VALUE_LABELS:
            for _ in range(_number(stream, order)):
                stream.read(8)
                (length,) = stream.read(1)
                stream.seek((length + 8) // 8 * 8 - 1, 1)
        elif kind == LABEL_VARIABLES:
            stream.seek(4 * _number(stream, order), 1)
        elif kind == DOCUMENTS:
            stream.seek(DOCUMENT_LINE * _number(stream, order), 1)
        elif kind == EXTENSION:
            _number(stream, order)
            size, count = _number(stream, order), _number(stream, order)
            stream.seek(size * count, 1)
        else:
            raise ValueError("unknown record")
    _number(stream, order)
    return width


def _skip_variable(stream: BinaryIO, order: str) -> None:
    _, has_label, n_missing, *_ = struct.unpack(f"{order}5i", stream.read(20))
    stream.seek(8, 1)
    if has_label:
        stream.seek((_number(stream, order) + 3) // 4 * 4, 1)
    stream.seek(8 * abs(n_missing), 1)


def _count_commands(data: bytes) -> int:
    """Count the values of compressed data: every command but padding and the end."""
    values = at = 0
    while at + 8 <= len(data):
        commands = data[at : at + 8]
        if END_OF_DATA in commands:
            commands = commands[: commands.index(END_OF_DATA)]
            return values + len(commands) - commands.count(PADDING)
        values += 8 - commands.count(PADDING)
        at += 8 + 8 * commands.count(LITERAL)
    return values


def _number(stream: BinaryIO, order: str) -> int:
    return int(struct.unpack(f"{order}i", stream.read(4))[0])


def _whole(total: int, part: int) -> int:
    if part <= 0 or total % part:
        raise ValueError("not whole")
    return total // part
