"""An office to release from, with one survey published."""

from pathlib import Path

import pytest
from migstat.release import making
from migstat.release.release import Release
from migstat.release.writers import WRITERS
from published_office import published_office
from release_office import Office, by_sex, planned


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    """A declared country whose marts are published; its releases are CSV files only."""
    return published_office(tmp_path, monkeypatch)


@pytest.fixture(scope="session")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """A release whose figure of women is withheld; not to be changed."""
    made = Office(tmp_path_factory.mktemp("office"))
    with pytest.MonkeyPatch.context() as patch:
        for name, value in made.environment.items():
            patch.setenv(name, value)
        made.declare()
        total, women, men = by_sex()
        made.publish([total, women | {"reliability": "withhold", "obs_status": "U"}, men])
        return planned(made)


@pytest.fixture
def office_of_all_formats(office: Office, monkeypatch: pytest.MonkeyPatch) -> Office:
    """The same; its releases have every file."""
    monkeypatch.setattr(making, "WRITERS", WRITERS)
    return office
