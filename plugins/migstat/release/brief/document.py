"""What a brief says, laid out by nobody: the HTML and the PDF are two drawings of one document.

Every string is what a reader reads: translated, with its numbers formatted. One that had to stay in
English is ``Foreign`` and is marked so in both drawings.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from typing import Any

from migstat.declarations.catalogue import Language


class Foreign(str):
    """A text that stands in another language than its page.

    Attributes:
        language: The language it stands in.
        key: What was looked up, for the list of what is not translated.
    """

    __slots__ = ("key", "language")

    def __new__(cls, text: str, language: Language, key: str) -> "Foreign":
        """Make one."""
        made = super().__new__(cls, text)
        made.language = language
        made.key = key
        return made

    language: Language
    key: str


@dataclass(frozen=True)
class Paragraph:
    """One paragraph."""

    text: str
    kind: str = "paragraph"


@dataclass(frozen=True)
class Facts:
    """Pairs of a name and what is so."""

    pairs: tuple[tuple[str, str], ...]
    kind: str = "facts"


@dataclass(frozen=True)
class Commands:
    """Lines to type."""

    lines: tuple[str, ...]
    kind: str = "commands"


@dataclass(frozen=True)
class Column:
    """A column of a table; numbers stand to the right. ``share`` is its part of the width."""

    title: str
    is_number: bool = False
    share: float = 1.0


@dataclass(frozen=True)
class Table:
    """A table whose first column names its rows."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    kind: str = "table"


@dataclass(frozen=True)
class Picture:
    """A chart, what it shows in words, and the figures behind it."""

    svg: str
    alt: str
    table: Table
    kind: str = "picture"


Block = Paragraph | Facts | Commands | Table | Picture


@dataclass(frozen=True)
class Section:
    """A heading and what stands under it; ``level`` 2 or 3."""

    title: str
    blocks: tuple[Block, ...]
    level: int = 2


@dataclass(frozen=True)
class Line:
    """One of the lines that matter: a few words that lead, and a sentence."""

    lead: str
    text: str


@dataclass(frozen=True)
class Document:
    """A brief.

    Attributes:
        language: Of the page.
        day: Date of the release.
        vintage: Label of the release; empty for a page across countries.
        publisher: The office.
        title: Of the page.
        subtitle: What it is about, in a line.
        banner: A warning over everything; empty where none is due.
        facts: Vintage, date, period: what a reader checks first.
        summary: Heading of the lines.
        lines: The lines that matter.
        sections: All the rest, in order.
    """

    language: Language
    day: date
    vintage: str
    publisher: str
    title: str
    subtitle: str
    banner: str
    facts: Facts
    summary: str
    lines: tuple[Line, ...]
    sections: tuple[Section, ...]


def texts_of(part: Any) -> Iterator[str]:  # noqa: ANN401 - a document or any part of it
    """Yield every text of a document, charts aside."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, tuple):
        for item in part:
            yield from texts_of(item)
    elif is_dataclass(part):
        for field in fields(part):
            if field.name not in ("svg", "kind", "language"):
                yield from texts_of(getattr(part, field.name))


def untranslated(document: Document) -> list[str]:
    """List what a document had to say in English."""
    return sorted({text.key for text in texts_of(document) if isinstance(text, Foreign)})
