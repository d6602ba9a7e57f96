"""Numbers as a country writes them in a language (CLDR); dates and codes stay as in the tables."""

from copy import copy
from decimal import Decimal

from babel import Locale, UnknownLocaleError
from babel.numbers import NumberPattern

from migstat.declarations.catalogue import Language
from migstat.declarations.country_names import alpha2_of
from migstat.release.cells import DECIMALS

PERCENT = "PT"
POINTS = "PP"  # of percentages
MINUS = str.maketrans("-", "\u2212")  # as wide as a plus; a hyphen is no sign
PLACES = {**DECIMALS, "NUMBER": 0}  # half a person is an estimate, but nobody reads it so
# babel knows which digits are a language's own (CLDR), but writes all numbers with ours
DIGITS = {"beng": str.maketrans("0123456789", "০১২৩৪৫৬৭৮৯")}


class Numbers:
    """Formats figures in one language. Percentages are 0 to 100."""

    def __init__(self, language: Language, iso3: str | None = None) -> None:
        """Take the language's own digits, and the separators of a country where it has others."""
        self._locale = Locale(language)
        self._separators = _spoken_in(language, iso3) or self._locale
        self._digits = DIGITS.get(self._locale.default_numbering_system, {})

    def count(self, value: int) -> str:
        """Write a whole number."""
        return self._write(self._locale.decimal_formats[None], Decimal(value), 0)

    def figure(self, value: float, unit: str) -> str:
        """Write a figure with its unit."""
        if unit != PERCENT:
            return self.bare(value, unit)
        places = PLACES[unit]
        share = _rounded(value, places) / 100
        return self._write(self._locale.percent_formats[None], share, places)

    def reported(self, value: float) -> str:
        """Write a percentage of the report, with no more decimals than it prints."""
        places = 0 if value == round(value) else 1
        share = _rounded(value, places) / 100
        return self._write(self._locale.percent_formats[None], share, places)

    def bare(self, value: float, unit: str) -> str:
        """Write a figure without its unit."""
        places = PLACES[unit]
        number = _rounded(value, places)
        return self._write(self._locale.decimal_formats[None], number, places)

    def tick(self, value: float) -> str:
        """Write a number of an axis, with no more decimals than it has."""
        places = 0 if value == round(value) else 1
        return self._write(self._locale.decimal_formats[None], Decimal(str(value)), places)

    def _write(self, pattern: NumberPattern, number: Decimal, places: int) -> str:
        exact = copy(pattern)
        exact.frac_prec = (places, places)
        return str(exact.apply(number, self._separators)).translate(self._digits | MINUS)


def _spoken_in(language: Language, iso3: str | None) -> Locale | None:
    """Find a language as a country writes it: 1.752 is a thousand in Argentina, not in Peru."""
    try:
        return Locale(language, alpha2_of(iso3)) if iso3 else None
    except UnknownLocaleError:  # the language of a translation that is not one of the country's
        return None


def _rounded(value: float, places: int) -> Decimal:
    """Round, and write a tiny negative number as 0, not -0."""
    return Decimal(str(round(value, places) + 0.0))
