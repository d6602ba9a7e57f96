"""The report of a release of records: how many there are, and how much is withheld."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from migstat.declarations import Country
from migstat.declarations.microdata import Microdata
from migstat.release.microdata.model import WEIGHT, WITHHELD, Records

REPORT = "report.md"


@dataclass(frozen=True)
class FileCounts:
    """What became of the records of a file.

    Attributes:
        stem: Name of the file.
        n_records: Records in it.
        known: The quasi-identifiers.
        withheld: Values withheld, per variable.
        smallest: Records of its rarest combination of quasi-identifiers.
        weight_before: Sum of the weights in the marts.
        weight_after: And in the file.
    """

    stem: str
    n_records: int
    known: tuple[str, ...]
    withheld: dict[str, int]
    smallest: int
    weight_before: float
    weight_after: float

    @classmethod
    def of(cls, records: Records, weight_before: float) -> "FileCounts":
        """Count them."""
        frame, known = records.frame, records.known
        return cls(
            stem=records.stem,
            n_records=len(frame),
            known=tuple(known),
            withheld={c.name: int((frame[c.name] == WITHHELD).sum()) for c in records.columns},
            smallest=min(Counter(frame[known].itertuples(index=False, name=None)).values()),
            weight_before=weight_before,
            weight_after=float(frame[WEIGHT].sum()),
        )

    @property
    def n_values(self) -> int:
        """Values of quasi-identifiers there are."""
        return self.n_records * len(self.known)

    @property
    def n_withheld(self) -> int:
        """Values of quasi-identifiers withheld."""
        return sum(self.withheld[name] for name in self.known)


def write_report(
    counts: Iterable[FileCounts], rules: Microdata, country: Country, release: str, file: Path
) -> None:
    """Write the report as Markdown."""
    lines = [
        f"# Microdata of {country.name}, release {release}",
        "",
        f"Profile {country.disclosure.profile}: each combination of what others may know has at "
        f"least {rules.min_records} records; areas of level {rules.area_level} at the finest. "
        "Read back from the files and counted by another module before they were put out.",
        "",
        "| File | Records | Rarest combination | Values withheld | Of each variable "
        "| Sum of weights before | after |",
        "|---|---|---|---|---|---|---|",
    ]
    for one in counts:
        withheld = ", ".join(f"{name} {n}" for name, n in one.withheld.items() if n) or "none"
        lines.append(
            f"| {one.stem} | {one.n_records} | {one.smallest} | {one.n_withheld} | {withheld} "
            f"| {one.weight_before:.3f} | {one.weight_after:.3f} |"
        )
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
