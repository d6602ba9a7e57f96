"""What a file of records consists of."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from migstat.declarations.catalogue import Language

Labels = Mapping[Language, str]

NOT_STATED, NOT_COLLECTED, NOT_APPLICABLE, WITHHELD = "_U", "_X", "_Z", "_W"
MISSING = (NOT_STATED, NOT_COLLECTED, NOT_APPLICABLE, WITHHELD)
RECORD, WEIGHT = "record", "weight"


@dataclass(frozen=True)
class Column:
    """A variable of a file.

    Attributes:
        name: Its name.
        labels: What it is, by language.
        codes: The number of each code in the files; None for a number.
        code_labels: Labels of the codes, and of the kinds of missing answers.
        is_known: Whether others may know it of a person (a quasi-identifier).
    """

    name: str
    labels: Labels
    codes: Mapping[str, int] | None = None
    code_labels: Mapping[str, Labels] = field(default_factory=dict)
    is_known: bool = False


@dataclass(frozen=True)
class Records:
    """A file of records of one survey wave.

    Attributes:
        table: ``persons`` or ``households``.
        survey: Its survey.
        wave: Its wave.
        columns: The variables, without number and weight of the record.
        frame: A row per record: the variables, ``record``, ``weight``. A value is a code, a number
            or one of ``MISSING``.
        is_synthetic: Whether the records are made up.
    """

    table: str
    survey: str
    wave: str
    columns: tuple[Column, ...]
    frame: pd.DataFrame
    is_synthetic: bool

    @property
    def stem(self) -> str:
        """Name of its files without their ending."""
        return f"{self.survey}_{self.wave}_{self.table}"

    @property
    def known(self) -> list[str]:
        """Names of the quasi-identifiers, the most useful first."""
        return [column.name for column in self.columns if column.is_known]
