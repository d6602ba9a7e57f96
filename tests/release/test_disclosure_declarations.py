"""What is declared of disclosure: checked with file and line, and turned into rules and ladders."""

import shutil
from pathlib import Path

import pytest
from migstat.declarations import (
    Country,
    DeclarationError,
    check_all,
    load_catalogue,
    load_countries,
    load_country,
    survey_codes,
)
from migstat.declarations.catalogue_check import Finding
from migstat.declarations.disclosure_check import check_country_disclosure, check_ladders
from migstat.release.disclosure.model import Rule
from migstat.release.disclosure.profiles import profile_for, rule_for, stricter_codes

CHECKOUT = Path(__file__).parents[2]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of what is declared, to be broken."""
    shutil.copytree(
        CHECKOUT / "include", tmp_path / "include", ignore=shutil.ignore_patterns("seed_data")
    )
    for part in ("dbt_project", "expectations"):
        (tmp_path / part).symlink_to(CHECKOUT / part)
    monkeypatch.setenv("MIGSTAT_PROJECT", str(tmp_path))
    return tmp_path


def problems(file: Path) -> list[tuple[int, str]]:
    return [(p.line, p.message) for p in check_all() if p.file == file]


def add(file: Path, text: str) -> int:
    """Append lines to a file; give the line of the last one."""
    whole = file.read_text(encoding="utf-8").rstrip("\n") + "\n" + text
    file.write_text(whole, encoding="utf-8")
    return whole.rstrip("\n").count("\n") + 1


def test_a_country_looser_than_the_law_is_told_by_the_check_with_its_file_and_line(project: Path):
    file = project / "include" / "countries" / "lso.yml"
    line = add(file, "disclosure:\n  min_contributors: 5\n")
    message = "min_contributors 5 is looser than the law's floor of 10"
    assert problems(file) == [(line, f"disclosure.min_contributors: {message}")]


@pytest.mark.parametrize(
    ("threshold", "value", "message"),
    [
        ("min_numerator", 1, "min_numerator 1 is looser than the law's floor of 3"),
        ("dominance", 95, "dominance 95 is looser than the law's floor of 90"),
        ("p_ratio", 5, "p_ratio 5 is looser than the law's floor of 10"),
    ],
)
def test_each_threshold_has_its_floor(threshold: str, value: int, message: str):
    own = {"iso3": "LSO", "name": "Lesotho", "m49": "426", "disclosure": {threshold: value}}
    found = check_country_disclosure(Country.model_validate(own), load_catalogue().disclosure)
    assert found == [Finding(("disclosure", threshold), message)]


def test_a_country_stricter_than_the_law_is_welcome(project: Path):
    file = project / "include" / "countries" / "lso.yml"
    add(file, "disclosure: {profile: strict, min_contributors: 40}\n")
    country = load_country("LSO")
    assert check_country_disclosure(country, load_catalogue().disclosure) == []
    assert rule_for("EC01", load_catalogue().disclosure, country).min_contributors == 40
    assert rule_for("EC01", load_catalogue().disclosure, country).min_numerator == 5


def test_a_profile_that_nobody_declared_is_told_with_the_nearest():
    own = {"iso3": "LSO", "name": "Lesotho", "m49": "426", "disclosure": {"profile": "standart"}}
    found = check_country_disclosure(Country.model_validate(own), load_catalogue().disclosure)
    message = "profile 'standart' is not in disclosure.yml; nearest: 'standard'"
    assert found == [Finding(("disclosure", "profile"), message)]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("    min_contributors: 10\n", "    min_contributors: 9\n", "is looser than"),
        ("PR01: {min_contributors: 30", "PR01: {min_contributors: 9", "PR01.min_contributors"),
        ("20, min_numerator: 5}\nlinked", "20, min_numerator: 2}\nlinked", "hh_mig.min_numerator"),
        ("PR01:", "PR99:", "sensitive.indicators.PR99: PR99 is not in indicators.yml"),
        ("[IM_PRO,", "[IM_PROX,", "code IM_PROX is not in CL_MIG_STATUS; nearest: 'IM_PRO'"),
        ("[ref_area, urbanisation]", "[ref_area, urban]", "urban is no dimension"),
        ("{ways: 1,", "{ways: one,", "plans.margins.ways"),
        ("default: [two_way,", "default: [twoway,", "unknown plans ['twoway']"),
        ("max_alone: 10", "max_alone: 0", "max_alone"),
    ],
)  # fmt: skip
def test_a_slip_in_the_catalogue_is_told(project: Path, old: str, new: str, message: str):
    file = project / "include" / "catalogue" / "disclosure.yml"
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(DeclarationError) as told:
        load_catalogue()
    assert [p.file for p in told.value.problems] == [file] * len(told.value.problems)
    assert message in str(told.value)


def test_a_ladder_of_a_misspelt_survey_is_told():
    control = load_catalogue().disclosure
    found = check_ladders(control, ["per_need", *(s for s in control.ladders if s != "per_needs")])
    message = "survey 'per_needs' is not declared; nearest: 'per_need'"
    assert found == [Finding(("disclosure", "ladders", "per_needs"), message)]


def test_every_survey_has_a_ladder_that_ends_coarser_than_it_begins():
    control = load_catalogue().disclosure
    country = Country(iso3="SLV", name="El Salvador", m49="222")
    for survey in survey_codes():
        ladder = profile_for(survey, control, country).ladder
        assert len(ladder) > 1
        assert (ladder[-1].ways or 9) <= (ladder[0].ways or 9)


@pytest.mark.parametrize("insiders", [True, False])
def test_a_profile_takes_every_limit_over_from_the_declaration(insiders: bool):
    limits = {"max_suppressed": 15, "max_alone": 7, "margin": 4, "insiders": insiders}
    control = load_catalogue().disclosure.model_copy(update=limits)
    country = Country(iso3="SLV", name="El Salvador", m49="222")
    profile = profile_for("slv_household", control, country)
    assert (profile.max_suppressed, profile.max_alone) == (0.15, 0.07)  # declared in percent
    assert (profile.margin, profile.insiders) == (4, insiders)
    assert profile.floor == Rule(10, 3, dominance=0.9, p_ratio=0.1)


def test_sensitive_indicators_and_codes_have_rules_of_their_own():
    control = load_catalogue().disclosure
    country = Country(iso3="SLV", name="El Salvador", m49="222")
    violence = rule_for("PR01", control, country)
    assert (violence.min_contributors, violence.harmful, violence.max_area_level) == (30, "yes", 1)
    assert rule_for("ID01", control, country).harmful == "no"
    assert rule_for("EC01", control, country) == Rule(10, 3)
    protected = {one.dimension: one for one in stricter_codes(control, country)}
    assert "IM_PRO" in protected["mig_status"].codes
    assert protected["mig_status"].rule.min_contributors == 20


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("[sex, violence_at_crossing]", "violence_at_crossing is sensitive: no file of records"),
        ("[sex, has_valid_document]", "has_valid_document is sensitive: no file of records"),
        ("[sex, document_type]", "document_type is sensitive: no file of records"),
        ("[sex, sexx]", "sexx is no variable of persons; nearest: 'sex'"),
        ("[sex, birth_country]", "birth_country is a string without a code list"),
        ("[sex, months_abroad]", "months_abroad is a number that others may know"),
        ("[sex, sex]", "sex stands twice"),
    ],
)
def test_records_that_may_not_be_released_are_told_by_the_check(
    project: Path, change: str, message: str
):
    file = project / "include" / "catalogue" / "disclosure.yml"
    text = file.read_text(encoding="utf-8")
    declared = (
        "quasi_identifiers: [sex, mig_status, age, ref_area, urbanisation, birth, citizenship]"
    )
    assert declared in text
    file.write_text(text.replace(declared, f"quasi_identifiers: {change}"), encoding="utf-8")
    line = next(i for i, one in enumerate(text.split("\n"), 1) if declared in one)
    assert (line, True) in [(at, message in told) for at, told in problems(file)]


def test_a_flag_that_tells_a_sensitive_status_of_a_household_is_told(project: Path):
    file = project / "include" / "catalogue" / "disclosure.yml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("hh_returnee, hh_immigrant]", "hh_idp]"), encoding="utf-8")
    assert any("hh_idp is sensitive" in told for _, told in problems(file))


@pytest.mark.parametrize(
    ("declared", "message"),
    [
        ("profile: strict\n  microdata: [lso_traders]", "profile 'strict' allows no microdata"),
        ("microdata: [lso_trader]", "lso_trader is no survey of Lesotho; nearest: 'lso_traders'"),
        ("microdata: [slv_ehpm]", "slv_ehpm is no survey of Lesotho"),
    ],
)
def test_microdata_that_a_country_can_not_release_are_told_by_the_check(
    project: Path, declared: str, message: str
):
    file = project / "include" / "countries" / "lso.yml"
    add(file, f"disclosure:\n  {declared}\n")
    assert any(message in told for _, told in problems(file))


def test_of_the_profiles_the_strict_one_releases_no_records():
    profiles = load_catalogue().disclosure.profiles
    assert {name for name, one in profiles.items() if one.microdata} == {"standard"}
    allowed = {c.iso3 for c in load_countries() if c.disclosure.microdata}
    assert allowed == {"SLV"}


@pytest.mark.parametrize(
    ("country", "declared", "message"),
    [
        ("lso", "cell_keys: [lso_traders]", "lso_traders is no census: the design of its"),
        ("per", "cell_keys: [per_organisation]", "per_organisation is no survey of Peru; nearest"),
        (
            "per",
            "profile: strict\n  cell_keys: [per_organisations]",
            "'strict' allows no cell keys",
        ),
    ],
)
def test_cell_keys_that_a_country_can_not_ask_for_are_told_by_the_check(
    project: Path, country: str, declared: str, message: str
):
    file = project / "include" / "countries" / f"{country}.yml"
    line = add(file, f"disclosure:\n  {declared}\n")
    assert [(line, True)] == [(at, message in told) for at, told in problems(file)]


def test_records_of_a_survey_are_not_released_beside_its_changed_counts():
    named = {"microdata": ["per_organisations"], "cell_keys": ["per_organisations"]}
    own = {"iso3": "PER", "name": "Peru", "m49": "604", "disclosure": named}
    country, control = Country.model_validate(own), load_catalogue().disclosure
    (found,) = check_country_disclosure(country, control)
    assert found.location == ("disclosure", "cell_keys", 0)
    assert "the records of per_organisations are released, too" in found.message


def test_censuses_may_ask_for_cell_keys(project: Path):
    for iso3, survey in [("idn", "idn_village"), ("kgz", "kgz_authorities"), ("per", "per_mgi")]:
        file = project / "include" / "countries" / f"{iso3}.yml"
        add(file, f"disclosure: {{cell_keys: [{survey}]}}\n")
        assert problems(file) == []


def test_nobody_asks_for_cell_keys():
    assert not any(country.disclosure.cell_keys for country in load_countries())
