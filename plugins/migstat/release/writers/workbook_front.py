"""The first sheets of a workbook: what it is, how to read it, what its codes mean."""

from migstat.release.brief.words import NONE, WITHHELD
from migstat.release.components import CONCEPTS
from migstat.release.release import Release
from migstat.release.signing import NAMESPACE
from migstat.release.writers.labels import ENGLISH
from migstat.release.writers.sheet import Book, Style
from migstat.release.writers.workbook_tables import Tables

SHEETS = ("notes", "indicators", "codes", "data", "changes")


def add_front(book: Book, release: Release, tables: Tables) -> None:
    """Add read-me, notes, indicators and code lists."""
    _add_readme(book, release, tables)
    _add_notes(book, tables)
    _add_indicators(book, release, tables)
    _add_codes(book, tables)


def _add_readme(book: Book, release: Release, tables: Tables) -> None:
    words, stamp, declared = tables.words, release.stamp, release.declared
    sheet = book.add(words.phrase("book_readme"), (34, 110))
    sheet.add([words.phrase("book_title", country=words.country(release.country))], Style.TITLE)
    if release.is_synthetic:
        sheet.add(["", words.phrase("synthetic")], Style.WARNING)
    sheet.skip()
    periods = ", ".join(sorted(set(release.cells["time_period"])))
    shown = words.phrase(
        "share_withheld",
        withheld=words.numbers.count(release.n_withheld),
        all=words.numbers.count(len(release.cells)),
    )
    facts = {
        "fact_publisher": declared.publisher_in(words.language),
        "book_contact": declared.contact,
        "fact_period": periods,
        "fact_vintage": stamp.label,
        "fact_day": stamp.issued.isoformat(),
        "book_kind": words.phrase(f"book_kind_{stamp.kind}"),
        "book_reason": stamp.reason,
        "fact_withheld": shown,
        "book_licence": declared.licence,
    }
    for key, fact in facts.items():
        if fact:
            sheet.add([words.phrase(key), fact], Style.HEADING, Style.WRAPPED)
    sheet.skip()
    sheet.add([words.phrase("book_sheets")], Style.HEADING)
    for name in SHEETS:
        told = words.phrase(f"book_holds_{name}")
        sheet.add([words.phrase(f"book_{name}"), told], Style.TEXT, Style.WRAPPED)
    for code in sorted(set(release.cells["indicator_code"])):
        sheet.add([code, tables.label("indicator_code", code)], Style.TEXT, Style.WRAPPED)
    sheet.skip()
    sheet.add([words.phrase("book_verify")], Style.HEADING)
    sheet.add(["", words.phrase("book_verify_how", namespace=NAMESPACE)], Style.WRAPPED)


def _add_notes(book: Book, tables: Tables) -> None:
    words, notes = tables.words, tables.lists["CL_NOTE"]
    sheet = book.add(words.phrase("book_notes"), (34, 110))
    sheet.add_header([words.phrase("book_sign"), words.phrase("book_meaning")])
    signs = {WITHHELD: "Q", NONE: "O"}
    for sign, code in signs.items():
        sheet.add([sign, notes.label(code, tables.language)], Style.TEXT, Style.WRAPPED)
    for code in notes.labels:
        sheet.add([code, notes.label(code, tables.language)], Style.TEXT, Style.WRAPPED)
    sheet.skip()
    for key in ("method_interval", "book_rounding", "book_totals"):
        sheet.add(["", words.phrase(key)], Style.WRAPPED)


def _add_indicators(book: Book, release: Release, tables: Tables) -> None:
    words = tables.words
    sheet = book.add(words.phrase("book_indicators"), (9, 44, 16, 14, 44, 44, 44, 16, 10))
    keys = ("code", "name", "unit", "measure", "numerator", "denominator", "universe")
    headings = [words.phrase(f"book_{key}") for key in keys]
    sheet.add_header([*headings, "SDG", words.phrase("book_version")])
    used = set(release.cells["indicator_code"])
    for code, one in release.inputs.declared.indicators.items():
        if code in used:
            texts = [
                code,
                tables.label("indicator_code", code),
                ", ".join(tables.label("unit_obs", str(unit)) for unit in one.units),
                tables.label("unit_measure", one.unit_measure),
                one.numerator,
                one.denominator,
                one.universe,
                " ".join(one.sdg),
                one.definition_version,
            ]
            sheet.add(texts, Style.WRAPPED)


def _add_codes(book: Book, tables: Tables) -> None:
    """Every code with its labels in the languages there are, English first."""
    words, lists = tables.words, tables.lists
    languages = {lang for codes in lists.values() for one in codes.labels.values() for lang in one}
    ordered = sorted(languages, key=lambda language: (language != ENGLISH, language))
    sheet = book.add(words.phrase("book_codes"), (18, 16, 14, *(40 for _ in ordered)))
    named = [words.phrase(f"book_{key}") for key in ("list", "code", "parent")]
    sheet.add_header([*named, *ordered])
    for name in sorted(lists, key=lambda name: (name == CONCEPTS, name)):
        codes = lists[name]
        for code, labels in codes.labels.items():
            texts = [labels.get(language, "") for language in ordered]
            sheet.add([name, code, codes.parents.get(code, ""), *texts], Style.WRAPPED)
