"""What a brief says, in one language; English where the language has no word for it yet."""

from collections import ChainMap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TypeVar

from migstat.declarations import Country, Translation, load_translations
from migstat.declarations.catalogue import Language
from migstat.declarations.country_names import names_of
from migstat.declarations.report import Figure as ReportFigure
from migstat.declarations.translations import MASTER, FigureWords, question_of
from migstat.release.brief.document import Foreign, Line
from migstat.release.brief.numbers import POINTS, Numbers
from migstat.release.brief.shown import Figure
from migstat.release.declared import Declared

WITHHELD = ".."
COMPARED = ("EST", "QUAL")  # kinds of the report's figures that a brief can speak of
NONE = "\u2013"  # a dash: there is nothing to write
REFERENCES = {"mig_status": "NM", "hh_mig": "H_NON", "birth": "NB", "citizenship": "CIT"}

T = TypeVar("T")


@dataclass(frozen=True)
class Finding:
    """What the report says.

    Attributes:
        what: Of what.
        reported: Its sense, where it is no number.
        told: Of what, and what a reader must know; in one language.
    """

    what: str
    reported: str | None
    told: str


class Words:
    """The words and numbers of one language.

    Attributes:
        language: Its code.
        numbers: How it writes numbers.
        translation: What is declared of it.
    """

    def __init__(self, language: Language, *declared: Declared) -> None:
        """Take a language, and the declarations of one country or of several.

        Raises:
            KeyError: There is no English, which stands in for what is missing.
        """
        self.language = language
        self.numbers = Numbers(language, declared[0].country.iso3 if len(declared) == 1 else None)
        self.translation = _together(language, declared)
        self._master = _together(MASTER, declared)
        self._indicators = declared[0].indicators
        self._code_lists = declared[0].code_lists
        self._recommendations = ChainMap(*(one.recommendations for one in declared))
        self._figures = ChainMap(*(one.report_figures for one in declared))
        self._surveys = ChainMap(*(one.surveys for one in declared))

    @property
    def is_translated(self) -> bool:
        """Whether the page stands in another language than the master."""
        return self.language != MASTER

    @property
    def master_questions(self) -> Mapping[str, str]:
        """The questions there are, in English."""
        return self._master.questions

    def phrase(self, key: str, **places: str) -> str:
        """Say a phrase with its places filled.

        Raises:
            KeyError: English has no such phrase, or a place is not given.
        """
        phrase = self._choose("phrases", key, self.translation.phrases.get(key), self._english(key))
        filled = phrase.format(**places)
        return Foreign(filled, MASTER, phrase.key) if isinstance(phrase, Foreign) else filled

    def indicator(self, code: str) -> str:
        """Name an indicator."""
        translated = self.translation.indicators.get(code)
        return self._choose("indicators", code, translated, self._indicators[code].name)

    def recommendation(self, name: str) -> str:
        """Give the title of a recommendation."""
        translated = self.translation.recommendations.get(name)
        english = self._recommendations[name].title
        return self._choose("recommendations", name, translated, english)

    def survey(self, code: str) -> str:
        """Give the title of a survey."""
        translated = self.translation.surveys.get(code)
        return self._choose("surveys", code, translated, self._surveys[code].title)

    def question(self, variable: str) -> str:
        """Give the question that teaches a variable; its name where nobody worded one."""
        key = question_of(variable, self._master.questions)
        if key is None:
            return Foreign(variable, MASTER, f"questions.{variable}")
        translated = self.translation.questions.get(key)
        return self._choose("questions", key, translated, self._master.questions[key])

    def finding(self, figure_id: str) -> Finding:
        """Word a figure of the report; parts that are not translated are in English."""
        figure, own = self._figures[figure_id], self.translation.figures.get(figure_id)
        choose = partial(self._choose, "figures", figure_id)
        told = _told(own) if own and (own.note or not figure.note) else None
        return Finding(
            what=choose(own.what if own else None, figure.what),
            reported=figure.reported and choose(own.reported if own else None, figure.reported),
            told=choose(told, _told(figure)),
        )

    def label(self, dimension: str, code: str) -> str:
        """Name a code of a dimension."""
        name = f"CL_{dimension.upper()}"
        labels = self._code_lists[name][code].labels
        return self._choose(name, code, labels.get(self.language), labels[MASTER])

    def group(self, dimension: str, code: str) -> str:
        """Name a group inside a sentence: people, or the households that have a status."""
        label = self.label(dimension, code)
        inside = label[:1].lower() + label[1:]
        if dimension != "hh_mig":
            return inside
        if code == REFERENCES[dimension]:
            return self.phrase("households_without")
        return self.phrase("households_with", group=inside)

    def country(self, country: Country) -> str:
        """Name a country: as it calls itself, else as Unicode's CLDR does."""
        name = names_of(country).get(self.language)
        return self._choose("countries", country.iso3, name, country.name)

    def value(self, figure: Figure | None) -> str:
        """Write a figure: in parentheses if it needs caution, ``..`` if it is withheld."""
        if figure is None or not figure.is_shown:
            return WITHHELD
        written = self.numbers.figure(figure.value, figure.unit)
        if figure.unit == POINTS:
            written = self.phrase("in_points", number=written)
        return f"({written})" if figure.is_caution else written

    def interval(self, figure: Figure | None) -> str:
        """Write the 95 % interval of a figure; nothing where there is no sampling error."""
        if figure is None or not figure.is_shown:
            return WITHHELD
        if figure.low is None or figure.high is None or figure.low == figure.high:
            return NONE
        low, high = (self.numbers.bare(bound, figure.unit) for bound in (figure.low, figure.high))
        return self.phrase("from_to", low=low, high=high)

    def answers(self, figure: Figure | None) -> str:
        """Write the answers behind a figure."""
        if figure is None or not figure.is_shown:
            return WITHHELD
        return self.numbers.count(figure.n)

    def line(self, lead: str, text: str) -> Line:
        """Write one of the lines that matter; ``lead`` is the key of the words it leads with."""
        return Line(self.phrase("lead", lead=self.phrase(lead)), text)

    def sentence(self, text: str) -> str:
        """Begin a text with a capital letter, where the script has them."""
        return text[:1].upper() + text[1:]

    def listed(self, items: list[str]) -> str:
        """Join what is listed."""
        return self.phrase("between").join(items)

    def _english(self, key: str) -> str:
        """Say a phrase in English; vintages made before it was written don't keep it."""
        kept = self._master.phrases.get(key)
        return self._of_today[key] if kept is None else kept

    @cached_property
    def _of_today(self) -> Mapping[str, str]:
        """The English phrases of this version."""
        return load_translations()[MASTER].phrases

    def _choose(self, part: str, key: str, translated: str | None, english: str) -> str:
        if translated is not None or self.language == MASTER:
            return translated or english
        return Foreign(english, MASTER, f"{part}.{key}")


