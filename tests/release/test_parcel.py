"""What is sent of an extract: the signature last, and a mail that a server knows a second time."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from migstat.release.delivery.letter import message_id, zip_of
from migstat.release.delivery.parcel import Parcel, pack
from migstat.release.stamp import Stamp

STAMP = Stamp(country="ZZZ", number=1, kind="first", issued=date(2021, 6, 30))
SENDER, TO = "releases@zedland.example", "desk@ministry.example"


@pytest.fixture
def parcel(tmp_path: Path) -> Parcel:
    for name in ("zzz_migdis_2020_v1.csv", "SHA256SUMS.sig", "SHA256SUMS", "allowed_signers"):
        (tmp_path / name).write_text(name)
    return pack(tmp_path, STAMP)


def test_the_signature_is_sent_last_so_that_it_covers_what_is_there(parcel: Parcel):
    assert [*parcel.files][-1] == "SHA256SUMS.sig"
    assert len(parcel.files) == 4


def test_a_mail_is_named_by_its_extract_and_its_reader(parcel: Parcel):
    name = message_id(parcel, SENDER, TO)
    assert name.startswith("<zzz.v1.")
    assert name.endswith("@zedland.example>")
    assert name == message_id(parcel, SENDER, TO)
    assert name != message_id(parcel, SENDER, "other@ministry.example")
    other = replace(parcel, files=parcel.files | {"SHA256SUMS": "0" * 64})
    assert name != message_id(other, SENDER, TO)


def test_the_same_extract_makes_the_same_zip(parcel: Parcel):
    before = zip_of(parcel)
    for file in parcel.folder.iterdir():
        file.write_text(file.read_text())  # at another time
    assert zip_of(parcel) == before
