"""What ``include/translations/<language>.yml`` declares: the words of briefs and workbooks.

English is the master: its phrases are the ones there are. What another language lacks is said in
English and listed, never an error. The English of indicators, recommendations, figures and surveys
has its home where they are declared; code lists carry their own labels.
"""

import string
from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated

from pydantic import Field, StringConstraints

from migstat.declarations.catalogue import Catalogue, IndicatorCode, Language
from migstat.declarations.catalogue_check import Finding
from migstat.declarations.model import Declaration
from migstat.declarations.nearest import proposal
from migstat.declarations.report import FigureId, RecommendationId
from migstat.declarations.survey import SurveyCode

MASTER: Language = "en"
BATTERY = "*"  # ends the name of questions that are asked together: days_* means every days_…

Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Question = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*\*?$")]
Words = Annotated[str, StringConstraints(min_length=1)]


class FigureWords(Declaration):
    """A figure of the report: what it is of, its sense where it is no number, what to know."""

    what: Words
    reported: Words | None = None
    note: Words | None = None


class Translation(Declaration):
    """One language.

    Attributes:
        language: Its code.
        reviewed: Whether a native speaker of the office has read it; a brief says so where not.
        phrases: What pages and workbooks say, with ``{places}`` for what varies.
        questions: What to ask to learn a harmonised variable, in plain words.
        indicators: Names of indicators.
        recommendations: Titles of the report's recommendations.
        figures: Words of the report's figures.
        surveys: Titles of surveys.
    """

    language: Language
    reviewed: bool = False
    phrases: dict[Key, Words]
    questions: dict[Question, Words] = Field(default_factory=dict)
    indicators: dict[IndicatorCode, Words] = Field(default_factory=dict)
    recommendations: dict[RecommendationId, Words] = Field(default_factory=dict)
    figures: dict[FigureId, FigureWords] = Field(default_factory=dict)
    surveys: dict[SurveyCode, Words] = Field(default_factory=dict)


def question_of(variable: str, questions: Mapping[str, str]) -> str | None:
    """Find the key of the question that teaches a variable: its own, or of its battery."""
    if variable in questions:
        return variable
    batteries = (key for key in questions if key.endswith(BATTERY))
    return next((key for key in batteries if variable.startswith(key.rstrip(BATTERY))), None)


def check_translation(
    translation: Translation, master: Translation, catalogue: Catalogue, surveys: set[str]
) -> list[Finding]:
    """Find what a translation translates that nobody says.

    Args:
        translation: The language.
        master: English.
        catalogue: The catalogue.
        surveys: Codes of the declared surveys; where there are none of a country, its titles are
            not looked up.
    """
    found = [*_unknown(translation, master, catalogue, surveys), *_places(translation, master)]
    if translation.language == MASTER:
        found += [*_second_homes(translation), *_unasked(translation, catalogue)]
    return found


def _unknown(
    translation: Translation, master: Translation, catalogue: Catalogue, surveys: set[str]
) -> Iterator[Finding]:
    known: dict[str, Iterable[str]] = {
        "phrases": master.phrases,
        "questions": master.questions,
        "indicators": catalogue.indicators,
        "recommendations": catalogue.recommendations,
        "figures": catalogue.report_figures,
    }
    for part, names in known.items():
        for key in getattr(translation, part):
            if key not in set(names):
                yield Finding((part, key), f"unknown key {key!r}{proposal(key, names)}")
    countries = {code[:3] for code in surveys}
    for code in translation.surveys:
        if code[:3] in countries and code not in surveys:
            yield Finding(("surveys", code), f"unknown key {code!r}{proposal(code, surveys)}")


def _places(translation: Translation, master: Translation) -> Iterator[Finding]:
    """Phrases that say more or less than the English ones, or can't be filled."""
    for key, phrase in translation.phrases.items():
        places, wanted = _places_of(phrase), _places_of(master.phrases.get(key, phrase))
        if places is None:
            message = "can't be filled: a brace of the text itself is written twice"
            yield Finding(("phrases", key), message)
        elif wanted is not None and places != wanted:
            message = f"has places {sorted(places)}, in English {sorted(wanted)}"
            yield Finding(("phrases", key), message)


def _places_of(phrase: str) -> set[str] | None:
    """Name the places of a phrase; None where its braces don't pair."""
    try:
        return {name for _, name, _, _ in string.Formatter().parse(phrase) if name is not None}
    except ValueError:
        return None


def _second_homes(master: Translation) -> Iterator[Finding]:
    for part in ("indicators", "recommendations", "figures", "surveys"):
        if getattr(master, part):
            yield Finding((part,), "English stands where these are declared; leave it out here")


def _unasked(master: Translation, catalogue: Catalogue) -> Iterator[Finding]:
    """Variables that an indicator needs and nobody knows how to ask for."""
    needed: set[str] = set()
    for indicator in catalogue.indicators.values():
        needed.update(indicator.needs)
        needed.update(*(component.needs for component in indicator.components.values()))
    for variable in sorted(needed):
        if question_of(variable, master.questions) is None:
            yield Finding(("questions",), f"no question for {variable}, which an indicator needs")
