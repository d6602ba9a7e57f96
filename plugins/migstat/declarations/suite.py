"""What ``expectations/<survey>.json`` declares: a suite of Great Expectations."""

from typing import Any, Literal

from pydantic import Field

from migstat.declarations.model import Declaration
from migstat.declarations.survey import TableName


class Meta(Declaration):
    """Which table an expectation judges, and the reason a steward reads when it fails."""

    table: TableName
    reason: str
    rule: str | None = None


class Expectation(Declaration):
    """One expectation of a suite, as Great Expectations names it."""

    type: str
    kwargs: dict[str, Any]
    severity: Literal["critical", "warning", "info"]
    meta: Meta

    @property
    def rule(self) -> str:
        """Name the expectation in the quarantine and the ledger."""
        column = self.kwargs.get("column") or self.kwargs.get("column_A") or "table"
        return self.meta.rule or f"{self.type.removeprefix('expect_')}:{column}"


class Suite(Declaration):
    """The suite of a survey."""

    name: str
    expectations: tuple[Expectation, ...] = Field(default=())

    def of_table(self, table: TableName) -> list[Expectation]:
        """Give the expectations that judge one table."""
        return [item for item in self.expectations if item.meta.table == table]
