"""The rules of migratory status: terms, rules in order, flags, and the household's status.

Everything in ``sql``, ``when`` and ``members`` is three-valued SQL over the harmonised variables.
"""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from migstat.declarations.model import Declaration

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Basis = Literal["COB", "CIT", "PREV", "SELF", "DOC", "DESIGN", "PROXY"]


class Term(Declaration):
    """A word that rules use, and what stands in for it where a question was not asked."""

    sql: str
    explain: str


class StatusRule(Declaration):
    """One rule of the derivation.

    ``needs``: every one was asked, and one of ``needs_any``, else the rule is skipped. ``without``:
    the rule stands in for questions that were not asked. ``residual``: decides only where no
    collected rule is unknown.
    """

    name: Name
    rule: int = Field(ge=1)
    code: str
    when: str
    needs: tuple[Name, ...] = ()
    needs_any: tuple[Name, ...] = ()
    without: tuple[Name, ...] = ()
    residual: bool = False
    basis: Basis
    explain: str


class Contradiction(Declaration):
    """Answers that can't all be true; the record becomes ``_U`` with this flag."""

    flag: Name
    when: str
    needs: tuple[Name, ...]
    explain: str


class Outcome(Declaration):
    """What a record gets where no rule decides; ``code`` is absent where the survey names it."""

    rule: int
    code: str | None = None
    explain: str


class Outcomes(Declaration):
    """The three ways to a status without a rule."""

    not_collected: Outcome
    not_stated: Outcome
    by_design: Outcome


class HouseholdFlag(Declaration):
    """A flag of the household: an answer of its own, or true for one of its members.

    ``of`` is the status code whose rules tell whether the survey asked members about it.
    """

    answer: Name | None = None
    members: str | None = None
    of: str | None = None
    explain: str

    @model_validator(mode="after")
    def _has_a_source(self) -> "HouseholdFlag":
        if not (self.answer or self.members):
            raise ValueError("needs an answer or members")
        return self


class HouseholdRule(Declaration):
    """One rule of the household's exclusive status, over its flags."""

    code: str
    when: str
    residual: bool = False
    explain: str


class MigratoryStatus(Declaration):
    """The rules of migratory status; changing a threshold or rule changes the version."""

    version: str
    thresholds: dict[Name, int]
    lists: dict[Name, tuple[str, ...]]
    terms: dict[Name, Term]
    contradictions: tuple[Contradiction, ...]
    rules: tuple[StatusRule, ...] = Field(min_length=1)
    outcomes: Outcomes
    flags: dict[Name, str]
    household_flags: dict[Name, HouseholdFlag]
    household: tuple[HouseholdRule, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _names_are_distinct(self) -> "MigratoryStatus":
        names = [*self.thresholds, *self.lists, *self.terms, *self.flags]
        names += [rule.name for rule in self.rules]
        double = sorted({name for name in names if names.count(name) > 1})
        if double:
            raise ValueError(f"names stand twice: {double}")
        return self

    @model_validator(mode="after")
    def _rules_stand_in_order(self) -> "MigratoryStatus":
        numbers = [rule.rule for rule in self.rules]
        if numbers != sorted(numbers):
            raise ValueError(f"rules are out of order: {numbers}")
        first_residual = next((i for i, r in enumerate(self.rules) if r.residual), len(numbers))
        if any(not rule.residual for rule in self.rules[first_residual:]):
            raise ValueError("residual rules must stand last")
        return self
