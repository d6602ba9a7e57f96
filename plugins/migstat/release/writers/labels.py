"""Labels of all codes of a release, in every language there is, and which are missing."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from migstat.declarations.catalogue import Language
from migstat.release.components import COMPONENTS, CONCEPTS
from migstat.release.declared import Declared
from migstat.release.release import Release

Labels = Mapping[Language, str]
ENGLISH: Language = "en"
LIST_NAMES = {
    "CL_AREA": "Areas",
    "CL_SURVEY": "Surveys",
    "CL_INDICATOR": "Indicators",
    "CL_NOTE": "Footnotes",
}


@dataclass(frozen=True)
class CodeList:
    """Codes in their order, each with its labels, and what lies under what."""

    name: str
    labels: Mapping[str, Labels]
    parents: Mapping[str, str] = field(default_factory=dict)

    def label(self, code: str, language: Language) -> str:
        """Label of a code: in the language, else in English, else the code itself."""
        labels = self.labels.get(code, {})
        return labels.get(language) or labels.get(ENGLISH) or code


def code_lists(release: Release) -> dict[str, CodeList]:
    """Gather every list that a code of a released table comes from, and the concepts."""
    declared = release.inputs.declared
    lists = {
        name: CodeList(
            name,
            {code: entry.labels for code, entry in codes.items()},
            {code: entry.parent for code, entry in codes.items() if entry.parent},
        )
        for name, codes in declared.code_lists.items()
    }
    total = declared.code_lists["CL_SEX"]
    return lists | {
        "CL_AREA": _areas(release, {code: total[code].labels for code in ("_T", "_U", "_X")}),
        "CL_SURVEY": _surveys(declared),
        "CL_INDICATOR": _indicators(declared),
    }


def missing_labels(release: Release) -> list[tuple[str, str, str]]:
    """Find labels that the country's languages lack, of codes that its tables hold.

    Returns:
        List, code and language of each, sorted.
    """
    lists, cells = code_lists(release), release.cells
    used = {c.codes: set(cells[c.column].unique()) for c in COMPONENTS if c.codes}
    used[CONCEPTS] = set(lists[CONCEPTS].labels)
    used["CL_NOTE"] = set(lists["CL_NOTE"].labels)
    return sorted(
        (name, code, language)
        for name, codes in used.items()
        for code in codes
        for language in release.declared.languages
        if language not in lists[name].labels.get(code, {})
    )


def _areas(release: Release, special: Mapping[str, Labels]) -> CodeList:
    """Areas keep their own names in every language; a code begins with that it lies in."""
    areas = release.country.areas
    languages = release.declared.languages
    parents = {}
    for area in areas:
        above = [a.code for a in areas if a.level < area.level and area.code.startswith(a.code)]
        if above:
            parents[area.code] = max(above, key=len)
    named: dict[str, Labels] = dict(special)
    for area in areas:
        named[area.code] = dict.fromkeys((*languages, ENGLISH), area.name)
    return CodeList("CL_AREA", named, parents)


def _surveys(declared: Declared) -> CodeList:
    labels = {
        code: {ENGLISH: survey.title}
        | {
            lang: words.surveys[code]
            for lang, words in declared.translations.items()
            if code in words.surveys
        }
        for code, survey in sorted(declared.surveys.items())
    }
    return CodeList("CL_SURVEY", labels)


def _indicators(declared: Declared) -> CodeList:
    labels = {
        code: {ENGLISH: one.name}
        | {
            language: words.indicators[code]
            for language, words in declared.translations.items()
            if code in words.indicators
        }
        for code, one in declared.indicators.items()
    }
    return CodeList("CL_INDICATOR", labels)
