"""What the variables of a file are called, and which number stands for which code."""

from collections.abc import Mapping, Sequence

from migstat.declarations import Catalogue, Country, Survey, Translation
from migstat.declarations.catalogue import Code, Language, Variable
from migstat.declarations.microdata import FileRules, Microdata
from migstat.declarations.microdata_check import AREA, releasable
from migstat.declarations.translations import BATTERY, MASTER, question_of
from migstat.release.microdata.model import (
    NOT_APPLICABLE,
    NOT_COLLECTED,
    NOT_STATED,
    WITHHELD,
    Column,
    Labels,
)

CONCEPTS = "CS_MIGDIS"
KINDS = "CL_MIG_STATUS"  # has a label for every kind of missing answer
YES_NO = {"Y": 1, "N": 0}


class Vocabulary:
    """The declared words for the variables of files."""

    def __init__(
        self, catalogue: Catalogue, country: Country, translations: Mapping[Language, Translation]
    ) -> None:
        """Take what is declared."""
        self._catalogue = catalogue
        self._country = country
        self._translations = translations

    def phrase(self, key: str, **places: object) -> dict[Language, str]:
        """Say a phrase in every language that has it, its places filled; these may be labels."""
        said = {}
        for language, words in self._translations.items():
            if key in words.phrases:
                filled = {name: in_language(one, language) for name, one in places.items()}
                said[language] = words.phrases[key].format(**filled)
        return said

    def joined(self, keys: Sequence[str]) -> dict[Language, str]:
        """Say phrases one after another, in every language that has them all."""
        said = [self.phrase(key) for key in keys]
        return {
            language: "; ".join(one[language] for one in said)
            for language in said[0]
            if all(language in one for one in said)
        }

    def survey(self, survey: Survey) -> dict[Language, str]:
        """Give the title of a survey in every language that has one."""
        translated = {
            language: words.surveys[survey.survey]
            for language, words in self._translations.items()
            if survey.survey in words.surveys
        }
        return {MASTER: survey.title, **translated}

    def lists(self, table: str) -> dict[str, dict[str, Code]]:
        """Give the code list of each variable of a table that has one."""
        names = {
            name: self._list_of(name, variable)
            for name, variable in releasable(table, self._catalogue).items()
        }
        return {name: self._catalogue.code_lists[one] for name, one in names.items() if one}

    def columns(self, table: str, rules: Microdata) -> tuple[Column, ...]:
        """Describe the variables that may be released of a table."""
        file = rules.files[table]
        lists, known = self.lists(table), releasable(table, self._catalogue)
        return tuple(
            self._column(name, known[name], lists.get(name), rules, file) for name in file.variables
        )

    def _column(
        self,
        name: str,
        variable: Variable | None,
        codes: dict[str, Code] | None,
        rules: Microdata,
        file: FileRules,
    ) -> Column:
        label = self._label(name, variable)
        if (steps := rules.coarsen.get(name)) is not None:
            label = self.phrase("micro_steps", what=label, step=steps.step, top=steps.top)
        labels = self._code_labels(name, variable, codes, rules)
        numbers = None if labels is None else {code: i for i, code in enumerate(labels, 1)}
        if labels is not None and labels.keys() == YES_NO.keys():
            numbers = YES_NO
        is_known = name in file.quasi_identifiers
        return Column(name, label, numbers, {**(labels or {}), **self._kinds()}, is_known)

    def _code_labels(
        self,
        name: str,
        variable: Variable | None,
        codes: dict[str, Code] | None,
        rules: Microdata,
    ) -> dict[str, Labels] | None:
        """Labels of the codes at the top of the list; None for a number."""
        if name == AREA:
            areas = (a for a in self._country.areas if a.level <= rules.area_level)
            return {area.code: dict.fromkeys(self._translations, area.name) for area in areas}
        if codes is not None:
            tops = {code: one for code, one in codes.items() if not one.parent}
            return {code: one.labels for code, one in tops.items() if not code.startswith("_")}
        if variable is None or variable.type == "boolean":
            return {"Y": self.phrase("micro_yes"), "N": self.phrase("micro_no")}
        return None

    def _kinds(self) -> dict[str, Labels]:
        codes = self._catalogue.code_lists[KINDS]
        kinds = {kind: codes[kind].labels for kind in (NOT_STATED, NOT_COLLECTED, NOT_APPLICABLE)}
        return {**kinds, WITHHELD: self.phrase("micro_withheld")}

    def _list_of(self, name: str, variable: Variable | None) -> str | None:
        if variable is not None:
            return variable.codes
        dimension = self._catalogue.disaggregations.dimensions.get(name)
        return dimension.codes if dimension else None

    def _label(self, name: str, variable: Variable | None) -> Labels:
        """The concept's, else the question, where it asks for this variable alone."""
        concept = self._catalogue.code_lists[CONCEPTS].get(name.removeprefix("head_").upper())
        if concept is not None:
            return concept.labels
        flags = self._catalogue.migratory_status.household_flags
        if variable is None and name not in flags:
            return {MASTER: "Counts in the estimates: lives in the country"}
        asked = flags[name].answer or name if name in flags else name
        label = {MASTER: flags[name].explain if variable is None else variable.description}
        for language, words in self._translations.items():
            question = question_of(asked, words.questions)
            if language != MASTER and question and not question.endswith(BATTERY):
                label[language] = words.questions[question]
        return label


def in_language(text: object, language: Language) -> object:
    """Give a label in a language, or else in English; what is no label stays."""
    if isinstance(text, Mapping):
        return text.get(language) or text.get(MASTER) or next(iter(text.values()))
    return text
