"""The seeds are what the generator makes, small, and say that they are made up."""

import subprocess
import sys
import zipfile
from pathlib import Path

import openpyxl
import pyreadstat
import pytest
from seed_files import CHECKOUT, SEEDS, seed

SEEDED = sorted(file.relative_to(SEEDS) for file in SEEDS.glob("*/*/*"))
MAX_BYTES = 8_000_000


@pytest.fixture(scope="module")
def regenerated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every seed, made again by the command the README names."""
    folder = tmp_path_factory.mktemp("seeds")
    subprocess.run([sys.executable, "-m", "synthetic", str(folder)], cwd=CHECKOUT, check=True)
    return folder


def test_the_generator_makes_the_committed_files_and_no_others(regenerated: Path):
    assert sorted(f.relative_to(regenerated) for f in regenerated.glob("*/*/*")) == SEEDED


@pytest.mark.parametrize("file", SEEDED, ids=str)
def test_a_seed_made_again_is_the_same_to_the_byte(regenerated: Path, file: Path):
    again, committed = regenerated / file, SEEDS / file
    if file.suffix in {".xlsx", ".zip"}:
        # compression differs between builds of zlib; what is compressed, and its clock, does not
        assert entries(again) == entries(committed)
    else:
        assert again.read_bytes() == committed.read_bytes()


def entries(workbook: Path) -> list[tuple[str, tuple[int, ...], bytes]]:
    """Names, times and contents of the parts of a workbook."""
    with zipfile.ZipFile(workbook) as archive:
        return [(i.filename, i.date_time, archive.read(i)) for i in archive.infolist()]


@pytest.mark.parametrize("file", SEEDED, ids=str)
def test_a_seed_says_in_its_name_and_beside_it_that_it_is_synthetic(file: Path):
    assert "synthetic" in file.name
    assert "SYNTHETIC" in (SEEDS / file.parts[0] / "README.md").read_text(encoding="utf-8")


def test_the_workbook_says_in_its_properties_that_it_is_synthetic():
    book = openpyxl.load_workbook(seed("slv_household", "2021"), read_only=True)
    assert "SYNTHETIC" in book.properties.subject
    assert book.custom_doc_props["synthetic"].value is True


def test_the_spss_file_says_in_its_label_and_note_that_it_is_synthetic():
    _, meta = pyreadstat.read_sav(seed("per_needs", "2020"), metadataonly=True)
    assert "SYNTHETIC" in meta.file_label
    assert "SYNTHETIC" in meta.notes[0]


def test_all_seeds_together_are_small():
    assert sum((SEEDS / file).stat().st_size for file in SEEDED) < MAX_BYTES
