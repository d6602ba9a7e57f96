"""A document as tagged PDF (PDF/UA-1), set by typst with the shipped fonts."""

import json
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, time
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Literal

import typst

from migstat.paths import paths
from migstat.release.brief import templates
from migstat.release.brief.document import Document, Foreign, texts_of
from migstat.release.brief.fonts import check_letters, families

STANDARD: Literal["ua-1"] = (
    "ua-1"  # the engine refuses a picture without words, or a letter without a shape
)


def render_pdf(document: Document) -> bytes:
    """Set the PDF. The same document gives the same bytes.

    Raises:
        FontError: A letter of the document can't be drawn.
    """
    check_letters(texts_of(document))
    content = {**_plain(document), "fonts": families()}
    pdf = typst.compile(
        resources.files(templates).joinpath("brief.typ").read_bytes(),
        font_paths=_fonts(paths().fonts),
        format="pdf",
        sys_inputs={"document": json.dumps(content, ensure_ascii=False)},
        pdf_standards=[STANDARD],
        timestamp=datetime.combine(document.day, time(), UTC),
    )
    return bytes(pdf)


@cache
def _fonts(folder: Path) -> typst.Fonts:
    """Read the fonts once; the engine would for every document."""
    return typst.Fonts(include_system_fonts=False, font_paths=[str(folder)])


def _plain(part: Any) -> Any:  # noqa: ANN401 - a document or any part of it
    """Turn a document into what JSON can hold; a foreign text keeps its language."""
    if isinstance(part, Foreign):
        return {"text": str(part), "language": part.language}
    if isinstance(part, date):
        return part.isoformat()
    if isinstance(part, tuple):
        return [_plain(item) for item in part]
    if is_dataclass(part):
        return {field.name: _plain(getattr(part, field.name)) for field in fields(part)}
    return part
