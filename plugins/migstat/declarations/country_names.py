"""What countries are called, in the languages of the programme, from Unicode's CLDR."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import get_args

from babel import Locale
from babel.core import get_global

from migstat.declarations.catalogue import Language
from migstat.declarations.country import Country

LANGUAGES: tuple[Language, ...] = get_args(Language)
# CLDR still leads these codes, which ISO 3166 withdrew, to today's country
WITHDRAWN = frozenset({"BUR", "ZAR", "DDR", "FXX", "TMP", "YMD", "278", "280", "249", "626", "720"})
WITHDRAWN |= {"230", "736", "891", "886"}


@cache
def iso3_by_alpha2() -> dict[str, str]:
    """Map alpha-2 codes, which CLDR names countries by, to alpha-3."""
    return _aliases(str.isalpha)


@cache
def m49(iso3: str) -> str | None:
    """Find the number that the UN's statisticians know a country by."""
    numbers = _aliases(str.isdigit)
    return numbers.get(alpha2_of(iso3) or "")


def country_names(iso3: str) -> dict[str, str]:
    """Give the names of a country by language; empty for a code that is none."""
    alpha2 = alpha2_of(iso3)
    return {lang: Locale(lang).territories[alpha2] for lang in LANGUAGES} if alpha2 else {}


def alpha2_of(iso3: str) -> str | None:
    """Find the alpha-2 code of a country; None for a code that is none."""
    return next((a2 for a2, a3 in iso3_by_alpha2().items() if a3 == iso3), None)


def names_of(country: Country) -> dict[str, str]:
    """Give the names of a country by language: its own where it declares some."""
    return {**country_names(country.iso3), **country.names}


def _aliases(is_wanted: Callable[[str], bool]) -> dict[str, str]:
    """Invert CLDR's aliases, which lead codes of three signs to the alpha-2 code."""
    aliases: Mapping[str, list[str]] = get_global("territory_aliases")
    return {
        alpha2[0]: code
        for code, alpha2 in aliases.items()
        if len(code) == len("SLV")
        and is_wanted(code)
        and len(alpha2) == 1
        and code not in WITHDRAWN
    }
