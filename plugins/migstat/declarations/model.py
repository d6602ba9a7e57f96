"""What every declaration has in common: frozen, and no key that nobody declared."""

from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict

TOTAL = "_T"  # in every dimension and code list: not broken down by it


class Declaration(BaseModel):
    """A part of a declaration file: immutable, unknown keys forbidden."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong with a declaration, with the place to mend it."""

    file: Path
    line: int
    message: str

    def __str__(self) -> str:
        """``file:line: message``, as editors understand it."""
        return f"{self.file}:{self.line}: {self.message}"


class DeclarationError(ValueError):
    """One or more declaration files can't be used; holds every problem found."""

    def __init__(self, problems: list[Problem]) -> None:
        """Keep the problems; the text lists them all."""
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems
