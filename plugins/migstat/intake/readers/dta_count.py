"""Counting the observations of a Stata file without the library that reads it.

A file of Stata 13 or later (releases 117 to 119) has a map of where its parts begin. The bytes
between ``<data>`` and ``</data>``, divided by the width of an observation that the variables' types
give, are the observations; the header's own number must say the same. The layout is that of Stata's
``help dta``.
"""

import re
import struct
from pathlib import Path
from typing import BinaryIO

from migstat.intake.errors import RefusedDelivery

HEAD_BYTES = 4096
RELEASES = frozenset({b"117", b"118", b"119"})
START = re.compile(
    rb"<stata_dta><header><release>(\d{3})</release><byteorder>(LSF|MSF)</byteorder><K>"
)
MAP_ENTRIES, TYPES_AT, NAMES_AT, DATA_AT, AFTER_DATA_AT, END_AT = 14, 2, 3, 9, 10, 13
WIDTHS = {32768: 8, 65526: 8, 65527: 4, 65528: 4, 65529: 2, 65530: 1}  # strL, double ... byte
LONGEST_TEXT = 2045


def count_observations(place: str, file: Path) -> int:
    """Count the observations of a file.

    Raises:
        RefusedDelivery: The file is damaged, truncated, or of a release that is not read.
    """
    try:
        with file.open("rb") as stream:
            return _count(stream, file.stat().st_size)
    except (struct.error, ValueError, OverflowError) as error:
        raise RefusedDelivery(
            f"{place}: {file.name} is a damaged or truncated Stata file, or not one of Stata 13 or "
            "later. Save it again from Stata."
        ) from error


def _count(stream: BinaryIO, size: int) -> int:
    head = stream.read(HEAD_BYTES)
    start = START.match(head)
    if start is None or start[1] not in RELEASES:
        raise ValueError("no header")
    order = "<" if start[2] == b"LSF" else ">"
    promised = _promised(head, start.end(), start[1], order)
    places = _map(stream, head, order)
    if places[END_AT] != size:
        raise ValueError("truncated")
    width = _width(stream, places, order)
    begin, end = places[DATA_AT], places[AFTER_DATA_AT]
    _expect(stream, begin, b"<data>")
    _expect(stream, end - len(b"</data>"), b"</data>")
    total = end - begin - len(b"<data></data>")
    if width <= 0 or total % width or total // width != promised:
        raise ValueError("not whole")
    return promised


def _promised(head: bytes, at: int, release: bytes, order: str) -> int:
    """Read the number of observations that the header states, behind that of the variables."""
    at += 4 if release == b"119" else 2
    tag = b"</K><N>"
    if head[at : at + len(tag)] != tag:
        raise ValueError("no number of observations")
    kind = "I" if release == b"117" else "Q"
    return int(struct.unpack_from(f"{order}{kind}", head, at + len(tag))[0])


def _map(stream: BinaryIO, head: bytes, order: str) -> tuple[int, ...]:
    at = head.find(b"<map>")
    if at < 0:
        raise ValueError("no map")
    stream.seek(at + len(b"<map>"))
    return struct.unpack(f"{order}{MAP_ENTRIES}Q", stream.read(8 * MAP_ENTRIES))


def _width(stream: BinaryIO, places: tuple[int, ...], order: str) -> int:
    """Add up the bytes of the variables of one observation."""
    tag = b"<variable_types>"
    _expect(stream, places[TYPES_AT], tag)
    length = places[NAMES_AT] - places[TYPES_AT] - 2 * len(tag) - 1
    raw = stream.read(length)
    kinds = struct.unpack(f"{order}{len(raw) // 2}H", raw)
    known = [kind if 1 <= kind <= LONGEST_TEXT else WIDTHS.get(kind) for kind in kinds]
    if len(raw) != length or None in known:
        raise ValueError("unknown type")
    return sum(width for width in known if width is not None)


def _expect(stream: BinaryIO, at: int, tag: bytes) -> None:
    stream.seek(at)
    if stream.read(len(tag)) != tag:
        raise ValueError("the map leads elsewhere")
