"""What disclosure control does to a release: stops it, narrows it, remembers what is out."""

from dataclasses import replace
from typing import Any

import pytest
from migstat.declarations import DeclarationError
from migstat.release import protection
from migstat.release.auditing import audit, second_opinion
from migstat.release.disclosure.model import NoSafePlanError
from migstat.release.disclosure.profiles import thresholds_of
from migstat.release.errors import ReleaseError, UnsafeError
from migstat.release.vintages import Vintage, vintages
from published_office import make
from release_office import COUNTRY, LEAF, Office, estimate, planned

MARGINS = ((), ("sex",), ("ref_area",), ("ref_area", "sex"))
# people with an answer, and of these with the property
PEOPLE = {
    ("ZZ-N", "F"): (220, 60),
    ("ZZ-N", "M"): (180, 50),
    ("ZZ-S", "F"): (150, 40),
    ("ZZ-S", "M"): (4, 1),
}


def leaves(people: dict[tuple[str, str], tuple[int, int]]) -> list[dict[str, Any]]:
    key = {"country_code": COUNTRY, "survey_code": "zzz_people", "wave": "2020", "unit": "person"}
    key |= {"indicator_code": "LB01", "breakdown": "_T"} | LEAF
    return [
        key | {"ref_area": area, "sex": sex, "n_obs": n, "n_yes": yes, "n_dk": 0}
        for (area, sex), (n, yes) in people.items()
    ]


def tabulate(people: dict[tuple[str, str], tuple[int, int]]) -> list[dict[str, Any]]:
    """The estimates of every margin."""
    rows = []
    for margin in MARGINS:
        cells: dict[tuple[str, ...], list[int]] = {}
        for leaf in leaves(people):
            counts = cells.setdefault(tuple(leaf[name] for name in margin), [0, 0])
            counts[0] += leaf["n_obs"]
            counts[1] += leaf["n_yes"]
        for codes, (n, yes) in cells.items():
            named = dict(zip(margin, codes, strict=True))
            rows.append(estimate(**named, n_obs=n, obs_value=100 * yes / n))
    return rows


def publish(office: Office, people: dict[tuple[str, str], tuple[int, int]]) -> None:
    office.publish(tabulate(people), contributors=leaves(people))


def shown(vintage: Vintage) -> dict[tuple[str, str], bool]:
    cells = vintage.cells()
    return {(c.ref_area, c.sex): c.conf_status == "F" for c in cells.itertuples()}


def proof_of(vintage: Vintage) -> str:
    return (vintage.folder / "proof" / "disclosure_control.md").read_text()


@pytest.fixture
def people(office: Office) -> Office:
    """An office whose marts tell of four men in the South."""
    office.declared["areas"] = [a for a in office.declared["areas"] if a["level"] == 1]
    office.declare()
    publish(office, PEOPLE)
    return office


@pytest.fixture
def generous(monkeypatch: pytest.MonkeyPatch) -> None:
    """A law that lets more be withheld than in a table of nine figures is usual."""
    asked = protection.profile_for

    def profile(*arguments: Any) -> Any:  # noqa: ANN401 - as the function it stands for
        return replace(asked(*arguments), max_suppressed=0.9)

    monkeypatch.setattr(protection, "profile_for", profile)


@pytest.mark.usefixtures("generous")
def test_four_people_are_withheld_and_cannot_be_had_by_subtraction(people: Office):
    found = shown(make(people))
    assert not found["ZZ-S", "M"]
    assert sum(not is_shown for is_shown in found.values()) >= 4  # the corners of a square


def test_too_much_withheld_narrows_the_plan(people: Office):
    vintage = make(people)
    assert ("ZZ-S", "M") not in shown(vintage)
    assert "| zzz_people/2020/person | two_way |" not in proof_of(vintage)


def test_the_proof_stays_with_the_vintage_and_does_not_leave(people: Office):
    vintage = make(people)
    assert "never part of an extract" in proof_of(vintage)
    assert not [f for f in vintage.files.iterdir() if "disclosure_control" in f.name]


def test_a_release_that_no_plan_protects_does_not_leave(
    people: Office, monkeypatch: pytest.MonkeyPatch
):
    def refuse(*_: object) -> None:
        raise NoSafePlanError("zzz_people/2020/person has no safe plan.")

    monkeypatch.setattr(protection, "protect", refuse)
    with pytest.raises(UnsafeError, match="zzz_people/2020/person has no safe plan"):
        make(people)
    assert vintages(COUNTRY) == []


@pytest.mark.usefixtures("generous")
def test_the_gate_stops_what_a_careless_suppressor_would_show(
    people: Office, monkeypatch: pytest.MonkeyPatch
):
    careful = protection.protect

    def careless(*arguments: Any) -> Any:  # noqa: ANN401 - as the function it stands for
        found = careful(*arguments)
        return replace(found, shown=frozenset(found.plan.cells))

    monkeypatch.setattr(protection, "protect", careless)
    with pytest.raises(UnsafeError, match="does not pass the gate"):
        make(people)
    assert vintages(COUNTRY) == []


