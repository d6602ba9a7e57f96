"""The page and the PDF: self-contained, well built, deaf to what their texts hold."""

import itertools
import os
import re
import shutil
import subprocess
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import brief_source
import pytest
from markupsafe import escape
from migstat.release.brief.country import build_country_brief
from migstat.release.brief.document import (
    Column,
    Document,
    Foreign,
    Paragraph,
    Picture,
    Section,
    Table,
)
from migstat.release.brief.page import render_page
from migstat.release.brief.pdf import render_pdf
from migstat.release.brief.words import Words

OWN = [("BGD", "bn"), ("GIN", "fr"), ("IDN", "id"), ("KGZ", "ru"), ("LSO", "en"), ("SLV", "es")]
EVIL = '<script>alert(1)</script> {{ 81*99 }} {% raw %} #raw <x> $x$ & "q" \\u{41} #(81*99)'


class Page(HTMLParser):
    """The elements of a page, in their order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def named(self, *tags: str) -> list[tuple[str, dict[str, str | None]]]:
        return [(tag, attributes) for tag, attributes in self.elements if tag in tags]


def document_of(iso3: str, language: str) -> Document:
    made = brief_source.source(iso3)
    return build_country_brief(made, Words(language, made.declared))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def spanish() -> Document:
    return document_of("SLV", "es")


@pytest.fixture(scope="module")
def page(spanish: Document) -> Page:
    return Page(render_page(spanish))


def evil(document: Document) -> Document:
    section = Section(EVIL, (Paragraph(EVIL), *document.sections[0].blocks))
    return replace(document, title=EVIL, publisher=EVIL, sections=(section,))


def poppler(program: str) -> str:
    """Find a program of poppler-utils; CI must have it."""
    found = shutil.which(program)
    if found is None and os.environ.get("CI"):
        pytest.fail(f"{program} is missing: .ci/run installs poppler-utils")
    return found or pytest.skip(f"NOT CHECKED: {program} is missing (apt install poppler-utils)")


def text_of(pdf: bytes, folder: Path) -> str:
    file = folder / "brief.pdf"
    file.write_bytes(pdf)
    return run(poppler("pdftotext"), "-layout", str(file), "-")


def run(*command: str) -> str:
    """Run a program and read what it prints; pdfinfo prints some titles as UTF-16."""
    done = subprocess.run(command, capture_output=True, check=True)
    return done.stdout.decode("utf-8", errors="replace")


def test_the_same_document_gives_the_same_bytes(spanish: Document):
    assert render_page(spanish) == render_page(document_of("SLV", "es"))
    assert render_pdf(spanish) == render_pdf(document_of("SLV", "es"))


def test_a_page_says_its_language_and_has_one_main_part(page: Page):
    assert page.named("html")[0][1]["lang"] == "es"
    assert len(page.named("main")) == 1
    assert len(page.named("h1")) == 1


def test_headings_leave_no_level_out(page: Page):
    levels = [int(tag[1]) for tag, _ in page.named("h1", "h2", "h3", "h4", "h5", "h6")]
    assert levels[0] == 1
    assert all(below - above <= 1 for above, below in itertools.pairwise(levels))


def test_every_table_has_a_caption_and_every_header_a_scope(page: Page):
    assert len(page.named("table")) == len(page.named("caption")) > 5
    assert {attributes.get("scope") for _, attributes in page.named("th")} == {"col", "row"}


def test_every_chart_has_words_and_a_table_in_its_figure(page: Page):
    charts = page.named("svg")
    assert len(charts) == len(page.named("figure")) >= 5
    assert {attributes["role"] for _, attributes in charts} == {"img"}
    titles = {attributes["id"] for _, attributes in page.named("title") if "id" in attributes}
    assert {attributes["aria-labelledby"] for _, attributes in charts} == titles


def test_ids_stand_once(page: Page):
    ids = [attributes["id"] for _, attributes in page.elements if attributes.get("id")]
    assert len(ids) == len(set(ids))


def test_a_page_needs_no_script_and_fetches_nothing(spanish: Document):
    text = render_page(spanish)
    made = Page(text)
    assert not made.named("script", "link", "img", "iframe", "object", "form")
    sources = re.findall(r'(?:src|href)\s*=\s*"([^"]*)"|url\(([^)]*)\)', text)
    assert all((one or other).startswith(("#", "data:font")) for one, other in sources)
    assert "default-src 'none'" in text


def test_a_page_breaks_where_a_printer_wants_it(spanish: Document):
    printed = render_page(spanish).partition("@media print")[2]
    together = "thead, tbody tr:first-child, tbody tr:nth-last-child(2) { break-after: avoid; }"
    assert together in printed  # as in the PDF, no row of a table alone


def test_a_text_of_another_language_is_marked_in_page_and_pdf(spanish: Document):
    foreign = Foreign("Survey of nowhere", "en", "surveys.zzz")
    document = replace(spanish, sections=(Section("Uno", (Paragraph(foreign),)),))
    assert '<span lang="en">Survey of nowhere</span>' in render_page(document)
    assert render_pdf(document).startswith(b"%PDF-")


def test_what_a_text_holds_is_never_markup(spanish: Document):
    text = render_page(evil(spanish))
    assert not Page(text).named("script")
    assert text.count(str(escape(EVIL))) >= 4  # head, title, heading and paragraph
    assert "8019" not in re.sub(r"<svg.*?</svg>|base64,[^)]*", "", text, flags=re.DOTALL)


def test_what_a_text_holds_is_never_typesetting(spanish: Document, tmp_path: Path):
    read = " ".join(text_of(render_pdf(evil(spanish)), tmp_path).split())
    assert "#raw <x> $x$" in read
    assert "#(81*99)" in read
    assert "8019" not in read


@pytest.mark.parametrize(("iso3", "language"), OWN)
def test_the_pdf_is_tagged_and_says_its_title_and_language(
    iso3: str, language: str, tmp_path: Path
):
    document = document_of(iso3, language)
    file = tmp_path / "brief.pdf"
    file.write_bytes(render_pdf(document))
    told = run(poppler("pdfinfo"), str(file))
    facts = dict(re.findall(r"^([\w ]+):\s+(.*)$", told, flags=re.MULTILINE))
    assert facts["Tagged"] == "yes"
    assert facts["Title"] == document.title
    assert facts["Page size"].endswith("(A4)")
    tree = run(poppler("pdfinfo"), "-struct", str(file))
    for element in ("H1", "H2", "Table", "TH", "TD", "Figure", "Caption"):
        assert re.search(rf"^\s*{element}\b", tree, flags=re.MULTILINE), element
    assert f"/Lang({language})".encode() in file.read_bytes().replace(b" ", b"")


@pytest.mark.parametrize(("iso3", "language"), OWN)
def test_the_first_page_of_the_pdf_holds_the_lines_that_matter(
    iso3: str, language: str, tmp_path: Path
):
    document = document_of(iso3, language)
    first = text_of(render_pdf(document), tmp_path).split("\f")[0]
    if language == "bn":  # the reader reorders vowel signs; numbers and codes it keeps
        assert re.findall(r"^\s*([1-5])\. ", first, flags=re.MULTILINE) == list("12345")
        return
    words = set(first.split())
    for line in document.lines:
        assert set(line.text.split()) <= words, line.text


def test_a_picture_without_words_is_refused(spanish: Document):
    """PDF/UA is held by the engine: what it refuses can't leave."""
    assert "picture" in [block.kind for block in spanish.sections[2].blocks]
    bare = [
        replace(block, alt="") if block.kind == "picture" else block
        for block in spanish.sections[2].blocks
    ]
    document = replace(spanish, sections=(replace(spanish.sections[2], blocks=tuple(bare)),))
    with pytest.raises(RuntimeError, match="alt"):
        render_pdf(document)


