"""What ``include/catalogue/`` declares: variables, codes, status rules, indicators, profiles."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from migstat.declarations.model import Declaration
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


class Code(Declaration):
    """A code of a list, its labels by language and the code it belongs under."""

    labels: dict[str, str]
    parent: str | None = None
    sdg: str | None = None

    @model_validator(mode="after")
    def _labelled_in_english(self) -> "Code":
        if "en" not in self.labels:
            raise ValueError("has no English label")
        return self


class StatusRule(Declaration):
    """One rule of the derivation: three-valued SQL over harmonised variables."""

    rule: int = Field(ge=0)
    code: str
    when: str
    needs: tuple[VariableName, ...] = ()
    basis: Literal["COB", "CIT", "PREV", "SELF", "DOC", "DESIGN", "PROXY"]
    explain: str


class Contradiction(Declaration):
    """Answers that can't all be true; the record becomes ``_U`` with this flag."""

    flag: VariableName
    when: str
    needs: tuple[VariableName, ...]
    explain: str


class HouseholdRule(Declaration):
    """One rule of the household's exclusive status, over flags of its members and answers."""

    code: str
    when: str
    explain: str


class MigratoryStatus(Declaration):
    """The rules of migratory status; changing a threshold or rule changes the version."""

    version: str
    thresholds: dict[VariableName, int]
    contradictions: tuple[Contradiction, ...]
    rules: tuple[StatusRule, ...] = Field(min_length=1)
    household: tuple[HouseholdRule, ...] = Field(min_length=1)


class Component(Declaration):
    """A part of an indicator, published in the dimension ``breakdown``."""

    label: str
    y: str
    x: str | None = None


class Indicator(Declaration):
    """A coded definition.

    ``y`` (and ``x`` for a ratio) is SQL over the harmonised variables of the unit; null outside
    the universe and where there is no valid answer. ``of`` names the dimensions whose codes'
    shares a distribution gives.
    """

    name: str
    unit: Unit
    kind: Literal["prop", "mean", "total", "ratio", "distribution"]
    y: str | None = None
    x: str | None = None
    of: tuple[VariableName, ...] = ()
    needs: tuple[VariableName, ...]
    dont_know: str | None = None
    numerator: str
    denominator: str
    universe: str
    unit_measure: Literal["PT", "RO", "NUMBER", "SCORE"]
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
        return self


class Dimension(Declaration):
    """A column of the cube and the list its codes come from."""

    codes: str | None = None
    units: tuple[Unit, ...]


class Disaggregations(Declaration):
    """The dimensions, and per table the margins that are estimated (lists of dimensions)."""

    dimensions: dict[VariableName, Dimension]
    margins: dict[TableName, tuple[tuple[VariableName, ...], ...]]

    @model_validator(mode="after")
    def _margins_are_of_known_dimensions(self) -> "Disaggregations":
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


class Catalogue(Declaration):
    """All of ``include/catalogue/``."""

    variables: dict[TableName, dict[VariableName, Variable]]
    code_lists: dict[str, dict[str, Code]]
    migratory_status: MigratoryStatus
    indicators: dict[IndicatorCode, Indicator]
    disaggregations: Disaggregations
    reliability: Reliability

    @model_validator(mode="after")
    def _names_hold_together(self) -> "Catalogue":
        problems = [*self._unknown_lists(), *self._unknown_codes(), *self._indicator_problems()]
        if problems:
            raise ValueError("; ".join(problems))
        return self

    def _unknown_lists(self) -> list[str]:
        named = [
            (f"variables.{table}.{name}", variable.codes)
            for table, variables in self.variables.items()
            for name, variable in variables.items()
        ]
        named += [
            (f"disaggregations.dimensions.{name}", dimension.codes)
            for name, dimension in self.disaggregations.dimensions.items()
        ]
        return [
            f"{place}: code list {codes} is not in code_lists"
            for place, codes in named
            if codes and codes not in self.code_lists
        ]

    def _unknown_codes(self) -> list[str]:
        persons = self.code_lists.get("CL_MIG_STATUS", {})
        households = self.code_lists.get("CL_HH_MIG", {})
        status = self.migratory_status
        wrong = [rule.code for rule in status.rules if rule.code not in persons]
        wrong += [rule.code for rule in status.household if rule.code not in households]
        wrong += [
            f"{code} (parent {entry.parent})"
            for codes in self.code_lists.values()
            for code, entry in codes.items()
            if entry.parent and entry.parent not in codes
        ]
        return [f"code {code} is not in its code list" for code in wrong]

    def _indicator_problems(self) -> list[str]:
        problems = []
        for code, indicator in self.indicators.items():
            table = next(t for t in TableName if t.value[:-1] == indicator.unit.value)
            known = {*self.variables[table], *self.disaggregations.dimensions}
            problems += [
                f"indicators.{code}.needs: {name} is no variable of {table}"
                for name in indicator.needs
                if name not in known
            ]
            problems += [
                f"indicators.{code}: dimension {name} is not declared"
                for name in (*indicator.of, *indicator.disaggregations)
                if name not in self.disaggregations.dimensions
            ]
        return problems
