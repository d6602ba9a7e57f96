"""The brief of the country, as a page and as PDF in each of its languages."""

from pathlib import Path

from migstat.release.brief.country import build_country_brief
from migstat.release.brief.document import Document
from migstat.release.brief.page import render_page
from migstat.release.brief.pdf import render_pdf
from migstat.release.brief.source import source_of
from migstat.release.brief.words import Words
from migstat.release.release import Release


def write(release: Release, folder: Path) -> list[Path]:
    """Write the brief in each of the country's languages.

    Returns:
        ``<stem>_brief_<language>.html`` and ``.pdf``.

    Raises:
        FontError: No shipped font has a letter that the brief needs.
    """
    source = source_of(release)
    files: list[Path] = []
    for language in release.declared.languages:
        document = build_country_brief(source, Words(language, source.declared))
        files += write_document(document, folder, f"{release.stem}_brief")
    return files


def write_document(document: Document, folder: Path, stem: str) -> tuple[Path, Path]:
    """Write a document as a page and as PDF, its language in their names."""
    page, pdf = (folder / f"{stem}_{document.language}.{ending}" for ending in ("html", "pdf"))
    page.write_text(render_page(document), encoding="utf-8")
    pdf.write_bytes(render_pdf(document))
    return page, pdf
