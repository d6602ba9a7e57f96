"""The chain of vintages on disk: numbered without a gap, each naming the content of the one before.

It holds without the ledger, which may be lost; here are manifests alone.
"""

import shutil
from datetime import date
from pathlib import Path

import pytest
from migstat.paths import paths
from migstat.release.errors import ReleaseError, TamperedError
from migstat.release.stamp import Stamp
from migstat.release.vintages import MANIFEST, Manifest, Vintage, pick, vintages


def keep(home: Path, number: int, previous: str | None) -> Vintage:
    folder = home / f"v{number}"
    folder.mkdir(parents=True)
    stamp = Stamp(
        country="ZZZ",
        number=number,
        kind="routine" if previous else "first",
        issued=date(2021, 3, number),
        previous=previous,
    )
    manifest = Manifest(
        stamp=stamp, inputs_sha256="of the inputs", producer="x", public_key="k", files={}
    )
    (folder / MANIFEST).write_text(manifest.model_dump_json(), encoding="utf-8")
    return Vintage(folder)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three vintages of a country."""
    monkeypatch.setenv("MIGSTAT_HOME", str(tmp_path))
    folder, previous = paths().releases / "zzz", None
    for number in (1, 2, 3):
        previous = keep(folder, number, previous).content_id
    return folder


def test_a_sound_chain_is_listed_from_the_first_to_the_last(home: Path):
    assert [vintage.name for vintage in vintages("zzz")] == ["ZZZ v1", "ZZZ v2", "ZZZ v3"]
    assert [vintage.folder.parent for vintage in vintages("ZZZ")] == [home] * 3


@pytest.mark.parametrize(("number", "left"), [(1, r"\[2, 3\]"), (2, r"\[1, 3\]")])
def test_a_number_that_is_missing_in_between_is_told(home: Path, number: int, left: str):
    shutil.rmtree(home / f"v{number}")
    with pytest.raises(TamperedError, match=f"vintages {left} in .*; one is missing"):
        vintages("ZZZ")


def test_a_vintage_that_was_exchanged_breaks_the_chain_at_the_next(home: Path):
    manifest = home / "v2" / MANIFEST
    manifest.write_text(manifest.read_text().replace("of the inputs", "of others"))
    with pytest.raises(
        TamperedError, match=r"v3 does not hold .*of the vintage before was changed"
    ):
        vintages("ZZZ")


def test_a_vintage_of_another_country_is_no_link(home: Path):
    manifest = home / "v3" / MANIFEST
    manifest.write_text(manifest.read_text().replace('"ZZZ"', '"YYY"'))
    with pytest.raises(TamperedError, match="v3 does not hold the vintage that belongs there"):
        vintages("ZZZ")


def test_a_number_that_was_never_made_is_told_with_the_newest(home: Path):
    found = vintages("ZZZ")
    assert pick(found, "ZZZ", None).folder == home / "v3"
    for number in (0, -1, 4):
        with pytest.raises(ReleaseError, match=f"no v{number}; the newest is v3"):
            pick(found, "ZZZ", number)
    with pytest.raises(ReleaseError, match="nothing was released; `migstat release build ZZZ`"):
        pick([], "ZZZ", None)
