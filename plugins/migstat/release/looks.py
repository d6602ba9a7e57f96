"""What the last look at a country found, for as long as a look would find the same.

A look loads pandas, the declarations and the marts, which takes seconds of the processor, and finds
most times that nothing is due. What it depends on is told within milliseconds by the names, sizes
and times of files and by the ledger. What is kept here may be removed at any time.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from migstat.ledger import Ledger
from migstat.paths import paths

FOLDER = ".looks"
PACKAGE = Path(__file__).parents[1]


@dataclass(frozen=True)
class Look:
    """A look at a country that begins now.

    Attributes:
        file: Where it is kept what the last one found.
        state: Of all that a look depends on but the clock.
    """

    file: Path
    state: str

    def known(self, now: datetime) -> str | None:
        """Say why nothing is due, as the last look found; None where it may find something else."""
        try:
            kept = json.loads(self.file.read_text(encoding="utf-8"))
            state, until, told = kept["state"], kept["until"], str(kept["told"])
        except (OSError, ValueError, KeyError, TypeError):
            return None  # not there, or half of it
        is_over = until is not None and datetime.fromisoformat(until) <= now
        return told if state == self.state and not is_over else None

    def keep(self, told: str, until: datetime | None) -> None:
        """Keep why nothing is due, and until when the calendar leaves it so."""
        kept = {"state": self.state, "until": until and until.isoformat(), "told": told}
        self.file.parent.mkdir(parents=True, exist_ok=True)
        aside = self.file.with_suffix(".new")
        aside.write_text(json.dumps(kept), encoding="utf-8")
        aside.replace(self.file)


def begin_look(iso3: str, ledger: Ledger) -> Look:
    """Begin a look at a country; what changes while it lasts is found by the next."""
    state = hashlib.sha256("\n".join([*_files(iso3), *_known(iso3, ledger)]).encode())
    return Look(paths().releases / FOLDER / f"{iso3.lower()}.json", state.hexdigest())


def _files(iso3: str) -> Iterator[str]:
    """Mark the marts, what is declared, what was released, and the code that looks."""
    code, place = iso3.lower(), paths()
    yield from _marks(place.published.glob("*.*"))
    for folder in (place.catalogue, place.translations):
        yield from _marks(folder.glob("*.yml"))
    yield from _marks([place.countries / f"{code}.yml"])
    yield from _marks(place.surveys.glob(f"{code}_*/*.yml"))
    for folder in (place.releases / code, place.extracts / code):
        yield from _marks(folder.glob("v*/**/*"))
    yield from _marks(PACKAGE.rglob("*.py"))


def _marks(files: Iterable[Path]) -> Iterator[str]:
    for file in sorted(files):
        if file.is_file():
            found = file.stat()
            yield f"{file} {found.st_size} {found.st_mtime_ns}"


def _known(iso3: str, ledger: Ledger) -> Iterator[str]:
    """Mark what the ledger knows of the deliveries, vintages and recipients of a country."""
    for delivery in ledger.deliveries():
        if delivery.country_code == iso3:
            yield f"{delivery.delivery_id} {delivery.state}"
    for row in ledger.releases(iso3):
        yield f"{row.label} {row.content_id} {row.extracted_at} {row.approvals} {row.rejection}"
    for sent in ledger.extract_deliveries(iso3):
        yield f"{sent.vintage} {sent.recipient} {sent.state}"
