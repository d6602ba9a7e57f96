"""Country names, as forms and exports write them, to ISO 3166-1 alpha-3."""

import re
from functools import cache

from babel import Locale

from migstat.declarations.country_names import LANGUAGES, iso3_by_alpha2
from migstat.drafting.words import folded, hints, mentions

ABROAD = "XXF"
STEM = 5  # letters that a word for citizens shares with its country: salvadoreña, venezolana
NOTE = re.compile(r"\([^)]*\)|\[[^\]]*\]")


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
