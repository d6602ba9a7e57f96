"""What a profile declares of microdata: whether records may be released, and how far coarsened."""

from typing import Annotated

from pydantic import Field, StringConstraints, model_validator

from migstat.declarations.model import Declaration

VariableName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]


class Steps(Declaration):
    """How a number that others may know of a person is coarsened.

    It becomes the multiple of ``step`` at or below it; all above ``top`` become ``top``.
    """

    step: int = Field(ge=1)
    top: int = Field(ge=1)

    @model_validator(mode="after")
    def _top_is_a_step(self) -> "Steps":
        if self.top % self.step:
            raise ValueError(f"top {self.top} is no multiple of step {self.step}")
        return self


class FileRules(Declaration):
    """The variables of a file; one that is not named is not released.

    ``quasi_identifiers`` are what others may know of a person, the most useful first: values are
    withheld from the last on. ``others`` are answers.
    """

    quasi_identifiers: tuple[VariableName, ...] = Field(min_length=1)
    others: tuple[VariableName, ...] = ()

    @property
    def variables(self) -> tuple[str, ...]:
        """All variables, in the order of the file."""
        return (*self.quasi_identifiers, *self.others)


class Microdata(Declaration):
    """How records are released.

    Attributes:
        min_records: Records that share each combination of quasi-identifiers in a file; also those
            whose mean a number that is no quasi-identifier becomes.
        area_level: Finest level of areas.
        coarsen: Steps of the numbers among the quasi-identifiers.
        never: Answers that no file may hold.
        persons: Variables of the file of persons.
        households: Variables of the file of households; without, there is none.
    """

    min_records: int = Field(ge=3)
    area_level: int = Field(ge=1, le=4)
    coarsen: dict[VariableName, Steps] = Field(default_factory=dict)
    never: tuple[VariableName, ...] = ()
    persons: FileRules
    households: FileRules | None = None

    @property
    def files(self) -> dict[str, FileRules]:
        """The files by their table."""
        households = {} if self.households is None else {"households": self.households}
        return {"persons": self.persons, **households}
