"""An office to release from, with one survey published."""

from pathlib import Path

import pytest
from release_office import Office, by_sex


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    """A declared country whose marts are published."""
    made = Office(tmp_path)
    for name, value in made.environment.items():
        monkeypatch.setenv(name, value)
    made.declare()
    made.publish(by_sex())
    return made
