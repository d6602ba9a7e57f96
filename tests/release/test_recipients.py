"""Who is declared to receive extracts: what is wrong is told with file and line."""

import pytest
import yaml
from migstat.declarations.check import check_all
from release_office import COUNTRY, Office

GOOD = {"name": "Ministry", "connection": "zzz_ministry", "folder": "in"}


def problems(office: Office, *recipients: dict[str, object]) -> list[str]:
    """What a check says of the country's file, with the line."""
    office.declare(recipients=list(recipients))
    return [f"{p.file.name}:{p.line}: {p.message}" for p in check_all() if p.file.stem == "zzz"]


def line_of(office: Office, text: str, nth: int = 0) -> int:
    file = office.root / "project" / "include" / "countries" / f"{COUNTRY.lower()}.yml"
    lines = file.read_text().splitlines()
    return [n for n, line in enumerate(lines, 1) if text in line][nth]


def test_recipients_of_every_kind_are_taken(office: Office):
    others = (
        {"name": "বাংলা দপ্তর", "connection": "zzz_s3", "bucket": "zzz-office", "folder": "a/b"},
        {"name": "Desk", "connection": "zzz_mail", "mail": "d@x.example", "mail_limit_mb": 5},
        {"name": "Archive", "connection": "zzz_archive"},
    )
    assert problems(office, GOOD, *others) == []


@pytest.mark.parametrize(
    ("change", "line", "message"),
    [
        ({"folder": "../other"}, "folder: ../other", "leads out of what the connection leads to"),
        ({"folder": "/srv"}, "folder: /srv", "leads out of what the connection leads to"),
        ({"folder": "a\\b"}, "folder: a", "leads out of what the connection leads to"),
        ({"connection": "Not an id"}, "connection: Not an id", "connection"),
        ({"bucket": "No_Bucket"}, "bucket: No_Bucket", "bucket"),
        ({"name": ""}, "name: ''", "name"),
        ({"name": "a\nBcc: b"}, "Bcc", "name"),
        ({"mail": "desk"}, "mail: desk", "mail"),
        ({"mail": "a@x.example,b@x.example"}, "mail: a@", "mail"),
        ({"password": "x"}, "password: x", "password"),
    ],
)
def test_what_cannot_be_is_told_with_its_line(
    office: Office, change: dict[str, object], line: str, message: str
):
    (told,) = problems(office, GOOD | change)
    assert message in told
    if "\n" not in str(change.get("name", "")):
        assert told.startswith(f"zzz.yml:{line_of(office, line)}:")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"mail": "d@x.example"}, "a mail goes to no folder or bucket"),
        ({"mail_limit_mb": 5}, "mail_limit_mb is for a recipient with mail"),
    ],
)
def test_two_ways_at_once_are_told(office: Office, change: dict[str, object], message: str):
    (told,) = problems(office, GOOD | change)
    assert message in told


@pytest.mark.parametrize(
    ("second", "message"),
    [
        ({"connection": "zzz_other"}, "'Ministry' stands twice"),
        ({"name": "Archive"}, "'Archive' receives at the same place as 'Ministry'"),
    ],
)
def test_recipients_that_cannot_be_told_apart_are_told(
    office: Office, second: dict[str, object], message: str
):
    (told,) = problems(office, GOOD, GOOD | second)
    assert told.startswith(f"zzz.yml:{line_of(office, 'connection:', 1)}:")
    assert message in told


@pytest.mark.parametrize(
    ("folder", "is_shared"), [("in", True), ("in/zedland", True), ("", True), ("inside", False)]
)
def test_a_government_sees_its_own_country_only(office: Office, folder: str, is_shared: bool):
    release = office.declared["release"] | {"recipients": [GOOD]}
    other = office.declared | {"iso3": "YYY", "name": "Yland", "areas": [], "release": release}
    countries = office.root / "project" / "include" / "countries"
    (countries / "yyy.yml").write_text(yaml.safe_dump(other))
    told = problems(office, GOOD | {"folder": folder})
    assert ["sees its own country only" in one for one in told] == [True] * is_shared
