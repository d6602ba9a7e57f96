"""A revision that can't be protected beside what is out waits; the rest of the country does not."""

from typing import Any

import pytest
import yaml
from migstat.release import protection
from migstat.release.auditing import audit
from migstat.release.disclosure.model import NoSafePlanError, TableSystem
from migstat.release.errors import UnsafeError
from migstat.release.making import build, plan
from migstat.release.sign_off import sign_off_text
from migstat.release.vintages import Vintage, vintages
from release_office import COUNTRY, DELIVERY, SURVEY, Office, by_sex

REVISED, LATER = "2020", "2021"


def publish(
    office: Office, *, first: float, later: float, deliveries: tuple[str, str], version: str = "1"
) -> None:
    """Publish two waves with these figures of men, of these deliveries and this definition."""
    waves = zip((REVISED, LATER), (first, later), deliveries, strict=True)
    told: dict[str, list[dict[str, Any]]] = {"estimates": [], "surveys": [], "deliveries": []}
    for wave, value, delivery in waves:
        of_wave = {"wave": wave, "time_period": wave}
        made_of = {"survey_delivery": delivery, "definition_version": version}
        total, women, men = by_sex()
        figures = (total, women, men | {"obs_value": value})
        told["estimates"] += [one | of_wave | made_of for one in figures]
        told["surveys"].append(SURVEY | of_wave)
        told["deliveries"].append(DELIVERY | {"wave": wave, "delivery_id": delivery})
    office.publish(told["estimates"], surveys=told["surveys"], deliveries=told["deliveries"])


def figure(vintage: Vintage, wave: str) -> float:
    """The released figure of men."""
    cells = vintage.cells()
    own = cells[(cells["wave"] == wave) & (cells["sex"] == "M")]
    return float(own["obs_value"].item())


def make(office: Office) -> tuple[Vintage, bool]:
    return build(COUNTRY, office.ledger, clock=office.clock)


@pytest.fixture
def office(office: Office) -> Office:
    """Both waves are due, and out as the first vintage."""
    calendar = [{"date": "2021-06-30", "period": REVISED}, {"date": "2021-06-30", "period": LATER}]
    office.declare(calendar=calendar)
    publish(office, first=12.0, later=14.0, deliveries=("d1", "e1"))
    assert make(office)[1]
    return office


@pytest.fixture
def unsafe(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Waves of which no plan is safe beside what is out; empty at first."""
    waves: set[str] = set()
    careful = protection.protect

    def protect(system: TableSystem, profile: object, earlier: object = ()) -> object:
        if earlier and system.name.split("/")[1] in waves:
            raise NoSafePlanError(f"{system.name} has no safe plan.")
        return careful(system, profile, earlier)

    monkeypatch.setattr(protection, "protect", protect)
    return waves


def test_the_wave_keeps_its_figures_and_the_others_leave(office: Office, unsafe: set[str]):
    unsafe.add(REVISED)
    publish(office, first=20.0, later=22.0, deliveries=("d2", "e2"))
    vintage, is_new = make(office)
    assert is_new
    assert (figure(vintage, REVISED), figure(vintage, LATER)) == (12.0, 22.0)
    assert set(vintage.changes()["wave"]) == {LATER}
    assert vintage.stamp.told_postponed == "zzz_people 2020 stays as in v1"
    deliveries = vintage.inputs().tables["deliveries"]
    assert set(deliveries["delivery_id"]) == {"d1", "e2"}


def test_it_can_be_made_again_byte_for_byte(office: Office, unsafe: set[str]):
    unsafe.add(REVISED)
    publish(office, first=20.0, later=22.0, deliveries=("d2", "e2"))
    make(office)
    assert audit(COUNTRY, office.ledger, 2)[1] == []


def test_looking_again_finds_nothing_new(office: Office, unsafe: set[str]):
    unsafe.add(REVISED)
    publish(office, first=20.0, later=22.0, deliveries=("d2", "e2"))
    made, _ = make(office)
    again, is_new = make(office)
    assert (again.content_id, is_new) == (made.content_id, False)
    planned = plan(COUNTRY, office.ledger, clock=office.clock)
    assert not planned.is_new
    assert planned.release.archived.equals(made.cells())


def test_it_leaves_once_it_can_be_protected(office: Office, unsafe: set[str]):
    unsafe.add(REVISED)
    publish(office, first=20.0, later=22.0, deliveries=("d2", "e2"))
    make(office)
    unsafe.clear()
    publish(office, first=21.0, later=22.0, deliveries=("d3", "e2"))
    vintage, _ = make(office)
    assert figure(vintage, REVISED) == 21.0
    assert vintage.stamp.postponed == ()
    assert set(vintage.changes()["wave"]) == {REVISED}


def test_who_waits_longer_keeps_the_number_of_the_vintage_it_is_of(
    office: Office, unsafe: set[str]
):
    unsafe.add(REVISED)
    for number in (2, 3):
        later = {2: 22.0, 3: 23.0}[number]
        publish(office, first=20.0, later=later, deliveries=("d2", f"e{number}"))
        vintage, _ = make(office)
        assert vintage.stamp.number == number
        assert vintage.stamp.told_postponed == "zzz_people 2020 stays as in v1"


def test_with_nothing_else_new_the_release_is_refused(office: Office, unsafe: set[str]):
    unsafe.add(REVISED)
    publish(office, first=20.0, later=14.0, deliveries=("d2", "e1"))
    with pytest.raises(UnsafeError, match="zzz_people/2020/person has no safe plan"):
        make(office)
    assert len(vintages(COUNTRY)) == 1


def test_figures_of_an_older_definition_do_not_stay(office: Office, unsafe: set[str]):
    """Beside new ones they would look like the same measure."""
    unsafe.add(REVISED)
    file = office.root / "project" / "include" / "catalogue" / "indicators.yml"
    indicators = yaml.safe_load(file.read_text(encoding="utf-8"))
    indicators["LB01"]["definition_version"] = "2"
    file.write_text(yaml.safe_dump(indicators, sort_keys=False), encoding="utf-8")
    publish(office, first=20.0, later=22.0, deliveries=("d2", "e2"), version="2")
    with pytest.raises(UnsafeError, match="no safe plan"):
        make(office)


@pytest.mark.usefixtures("office_of_all_formats")
def test_those_who_sign_and_those_who_read_are_told(office: Office, unsafe: set[str]):
    unsafe.add(REVISED)
    publish(office, first=20.0, later=22.0, deliveries=("d2", "e2"))
    vintage, _ = make(office)
    assert "Postponed: zzz_people 2020 stays as in v1." in sign_off_text(vintage)
    report = next(vintage.files.glob("*_quality_en.html")).read_text(encoding="utf-8")
    assert "Survey of Zedland, 2020: as in v1" in report
    package = next(vintage.files.glob("datapackage.json")).read_text(encoding="utf-8")
    assert "zzz_people 2020 stays as in v1" in package
