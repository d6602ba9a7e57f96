"""Words that names, labels and answers are recognised by, in the languages of the programme."""

import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

import yaml

HINTS = Path(__file__).with_name("hints.yml")
WHOLE = 3  # words this short must be met whole; longer ones may go on ("citizen" in "citizenship")
CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
WORD = re.compile(r"[^\W_]+(?:[\u0980-\u09ff]+)*|[\u0980-\u09ff]+")
PLACEHOLDER = re.compile(r"\$\{[^}]*\}")  # of an XLSForm: a value, whatever its variable is called


@cache
def hints() -> dict[str, Any]:
    """Load the word lists of ``hints.yml``."""
    content: dict[str, Any] = yaml.safe_load(HINTS.read_text(encoding="utf-8"))
    return content


@cache
def words_of(text: str) -> tuple[str, ...]:
    """Split text into folded words: no accents, no case, no placeholders of a form."""
    bare = CAMEL.sub(" ", PLACEHOLDER.sub(" ", text))
    return tuple(WORD.findall(folded(bare)))


@cache
def folded(text: str) -> str:
    """Take accents and case off Latin and Cyrillic letters; other scripts stay as they are."""
    parts = unicodedata.normalize("NFKD", text)
    return "".join(c for c in parts if not _is_accent(c)).casefold().strip()


def mentions(text: str, phrases: list[str]) -> str | None:
    """Find the first phrase whose every word begins a word of the text (whole if short)."""
    words = words_of(text)
    return next((p for p in phrases if all(_met(part, words) for part in words_of(p))), None)


def _met(part: str, words: tuple[str, ...]) -> bool:
    if len(part) <= WHOLE:
        return part in words
    return any(word.startswith(part) for word in words)


def _is_accent(character: str) -> bool:
    return "\u0300" <= character <= "\u036f"