def words_of(name: str, lines: int) -> str:
    """A text of so many lines of a narrow column, its words its own."""
    return " ".join(f"{name}line{i}ofthiscell" for i in range(lines))


def paged(document: Document, folder: Path) -> list[str]:
    """The texts of the pages of a PDF."""
    return text_of(render_pdf(document), folder).split("\f")[:-1]


def pages_with(pages: list[str], text: str) -> set[int]:
    return {number for number, page in enumerate(pages) if text in page}


def filled(document: Document, lines: int, *sections: Section) -> Document:
    """A document whose sections begin so many lines below its first."""
    filling = tuple(Paragraph(f"Line {i}.") for i in range(lines))
    return replace(document, sections=(Section("Filling", filling), *sections))


COLUMNS = (Column("Group", share=4), Column("Figure", is_number=True))


def test_a_row_of_a_table_stands_on_one_page(spanish: Document, tmp_path: Path):
    rows = tuple((words_of(f"r{i}", 7), "1") for i in range(30))
    narrow = (Column("Group"), Column("Figure", is_number=True, share=4))
    pages = paged(filled(spanish, 3, Section("Rows", (Table("Long", narrow, rows),))), tmp_path)
    assert len(pages) > 3
    for i in range(30):
        first, last = (pages_with(pages, f"r{i}line{line}ofthiscell") for line in (0, 6))
        assert first == last
        assert len(first) == 1


