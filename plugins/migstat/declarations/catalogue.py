"""What ``include/catalogue/`` declares: variables, codes, status rules, indicators, profiles.

What it declares of the report stands in ``report``.
"""

from typing import Annotated, Any, Literal, get_args

from pydantic import Field, StringConstraints, model_validator

from migstat.declarations.disclosure import DisclosureControl
from migstat.declarations.migratory_status import MigratoryStatus
from migstat.declarations.model import Declaration
from migstat.declarations.report import Figure, FigureId, Recommendation, RecommendationId
from migstat.declarations.survey import TableName, Unit

IndicatorCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}[0-9]{2}$")]
VariableName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
SqlType = Annotated[
    str,
    StringConstraints(
        pattern=r"^(string|int|bigint|double|boolean|date|decimal\([0-9]+, ?[0-9]+\))$"
    ),
]


class Variable(Declaration):
    """A harmonised variable: one name, type and code list in every survey."""

    type: SqlType
    description: str
    codes: str | None = None
    unit: str | None = None


Language = Literal["en", "es", "id", "fr", "ru", "bn"]


class Code(Declaration):
    """A code of a list, its labels by language and the code it lies under.

    ``sdg`` and ``hapi`` name the codes that correspond in SDG and HAPI tables. In the file the
    labels stand beside them, by language: ``{en: Total, es: Total, parent: IM}``.
    """

    labels: dict[Language, str]
    parent: str | None = None
    sdg: str | None = None
    hapi: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _gather_labels(cls, given: Any) -> Any:  # noqa: ANN401 - whatever the file holds
        if not isinstance(given, dict) or "labels" in given:
            return given
        languages = get_args(Language)
        labels = {key: text for key, text in given.items() if key in languages}
        return {key: value for key, value in given.items() if key not in labels} | {
            "labels": labels
        }

    @model_validator(mode="after")
    def _labelled_in_english(self) -> "Code":
        if "en" not in self.labels:
            raise ValueError("has no English label")
        return self


Kind = Literal["prop", "mean", "total", "ratio"]
UnitMeasure = Literal["PT", "PP", "RO", "NUMBER", "SCORE"]


class Component(Declaration):
    """A part of an indicator, published in the dimension ``breakdown`` (``CL_BREAKDOWN``).

    What it leaves out is as its indicator has it, ``units`` and ``needs`` too.
    """

    units: tuple[Unit, ...] = ()
    kind: Kind | None = None
    unit_measure: UnitMeasure | None = None
    where: str | None = None
    y: str
    x: str | None = None
    needs: tuple[VariableName, ...] = ()
    instead: tuple[VariableName, ...] = ()


class Variant(Declaration):
    """The shares of a distribution once more, of those for whom ``where`` is true.

    Published in the dimension ``breakdown`` (``CL_BREAKDOWN``), at the top of each code list.
    ``where`` may use the lists of ``migratory_status``.
    """

    where: str


class Indicator(Declaration):
    """A coded definition.

    ``where``, ``y`` and ``x`` (for a ratio) are SQL over the harmonised variables of the unit
    and its status; ``y`` counts where ``where`` is true and is null where there is no valid
    answer. ``of`` names the dimensions whose codes' shares a distribution gives. Of several
    ``units`` a survey has it on the one whose table maps what it ``needs``, or what does
    ``instead``. ``terms`` are expressions that these use by name, its components' too. With
    ``absent`` persons living abroad count too. It is published by its
    ``disaggregations`` and by those of every indicator.
    """

    name: str
    units: tuple[Unit, ...] = Field(min_length=1)
    kind: Kind | Literal["distribution"]
    absent: bool = False
    terms: dict[VariableName, str] = Field(default_factory=dict)
    where: str | None = None
    y: str | None = None
    x: str | None = None
    of: tuple[VariableName, ...] = ()
    variants: dict[str, Variant] = Field(default_factory=dict)
    needs: tuple[VariableName, ...]
    instead: tuple[VariableName, ...] = ()
    dont_know: str | None = None
    numerator: str
    denominator: str
    universe: str
    unit_measure: UnitMeasure
    polarity: Literal["+", "-", "0"]
    tier: Literal[1, 2] = 1
    sdg: tuple[str, ...] = ()
    sdg_series: str | None = None
    gcm: tuple[int, ...] = ()
    basis: str
    definition_version: str = "1"
    disaggregations: tuple[VariableName, ...] = ()
    components: dict[str, Component] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _formula_fits_its_kind(self) -> "Indicator":
        wanted = {"distribution": {"of"}, "ratio": {"y", "x"}}.get(self.kind, {"y"})
        given = {name for name in ("y", "x", "of") if getattr(self, name)}
        if wanted != given:
            raise ValueError(f"a {self.kind} needs {sorted(wanted)}, has {sorted(given)}")
        if self.variants and self.kind != "distribution":
            raise ValueError("only a distribution has variants")
        return self


class Dimension(Declaration):
    """A column of the cube and the list its codes come from."""

    codes: str | None = None
    units: tuple[Unit, ...]


class Disaggregations(Declaration):
    """The dimensions, and per table the margins that are estimated (lists of dimensions).

    Every indicator is published by the dimensions under ``always``, and by its own.
    """

    dimensions: dict[VariableName, Dimension]
    always: tuple[VariableName, ...] = ()
    margins: dict[TableName, tuple[tuple[VariableName, ...], ...]]

    @model_validator(mode="after")
    def _margins_are_of_known_dimensions(self) -> "Disaggregations":
        if stray := set(self.always) - set(self.dimensions):
            raise ValueError(f"always: unknown dimensions {sorted(stray)}")
        for table, margins in self.margins.items():
            unknown = {d for margin in margins for d in margin} - set(self.dimensions)
            if unknown:
                raise ValueError(f"margins.{table}: unknown dimensions {sorted(unknown)}")
        return self


class Reliability(Declaration):
    """The profile that says how far a figure carries; thresholds of estimation, not of privacy.

    CVs and widths in percent; counts are unweighted.
    """

    version: str
    withhold_n_below: int
    caution_n_below: int
    caution_cv_above: float
    withhold_cv_above: float
    proportion_effective_n_below: float
    proportion_width_show: float
    proportion_width_withhold: float
    proportion_relative_width_withhold: float
    caution_df_below: int
    status_noted_above: float
    status_unranked_above: float


class StandardPopulation(Declaration):
    """Fixed shares of the codes of a dimension, by which gaps are standardised.

    ``least_covered`` is the percentage of the standard population that both compared groups must
    reach with answers for a standardised gap to be published.
    """

    version: str
    dimension: VariableName
    shares: dict[str, Annotated[float, Field(gt=0)]] = Field(min_length=2)
    least_covered: Annotated[float, Field(ge=0, le=100)]


class Catalogue(Declaration):
    """All of ``include/catalogue/``; ``catalogue_check`` says whether its parts fit together."""

    variables: dict[TableName, dict[VariableName, Variable]]
    code_lists: dict[str, dict[str, Code]]
    migratory_status: MigratoryStatus
    indicators: dict[IndicatorCode, Indicator]
    disaggregations: Disaggregations
    reliability: Reliability
    standard_population: StandardPopulation
    disclosure: DisclosureControl
    report_figures: dict[FigureId, Figure]
    recommendations: dict[RecommendationId, Recommendation]
