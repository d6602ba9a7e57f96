"""Country names in the languages of the programme to ISO 3166-1 alpha-3, from Unicode's CLDR."""

import re
from collections.abc import Callable, Mapping
from functools import cache

from babel import Locale
from babel.core import get_global

from migstat.drafting.words import folded, hints, mentions

LANGUAGES = ("en", "fr", "es", "ru", "id", "bn")
# CLDR still leads these codes, which ISO 3166 withdrew, to today's country
WITHDRAWN = frozenset({"BUR", "ZAR", "DDR", "FXX", "TMP", "YMD", "278", "280", "249", "626", "720"})
WITHDRAWN |= {"230", "736", "891", "886"}
ABROAD = "XXF"
STEM = 5  # letters that a word for citizens shares with its country: salvadoreña, venezolana
NOTE = re.compile(r"\([^)]*\)|\[[^\]]*\]")


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


def iso3_of(text: str) -> str | None:
    """Recognise a country by its code or name; ``XXF`` for words like "another country"."""
    if text.strip().upper() in set(iso3_by_alpha2().values()):
        return text.strip().upper()
    bare = folded(NOTE.sub(" ", text.replace("_", " "))).strip()
    if found := _by_name().get(bare):
        return found
    if mentions(text, hints()["abroad"]):
        return ABROAD
    return _without_form_of_state(bare) or _by_stem(bare)


def _without_form_of_state(name: str) -> str | None:
    """Recognise "republic of moldova": a name beside words that only say what state it is."""
    words = [word for word in name.split() if word not in hints()["forms_of_state"]]
    return _by_name().get(" ".join(words))


@cache
def _by_stem(word: str) -> str | None:
    """Recognise citizens (``salvadorena``) by what only one country's name begins with."""
    if len(word) < STEM or " " in word:
        return None
    found = {
        code for name, code in _by_name().items() for w in name.split() if w[:STEM] == word[:STEM]
    }
    return found.pop() if len(found) == 1 else None


@cache
def _by_name() -> dict[str, str]:
    """Collect the names that mean one country in all languages together."""
    found: dict[str, set[str]] = {}
    for language in LANGUAGES:
        for alpha2, name in Locale(language).territories.items():
            code = iso3_by_alpha2().get(alpha2)
            for spelling in (name, NOTE.sub(" ", name), name.split(" - ")[0]) if code else ():
                found.setdefault(" ".join(folded(spelling).split()), set()).add(code or "")
    return {name: codes.pop() for name, codes in found.items() if len(codes) == 1}


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