@pytest.mark.usefixtures("generous")
def test_the_gate_stops_what_only_an_earlier_vintage_makes_unsafe(
    people: Office, monkeypatch: pytest.MonkeyPatch
):
    """With more men in the South every figure is safe, but for what the first vintage withheld."""
    make(people)
    careful = protection.protect
    monkeypatch.setattr(protection, "protect", lambda system, profile, _: careful(system, profile))
    publish(people, PEOPLE | {("ZZ-S", "M"): (40, 15)})
    with pytest.raises(UnsafeError, match="was withheld in an earlier vintage and is shown now"):
        make(people)
    assert len(vintages(COUNTRY)) == 1


def test_a_profile_looser_than_the_law_releases_nothing(people: Office):
    people.declared["disclosure"] = {"profile": "standard", "min_contributors": 3}
    people.declare()
    with pytest.raises((UnsafeError, DeclarationError)):
        make(people)
    assert vintages(COUNTRY) == []


def test_a_vintage_keeps_the_thresholds_of_the_profile_that_the_country_names(office: Office):
    office.declared["disclosure"] = {"profile": "strict", "round_counts_to": 3}
    office.declare()
    release = planned(office)
    inputs = release.inputs
    thresholds = thresholds_of(inputs.declared.disclosure, inputs.country)
    assert (thresholds.min_contributors, thresholds.min_numerator) == (20, 5)
    assert sorted(release.cells["n_obs"]) == [189, 210, 399]


def test_figures_whose_contributors_nobody_counted_do_not_leave(people: Office):
    people.publish(tabulate(PEOPLE), contributors=[])
    with pytest.raises(ReleaseError, match="contributors of 1 tables are not counted"):
        make(people)


@pytest.mark.usefixtures("generous")
def test_what_was_withheld_stays_withheld_when_more_people_answer(people: Office):
    first = shown(make(people))
    publish(people, PEOPLE | {("ZZ-S", "M"): (12, 4)})
    second = shown(make(people))
    withheld = {cell for cell, is_shown in first.items() if not is_shown}
    assert not any(second[cell] for cell in withheld)


@pytest.mark.usefixtures("generous")
def test_a_linear_program_recovers_nothing_and_narrows_nothing(people: Office):
    make(people)
    ((name, (n_secrets, recovered, narrow)),) = second_opinion(COUNTRY, people.ledger).items()
    assert name == "zzz_people/2020/person"
    assert n_secrets > 0
    assert (recovered, narrow) == (0, 0)


@pytest.mark.usefixtures("generous")
def test_the_linear_program_has_all_that_is_out(people: Office, monkeypatch: pytest.MonkeyPatch):
    make(people)
    publish(people, PEOPLE | {("ZZ-N", "F"): (221, 61)})
    make(people)
    asked, known = protection.attack, []

    def attack(vintages: Any, secrets: Any) -> Any:  # noqa: ANN401 - as the function it stands for
        known.append(len(vintages))
        return asked(vintages, secrets)

    monkeypatch.setattr(protection, "attack", attack)
    second_opinion(COUNTRY, people.ledger)
    assert known == [2]


@pytest.mark.usefixtures("generous")
def test_a_wave_that_did_not_change_shows_the_same_in_the_next_vintage(people: Office):
    first = make(people)
    second = make(people, "A label.")
    assert shown(second) == shown(first)
    assert second.changes().empty
    assert "proved in the vintage before: zzz_people/2020/person" in proof_of(second)
    assert audit(COUNTRY, people.ledger, 2)[1] == []


@pytest.mark.usefixtures("generous")
def test_a_wave_whose_records_changed_is_proved_anew_with_all_that_is_out(people: Office):
    make(people)
    publish(people, PEOPLE | {("ZZ-N", "F"): (221, 61)})
    proof = proof_of(make(people))
    assert "proved in the vintage before" not in proof
    assert "Earlier vintages taken into account: 1." in proof


@pytest.mark.usefixtures("generous")
def test_a_stricter_law_proves_anew_what_did_not_change(people: Office):
    file = people.root / "project/include/catalogue/disclosure.yml"
    law = file.read_text(encoding="utf-8")
    file.write_text(law.replace("insiders: true", "insiders: false"), encoding="utf-8")
    assert "those interviewed are not among them" in proof_of(make(people))
    file.write_text(law, encoding="utf-8")
    proof = proof_of(make(people))
    assert "Attackers: anybody, and each person interviewed, who knows its own answers." in proof
    assert "proved in the vintage before" not in proof


def test_a_figure_nobody_is_in_is_a_row_with_nobody(people: Office):
    everywhere = {key: (100, 40) for key in PEOPLE if key != ("ZZ-S", "M")}
    publish(people, everywhere)
    vintage = make(people)
    cells = vintage.cells()
    empty = cells[(cells["ref_area"] == "ZZ-S") & (cells["sex"] == "M")]
    assert list(empty["obs_status"]) in (["O"], ["Q"])
    assert empty["obs_value"].isna().all()