def missing_words(language: Language, declared: Declared) -> list[str]:
    """List all that a language lacks of what a vintage may say, as ``part.key``.

    A brief says it in English. Codes are listed as ``CL_AGE.Y0T14``.
    """
    if language == MASTER:
        return []
    translation, master = _together(language, [declared]), declared.translations[MASTER]
    wanted: dict[str, Iterable[str]] = {
        "phrases": master.phrases,
        "questions": master.questions,
        "indicators": declared.indicators,
        "recommendations": declared.recommendations,
        "surveys": declared.surveys,
    }
    lacking = [
        f"{part}.{key}"
        for part, keys in wanted.items()
        for key in keys
        if key not in getattr(translation, part)
    ]
    lacking += [
        f"figures.{key}.{part}"
        for key, figure in declared.report_figures.items()
        for part in ("what", "reported", "note")
        if figure.kind in COMPARED
        and getattr(figure, part)
        and not getattr(translation.figures.get(key), part, None)
    ]
    return lacking + [
        f"{name}.{code}"
        for name, codes in declared.code_lists.items()
        for code, one in codes.items()
        if language not in one.labels
    ]


def _together(language: Language, declared: Sequence[Declared]) -> Translation:
    """Join what several countries keep of a language; empty where none has it."""
    kept = [one.translations[language] for one in declared if language in one.translations]
    return Translation(
        language=language,
        reviewed=all(one.reviewed for one in kept),
        phrases=_joined(one.phrases for one in kept),
        questions=_joined(one.questions for one in kept),
        indicators=_joined(one.indicators for one in kept),
        recommendations=_joined(one.recommendations for one in kept),
        figures=_joined(one.figures for one in kept),
        surveys=_joined(one.surveys for one in kept),
    )


def _told(words: FigureWords | ReportFigure) -> str:
    return ". ".join(part for part in (words.what, words.note) if part)


def _joined(parts: Iterable[Mapping[str, T]]) -> dict[str, T]:
    return {key: value for part in parts for key, value in part.items()}
