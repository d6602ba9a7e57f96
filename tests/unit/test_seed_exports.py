"""The seed exports are listed as they are to be handed in."""

from pathlib import Path

import pytest
from migstat.intake.seed_exports import seed_exports
from migstat.paths import paths


@pytest.fixture
def seeds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder of seeds in a project of its own."""
    monkeypatch.setenv("MIGSTAT_PROJECT", str(tmp_path))
    paths().seed_data.mkdir(parents=True)
    return paths().seed_data


def lay(seeds: Path, *names: str) -> None:
    for name in names:
        file = seeds / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("x")


def test_a_correction_comes_after_the_first_deliveries_of_all_waves(seeds: Path):
    lay(seeds, "zza_one/2020/a.csv", "zza_one/2020_correction/b.csv", "zzb_two/2021/c.csv")

    found = [(export.survey, export.wave, export.is_later) for export in seed_exports()]

    assert found == [
        ("zza_one", "2020", False),
        ("zzb_two", "2021", False),
        ("zza_one", "2020", True),
    ]


def test_the_files_of_a_folder_are_one_delivery(seeds: Path):
    lay(seeds, "zza_one/2020/persons.sav", "zza_one/2020/households.sav")

    (export,) = seed_exports()

    assert [file.name for file in export.files] == ["households.sav", "persons.sav"]


def test_the_readme_of_a_survey_is_no_export(seeds: Path):
    lay(seeds, "zza_one/README.md")

    assert seed_exports() == []
