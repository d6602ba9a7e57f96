"""What is due: what the marts hold of a country that may leave now, and whether it is out.

Loads in a second and writes nothing that stays, so that looking often costs little.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from migstat.declarations import load_catalogue, load_country, load_surveys, load_translations
from migstat.ledger import Ledger
from migstat.ledger.types import utc_now
from migstat.release.calendar import Due, find_due
from migstat.release.declared import declare
from migstat.release.errors import ReleaseError
from migstat.release.inputs import (
    Inputs,
    gather,
    other_definitions,
    read_inputs,
    wave_periods,
    write_inputs,
)
from migstat.release.records import checked_vintages
from migstat.release.release import release_of
from migstat.release.vintages import INPUTS, Vintage
from migstat.warehouse.published import open_published

Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Newest:
    """How the newest vintage of a country stands to the marts.

    Attributes:
        is_made_from_marts: Whether it says what they hold and may leave.
        until: When the embargo of what they hold besides ends; None where nothing is held.
    """

    is_made_from_marts: bool
    until: datetime | None


def look(iso3: str, ledger: Ledger, *, clock: Clock = utc_now) -> Newest:
    """Compare the newest vintage with what the marts hold and may leave; a look, nothing more.

    Raises:
        ReleaseError: Nothing may leave now, for this reason.
    """
    with TemporaryDirectory(prefix="migstat-look-") as folder:
        inputs, due = gather_into(Path(folder) / INPUTS, iso3, clock())
    embargo = release_of(load_country(iso3)).embargo
    until = min((embargo.ends(entry.date) for entry in due.held.values()), default=None)
    return Newest(is_made_from(inputs, checked_vintages(iso3, ledger)), until)


def check_due(iso3: str, *, clock: Clock = utc_now) -> None:
    """Ask the calendar only.

    Raises:
        ReleaseError: Nothing of the country may leave now, for this reason.
        FileNotFoundError: No marts are published.
    """
    country = load_country(iso3)
    with open_published() as marts:
        find_due(release_of(country), wave_periods(marts, iso3), clock(), country.name)


def gather_into(folder: Path, iso3: str, now: datetime) -> tuple[Inputs, Due]:
    """Keep what a vintage is made from and read it back: a vintage made again reads the same.

    Args:
        folder: Where to keep it; must not exist.
        iso3: The country.
        now: The moment, with its zone.

    Returns:
        What was kept, and what the calendar says of it.

    Raises:
        ReleaseError: Nothing may leave now, or the marts were built by other definitions.
        FileNotFoundError: No marts are published.
    """
    country, catalogue = load_country(iso3), load_catalogue()
    surveys, translations = load_surveys().values(), load_translations()
    with open_published() as marts:
        due = find_due(release_of(country), wave_periods(marts, iso3), now, country.name)
        declared = declare(country, catalogue, surveys, translations, due.announced.values())
        write_inputs(gather(marts, declared, due.announced), folder)
    inputs = read_inputs(folder)
    if others := other_definitions(inputs):
        raise ReleaseError(
            f"{country.name}: the marts were built by other definitions than those of the "
            f"catalogue ({'; '.join(others)}); `migstat build` first"
        )
    return inputs, due


def is_made_from(inputs: Inputs, before: list[Vintage]) -> bool:
    """Whether the newest of a country's vintages is made from these inputs.

    What it postponed of them is no reason to make another one from the same.
    """
    return bool(before) and before[-1].manifest.offered == inputs.sha256
