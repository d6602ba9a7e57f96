"""The fonts of pages and charts: those of ``include/fonts`` and no others.

So every machine draws the same.
"""

import base64
import io
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

from migstat.paths import paths
from migstat.release.errors import FontError

BOLD = 700
REGULAR = 400


@dataclass(frozen=True)
class Font:
    """A font file.

    Attributes:
        file: The TrueType file.
        family: Name of its family.
        weight: 400 or 700.
        letters: The characters it has.
    """

    file: Path
    family: str
    weight: int
    letters: frozenset[str]


@dataclass(frozen=True)
class Face:
    """The letters of a font that a page needs, as WOFF in base64."""

    family: str
    weight: int
    data: str


def fonts() -> tuple[Font, ...]:
    """List the fonts; the family with most letters leads."""
    return _read(paths().fonts)


def families() -> list[str]:
    """List the families; one stands in where the one before has no letter."""
    return list(dict.fromkeys(font.family for font in fonts()))


def check_letters(texts: Iterable[str]) -> None:
    """See that every letter can be drawn.

    Raises:
        FontError: Some can't; names them and the first text.
    """
    known = _letters(fonts())
    for text in texts:
        unknown = sorted(
            {letter for letter in text if letter not in known and letter.isprintable()}
        )
        if unknown:
            codes = ", ".join(f"{letter} (U+{ord(letter):04X})" for letter in unknown)
            raise FontError(
                f"no font of {paths().fonts} has {codes}, in {text!r}. "
                "Put a TrueType font that has them there"
            )


def embed(text: str) -> list[Face]:
    """Cut the fonts to the letters of a text, for a page that brings its own.

    A family that adds no letter to those before it is left out.
    """
    faces: list[Face] = []
    wanted = set(text)
    for family in families():
        known = {
            letter
            for font in fonts()
            if families().index(font.family) < families().index(family)
            for letter in font.letters
        }
        faces += [
            Face(family, font.weight, _cut(font, wanted & font.letters))
            for font in fonts()
            if font.family == family and wanted & font.letters - known
        ]
    return faces


@cache
def _letters(known: tuple[Font, ...]) -> frozenset[str]:
    return frozenset[str]().union(*(font.letters for font in known))


@cache
def _read(folder: Path) -> tuple[Font, ...]:
    found = []
    for file in sorted(folder.glob("*.ttf")):
        with TTFont(file, lazy=True) as font:
            family = str(font["name"].getBestFamilyName())
            weight = BOLD if font["OS/2"].usWeightClass >= BOLD else REGULAR
            letters = frozenset(map(chr, font.getBestCmap()))
        found.append(Font(file, family, weight, letters))
    return tuple(sorted(found, key=lambda font: (-len(font.letters), font.family, font.weight)))


def _cut(font: Font, letters: set[str]) -> str:
    options = subset.Options(
        flavor="woff", layout_features=["*"], hinting=False, notdef_outline=True
    )
    with TTFont(font.file, recalcTimestamp=False) as whole:
        cutter = subset.Subsetter(options)
        cutter.populate(unicodes=sorted(map(ord, letters)))
        cutter.subset(whole)
        whole.flavor = "woff"
        file = io.BytesIO()
        whole.save(file)
    return base64.b64encode(file.getvalue()).decode()
