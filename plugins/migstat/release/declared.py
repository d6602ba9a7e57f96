"""The declarations a vintage is made from, cut to what it uses and kept with it."""

from collections.abc import Iterable, Mapping
from datetime import date

from migstat.declarations import Catalogue, Country, Indicator, Survey, Translation
from migstat.declarations.catalogue import Code, Disaggregations, Language
from migstat.declarations.disclosure import DisclosureControl
from migstat.declarations.model import Declaration
from migstat.declarations.report import (
    GENERAL,
    Figure,
    FigureId,
    Recommendation,
    RecommendationId,
)
from migstat.declarations.survey import SurveyCode, WaveCode
from migstat.release.cells import PERTURBED
from migstat.release.components import COMPONENTS, CONCEPTS

DEFAULT = "default"
NOTES = "CL_NOTE"
# beside those of the dimensions of the catalogue
LISTS = (
    CONCEPTS,
    "CL_FREQ",
    NOTES,
    "CL_UNIT_MULT",
    *(component.codes for component in COMPONENTS if component.codes),
)


class SurveyFacts(Declaration):
    """What readers are told of a survey: nothing of how its export looks.

    Attributes:
        title: In the steward's words.
        steward: Address for questions about the data.
        is_weighted: Whether sampling weights are used.
        is_stratified: Whether the sample is stratified.
        is_clustered: Whether it is drawn in clusters.
        fieldwork: First and last day of each wave.
    """

    title: str
    steward: str
    is_weighted: bool
    is_stratified: bool
    is_clustered: bool
    fieldwork: dict[WaveCode, tuple[date, date]]


class Declared(Declaration):
    """The declarations of a vintage.

    ``country.release`` announces the periods of the vintage and nothing else of its calendar, so
    that announcing a next date is no reason for a new vintage. Of the report, the figures and
    recommendations that speak of the country are here, and of the translations what does.
    """

    country: Country
    code_lists: dict[str, dict[str, Code]]
    indicators: dict[str, Indicator]
    disaggregations: Disaggregations
    disclosure: DisclosureControl
    household_answers: tuple[str, ...]
    recommendations: dict[RecommendationId, Recommendation]
    report_figures: dict[FigureId, Figure]
    surveys: dict[SurveyCode, SurveyFacts]
    translations: dict[Language, Translation]

    @property
    def identity(self) -> str:
        """What makes another vintage if it changes, as JSON: codes and definitions, no wording."""
        labels = {"__all__": {"__all__": {"labels"}}}
        # records are a release of their own; of cell keys nothing is used where no survey has any
        others = {"microdata"} if self.country.disclosure.cell_keys else {"microdata", "cell_keys"}
        return self.model_dump_json(
            exclude={
                "translations": True,
                "code_lists": labels,
                "country": {"disclosure": others, "release": {"publisher_names"}},
                "disclosure": {"profiles": {"__all__": others}},
            }
        )


def declare(
    country: Country,
    catalogue: Catalogue,
    surveys: Iterable[Survey],
    translations: Mapping[Language, Translation],
    announced: Iterable[date],
) -> Declared:
    """Cut the declarations to what a vintage uses.

    Args:
        country: The country, with its release section.
        catalogue: The catalogue.
        surveys: The declared surveys; those of other countries are left out.
        translations: The words of every language.
        announced: Announced dates of the waves in the vintage.
    """
    flags = catalogue.migratory_status.household_flags.values()
    recommendations = catalogue.recommendations.items()
    figures = catalogue.report_figures.items()
    return Declared(
        country=_without_future(country, set(announced)),
        code_lists=_code_lists(catalogue, country),
        indicators=catalogue.indicators,
        disaggregations=catalogue.disaggregations,
        disclosure=_own_ladders(catalogue.disclosure, country),
        household_answers=tuple(sorted({flag.answer for flag in flags if flag.answer})),
        recommendations={k: one for k, one in recommendations if country.iso3 in one.countries},
        report_figures={k: one for k, one in figures if k.startswith(country.iso3)},
        surveys={one.survey: _facts(one) for one in surveys if one.country == country.iso3},
        translations=_cut(country, translations),
    )


def _own_ladders(control: DisclosureControl, country: Country) -> DisclosureControl:
    """Leave out where the surveys of other countries begin on the ladder."""
    own = {k: v for k, v in control.ladders.items() if k == DEFAULT or _is_of(k, country)}
    return control.model_copy(update={"ladders": own})


def _without_future(country: Country, announced: set[date]) -> Country:
    release = country.release
    if release is not None:
        calendar = tuple(entry for entry in release.calendar if entry.date in announced)
        release = release.model_copy(
            update={"calendar": calendar, "recipients": (), "approval": ()}
        )
    return country.model_copy(update={"release": release})


def _code_lists(catalogue: Catalogue, country: Country) -> dict[str, dict[str, Code]]:
    """Leave out lists that no table uses, and the footnote of changed counts where none are."""
    dimensions = catalogue.disaggregations.dimensions.values()
    lists = {dimension.codes for dimension in dimensions if dimension.codes}
    unused = set() if country.disclosure.cell_keys else {(NOTES, PERTURBED)}
    return {
        name: {code: one for code, one in codes.items() if (name, code) not in unused}
        for name, codes in catalogue.code_lists.items()
        if name in lists or name in LISTS
    }


def _facts(survey: Survey) -> SurveyFacts:
    design = survey.design
    return SurveyFacts(
        title=survey.title,
        steward=survey.steward,
        is_weighted=design.weight is not None,
        is_stratified=design.stratum is not None,
        is_clustered=design.psu is not None,
        fieldwork={wave: one.fieldwork for wave, one in survey.waves.items()},
    )


def _cut(
    country: Country, translations: Mapping[Language, Translation]
) -> dict[Language, Translation]:
    """Leave out what is said of other countries."""
    return {
        language: one.model_copy(
            update={
                "surveys": {k: v for k, v in one.surveys.items() if _is_of(k, country)},
                "figures": {k: v for k, v in one.figures.items() if _is_of(k, country)},
                "recommendations": {
                    k: v
                    for k, v in one.recommendations.items()
                    if _is_of(k, country) or k.startswith(GENERAL)
                },
            }
        )
        for language, one in translations.items()
    }


def _is_of(key: str, country: Country) -> bool:
    """Whether a code or id begins with the country's."""
    return key[:3].upper() == country.iso3
