"""The catalogue: what it must hold, and what it says when its parts do not fit."""

import shutil
from pathlib import Path

import pytest
from migstat.declarations import DeclarationError, Problem, load_catalogue
from migstat.paths import paths

CATALOGUE = paths().catalogue


@pytest.fixture
def catalogue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the catalogue in a project of its own, to break."""
    folder = tmp_path / "include" / "catalogue"
    shutil.copytree(CATALOGUE, folder)
    monkeypatch.setenv("MIGSTAT_PROJECT", str(tmp_path))
    return folder


def break_line(file: Path, old: str, new: str) -> int:
    """Replace text that stands once in a file, and say in which line."""
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def problems() -> list[Problem]:
    with pytest.raises(DeclarationError) as caught:
        load_catalogue()
    return caught.value.problems


def test_the_38_indicators_are_declared_six_of_them_in_tier_2():
    indicators = load_catalogue().indicators
    codes = """
        DM01 DM02 DM03 DM04 DM05 RM01 RM02 EC01 EC02 EC03 EC04 FS01 FS02 FS03 LB01 LB02 LB03 LB04
        LB05 ED01 SV01 SV02 SV03 FI01 ID01 PR01 PR02 SC01 SC02 RI01 RI02 GV01 GV02 GV03 GV04 GV05
        TR01 TR02
    """
    assert set(indicators) == set(codes.split())
    second = {code for code, indicator in indicators.items() if indicator.tier == 2}
    assert second == {"EC04", "FS02", "FS03", "LB02", "LB05", "TR02"}


def test_a_status_code_outside_its_list_is_named_with_its_line(catalogue: Path):
    file = catalogue / "migratory_status.yml"
    line = break_line(
        file, "name: refugee, rule: 3, code: IM_REF", "name: refugee, rule: 3, code: IM_RFE"
    )
    found = problems()
    assert [(p.file, p.line) for p in found] == [(file, line)]
    assert "IM_RFE is not in CL_MIG_STATUS" in found[0].message


def test_names_that_lead_nowhere_are_all_reported_at_once(catalogue: Path):
    break_line(catalogue / "migratory_status.yml", "f_returnee: RT\n", "f_returnee: RTN\n")
    break_line(catalogue / "indicators.yml", "needs: [needs_met]", "needs: [need_met]")
    break_line(catalogue / "variables.yml", "codes: CL_RELATION", "codes: CL_KINSHIP")
    assert {p.file.name for p in problems()} == {
        "migratory_status.yml",
        "indicators.yml",
        "variables.yml",
    }


@pytest.mark.parametrize(
    ("name", "old", "new", "says"),
    [
        ("code_lists.yml", "IM_REF: {parent: IM_PRO,", "IM_REF: {parent: IM_PRQ,", "IM_PRQ"),
        ("indicators.yml", "    EROSION: {y:", "    EROSIO: {y:", "EROSIO is not in CL_BREAKDOWN"),
    ],
    ids=["a code under none", "a component without a code"],
)
def test_a_code_that_stands_in_no_list_is_named_with_its_line(
    catalogue: Path, name: str, old: str, new: str, says: str
):
    line = break_line(catalogue / name, old, new)
    (found,) = problems()
    assert (found.file.name, found.line) == (name, line)
    assert says in found.message


def test_an_unknown_key_is_refused_with_its_line(catalogue: Path):
    file = catalogue / "reliability.yml"
    line = break_line(file, "caution_df_below: 8", "caution_df_bellow: 8")
    assert (file, line) in [(p.file, p.line) for p in problems()]


def test_a_key_that_stands_twice_is_refused(catalogue: Path):
    file = catalogue / "reliability.yml"
    with file.open("a", encoding="utf-8") as stream:
        stream.write('version: "2.0"\n')
    assert "stands twice" in problems()[0].message


def test_rules_out_of_order_are_refused(catalogue: Path):
    break_line(
        catalogue / "migratory_status.yml", "name: refugee, rule: 3,", "name: refugee, rule: 7,"
    )
    assert "out of order" in problems()[0].message


def test_a_code_without_an_english_label_is_refused(catalogue: Path):
    file = catalogue / "code_lists.yml"
    line = break_line(file, "NM: {en: Non-migrants, es:", "NM: {es:")
    assert (file, line) in [(p.file, p.line) for p in problems()]


def test_an_unknown_language_is_refused(catalogue: Path):
    break_line(
        catalogue / "code_lists.yml", "NM: {en: Non-migrants, es:", "NM: {en: Non-migrants, xx:"
    )
    assert any("xx" in p.message for p in problems())


def test_a_ratio_needs_a_denominator(catalogue: Path):
    break_line(catalogue / "indicators.yml", '  x: "income_total"\n', "")
    assert "a ratio needs" in problems()[0].message


def test_a_term_with_the_name_of_a_variable_is_refused(catalogue: Path):
    file = catalogue / "indicators.yml"
    line = break_line(file, "    food_score: ", "    days_oil: ")
    assert [(p.line, p.message) for p in problems()] == [
        (line, "FS01.terms.days_oil: is the name of a variable too")
    ]


def test_what_does_instead_of_a_need_must_be_a_variable_too(catalogue: Path):
    break_line(catalogue / "indicators.yml", "[income_before, income_now]", "[income_then]")
    assert {p.message for p in problems()} == {
        "EC02.instead: income_then is no variable of persons",
        "EC02.instead: income_then is no variable of households",
    }


def test_a_variant_of_what_is_no_distribution_is_refused(catalogue: Path):
    break_line(
        catalogue / "indicators.yml", "DM02:\n", "DM02:\n  variants: {SEV: {where: 'true'}}\n"
    )
    assert "only a distribution has variants" in problems()[0].message


def test_a_component_of_one_unit_needs_variables_of_that_unit(catalogue: Path):
    break_line(
        catalogue / "indicators.yml", "STAFF: {units: [institution]", "STAFF: {units: [person]"
    )
    assert {p.message for p in problems()} == {
        "GV02.components.STAFF.needs: n_people_trained is no variable of persons",
        "GV02.components.STAFF.needs: n_people_in_post is no variable of persons",
    }


def test_a_margin_of_an_unknown_dimension_is_refused(catalogue: Path):
    break_line(catalogue / "disaggregations.yml", "- [citizenship, sex]", "- [citizenship, gender]")
    assert "gender" in problems()[0].message
