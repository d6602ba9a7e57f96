"""The fictional office as most tests of releases want it."""

from pathlib import Path

import pytest
from migstat.release import making
from migstat.release.vintages import Vintage
from migstat.release.writers import tables
from release_office import COUNTRY, Office, by_sex


def published_office(root: Path, patch: pytest.MonkeyPatch) -> Office:
    """Declare the country and publish its marts; its releases are CSV files only."""
    patch.setattr(making, "WRITERS", (tables.write,))
    made = Office(root)
    for name, value in made.environment.items():
        patch.setenv(name, value)
    made.declare()
    made.publish(by_sex())
    return made


def make(office: Office, correction: str | None = None) -> Vintage:
    """Make the next vintage of the country, or give the newest where nothing is new."""
    return making.build(COUNTRY, office.ledger, correction=correction, clock=office.clock)[0]