@pytest.mark.parametrize("lines", range(22, 46, 4))
def test_what_leads_to_a_table_stands_on_its_page(spanish: Document, tmp_path: Path, lines: int):
    table = Table("The table", COLUMNS, (("First", "1"), ("Second", "2")))
    section = Section("The heading", (Paragraph("What it is."), Paragraph("And how."), table))
    pages = paged(filled(spanish, lines, section), tmp_path)
    told = ("The heading", "What it is.", "And how.", "The table", "First")
    assert len({frozenset(pages_with(pages, text)) for text in told}) == 1


@pytest.mark.parametrize("n_rows", [2, 3, 4, 7])
def test_no_row_of_a_table_stands_alone_on_a_page(spanish: Document, tmp_path: Path, n_rows: int):
    rows = tuple((f"Row {i} of this table", "1") for i in range(n_rows))
    section = Section("Rows", (Table("The table", COLUMNS, rows),))
    shares = set()
    for lines in range(26, 46):
        pages = paged(filled(spanish, lines, section), tmp_path)
        found = [len(re.findall("of this table", page)) for page in pages]
        shares.add(tuple(count for count in found if count))
        assert pages_with(pages, "The table") == pages_with(pages, "Row 0 of this table")
    assert sum(max(shares)) == n_rows
    assert min(min(share) for share in shares) >= 2, shares
    assert len(shares) > 1 or n_rows < 4, "none of these tables had to break"


@pytest.mark.parametrize("lines", range(22, 46, 4))
def test_a_chart_stands_on_the_page_of_all_its_figures(
    spanish: Document, tmp_path: Path, lines: int
):
    rows = tuple((f"Group {i} of this chart", "1") for i in range(5))
    table = Table("Its figures", COLUMNS, rows)
    picture = Picture(
        '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="30"/>', "?", table
    )
    section = Section("Drawn", (Paragraph("What it is."), picture), level=3)
    pages = paged(filled(spanish, lines, Section("All", (Paragraph("?"),)), section), tmp_path)
    told = ("Drawn", "What it is.", "Its figures", *(f"Group {i} of this chart" for i in range(5)))
    assert len({frozenset(pages_with(pages, text)) for text in told}) == 1


@pytest.mark.parametrize("lines", range(22, 46, 4))
def test_no_page_has_the_last_words_alone(spanish: Document, tmp_path: Path, lines: int):
    check = Section("Questions", (Paragraph("Whom to ask."),))
    note = Section("The translation", (Paragraph("Nobody has reviewed it."),))
    pages = paged(filled(spanish, lines, check, note), tmp_path)
    assert pages_with(pages, "Whom to ask.") == pages_with(pages, "The translation")
