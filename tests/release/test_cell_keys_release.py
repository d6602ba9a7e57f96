"""A census released with its counts changed: no file tells a true one, and no vintage undoes it."""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import brief_source
import openpyxl
import pandas as pd
import pytest
from migstat.release.auditing import audit
from migstat.release.brief.gaps import widest_gap
from migstat.release.brief.key_figures import key_indicators
from migstat.release.brief.report_figures import compare
from migstat.release.brief.shown import Table
from migstat.release.errors import ReleaseError
from migstat.release.sign_off import sign_off_text
from migstat.release.vintages import Vintage, vintages
from published_office import make
from release_office import COUNTRY, DELIVERY, LEAF, SURVEY, Office, estimate, planned

# by sex: with an answer, with the property, and the keys of both; low keys take 4 from every count
PEOPLE = {"F": (3511, 1013, 5, 6), "M": (4177, 1203, 7, 8)}
TRUE = {"_T": (7688, 2216), "F": (3511, 1013), "M": (4177, 1203)}
TOLD = {"_T": (7684, 28.8), "F": (3507, 28.8), "M": (4173, 28.7)}  # 2212, 1009 and 1199 of them


def leaf(indicator: str, sex: str, counts: tuple[int, int, int, int]) -> dict[str, Any]:
    key = {"country_code": COUNTRY, "survey_code": "zzz_people", "wave": "2020", "unit": "person"}
    named = dict(zip(("n_obs", "n_yes", "n_key", "yes_key"), counts, strict=True))
    of = {"indicator_code": indicator, "breakdown": "_T", "n_dk": 0}
    return key | of | LEAF | {"ref_area": "ZZ-N", "sex": sex} | named


def figure(indicator: str, n: int, yes: int, **codes: str) -> dict[str, Any]:
    """What the marts say of a census: no error, and everybody stands for himself."""
    share = 100 * yes / n
    exact = {"std_error": 0.0, "ci_lower": share, "ci_upper": share, "obs_value": share}
    census = {"variance_method": "CENSUS", "population": n, "obs_status": "E", "n_obs": n}
    return estimate(indicator_code=indicator, **exact, **census, **codes)


def publish(
    office: Office,
    people: dict[str, tuple[int, int, int, int]] = PEOPLE,
    *,
    indicator: str = "LB01",
    **changes: Any,  # noqa: ANN401 - values of any column
) -> None:
    """Publish the marts of a census; some columns of all its figures may be changed."""
    whole = [sum(column) for column in zip(*people.values(), strict=True)]
    figures = [figure(indicator, whole[0], whole[1])]
    figures += [figure(indicator, n, yes, sex=sex) for sex, (n, yes, *_) in people.items()]
    office.publish(
        [one | changes for one in figures],
        contributors=[leaf(indicator, sex, counts) for sex, counts in people.items()],
        surveys=[SURVEY | {"is_weighted": False}],
        deliveries=[DELIVERY | {"n_rows_in": 7691, "n_accepted": 7688, "n_quarantined": 3}],
    )


def ask(office: Office, *surveys: str) -> None:
    office.declared["areas"] = [a for a in office.declared["areas"] if a["level"] == 1]
    office.declared["disclosure"] = {"cell_keys": list(surveys)}
    office.declare()


def counts(vintage: Vintage) -> dict[str, int | None]:
    cells = vintage.cells()
    return {c.sex: None if pd.isna(c.n_obs) else int(c.n_obs) for c in cells.itertuples()}


@pytest.fixture
def census(office: Office) -> Office:
    """An office that asks for the counts of its census to be changed."""
    ask(office, "zzz_people")
    publish(office)
    return office


def texts(folder: Path) -> Iterator[tuple[str, str]]:
    """What every file of an extract says, by its name; of a workbook every part."""
    for file in sorted(folder.iterdir()):
        if file.suffix in (".xlsx", ".zip"):
            with zipfile.ZipFile(file) as parts:
                for name in parts.namelist():
                    yield f"{file.name}/{name}", parts.read(name).decode("utf-8", "replace")
        elif file.suffix == ".parquet":
            yield file.name, pd.read_parquet(file).to_csv()
        elif file.suffix != ".pdf":  # its words are those of the page beside it
            yield file.name, file.read_text(encoding="utf-8")


def test_a_cell_tells_changed_counts_their_share_no_error_and_a_note(census: Office):
    cells = make(census).cells().set_index("sex")
    for sex, (n, share) in TOLD.items():
        cell = cells.loc[sex]
        assert (cell["n_obs"], cell["obs_value"]) == (n, share)
        assert cell[["std_error", "ci_lower", "ci_upper"]].isna().all()
        assert (cell["obs_status"], cell["conf_status"], cell["notes"]) == ("E", "F", "W K S")


def true_counts(folder: Path) -> dict[str, set[str]]:
    """Find the true counts of records that files tell, however they write thousands."""
    true = [n for n, _ in TRUE.values()] + [7691]
    spelt = "|".join(f"{n // 1000}[.,\u00a0\u202f\u2009 ]?{n % 1000:03}" for n in true)
    pattern = re.compile(rf"(?<!\d)(?:{spelt})(?!\d)")
    return {name: found for name, text in texts(folder) if (found := {*pattern.findall(text)})}


@pytest.mark.usefixtures("census")
def test_no_file_tells_a_true_count(office_of_all_formats: Office):
    files = make(office_of_all_formats).files
    assert true_counts(files) == {}
    assert re.search(r"\b3507\b", (files / "zzz_migdis_2020_v1.csv").read_text())


def test_where_nobody_asks_they_tell_true_ones(office_of_all_formats: Office):
    publish(office_of_all_formats)
    found = true_counts(make(office_of_all_formats).files)
    for kind in (".csv", "_brief_en.html", "_quality_en.html", ".xml", ".xlsx/", ".parquet"):
        assert any(kind in name for name in found), kind


@pytest.mark.usefixtures("census")
def test_every_format_says_that_counts_were_changed(office_of_all_formats: Office):
    files = make(office_of_all_formats).files
    told = dict(texts(files))
    words = "counts changed at random by up to 4 records"
    assert words in told["zzz_migdis_2020_v1_quality_en.html"]
    assert words in told["zzz_migdis_2020_v1_brief_en.html"]
    assert "hasta 4 registros" in told["zzz_migdis_2020_v1_brief_es.html"]
    assert "changed at random by a few records" in told["datapackage.json"]
    book = openpyxl.load_workbook(next(files.glob("*.xlsx")))
    notes = [cell.value for sheet in book for row in sheet for cell in row if cell.value]
    assert any(str(note).startswith("Modificada al azar") for note in notes)


def test_who_signs_reads_that_nothing_is_proved(census: Office):
    told = "Changed at random by cell keys, of which nothing is proved: zzz_people/2020/person."
    assert told in sign_off_text(make(census))


def test_the_report_states_the_moments_in_place_of_a_proof(census: Office):
    report = (make(census).folder / "proof" / "disclosure_control.md").read_text()
    assert "Nothing is proved here" in report
    assert "by 4 records at most, by 0 in the mean, with variance 3; none from 1 to 2" in report
    assert "| 0 | +0 | +0 | 0.000000 | 0.000000 | 100.0 % |" in report
    assert re.search(r"\| 7 and more \| -4 \| \+4 \| 0\.000000 \| 3\.000000 \| ", report)
    assert "proved in the vintage before" not in report


def test_it_is_made_again_byte_for_byte(census: Office):
    make(census)
    assert audit(COUNTRY, census.ledger)[1] == []


def test_the_same_people_are_told_alike_in_the_next_vintage(census: Office):
    first = counts(make(census))
    publish(census, PEOPLE | {"M": (4190, 1210, 2**32 - 1, 9)})
    second = counts(make(census))
    assert second["F"] == first["F"] == 3507
    assert second["M"] == 4194  # the highest key adds 4


@pytest.mark.parametrize(("men", "told"), [(44, (40, "E")), (43, (39, "U")), (23, (None, "Q"))])
def test_shares_of_few_records_are_to_be_used_with_caution_or_too_rough(
    census: Office, men: int, told: tuple[int | None, str]
):
    """By the counts that are told: ten and five times the largest deviation."""
    publish(census, {"F": (3511, 1013, 5, 6), "M": (men, 20, 7, 8)})
    vintage = make(census)
    flag = vintage.cells().set_index("sex").loc["M", "obs_status"]
    assert (counts(vintage)["M"], flag) == told


def test_one_with_the_property_is_told_changed_and_not_withheld(census: Office):
    publish(census, {"F": (100, 1, 5, 2**32 - 1), "M": (4177, 1203, 7, 8)})
    women = make(census).cells().set_index("sex").loc["F"]
    assert (women["n_obs"], women["obs_value"]) == (96, 5.2)  # 5 of 96


def test_sensitive_indicators_are_withheld_where_a_true_count_might_be_too_small(census: Office):
    people = {"F": (80, 40, 5, 6), "M": (33, 16, 7, 8)}  # 29 men are told, of 30 that there must be
    publish(census, people, indicator="PR01")
    assert counts(make(census)) == {"_T": 109, "F": 76, "M": None}


def test_means_are_left_out(census: Office):
    whole = figure("LB05", 7688, 2216) | {"unit_measure": "NUMBER"}
    mean = leaf("LB05", "F", (7688, 2216, 5, 6)) | {"n_yes": None, "y_sum": 9, "y_absolute": 9}
    census.publish([whole], contributors=[mean])
    cells = make(census).cells()
    assert list(cells["obs_status"]) == ["Q"] * len(cells)


@pytest.mark.parametrize(
    "drawn",
    [{"variance_method": "TAYLOR", "std_error": 1.2}, {"population": 9000.0}],
    ids=["with an error", "weighted"],
)
def test_a_sample_is_refused_by_what_the_marts_say(census: Office, drawn: dict[str, Any]):
    publish(census, **drawn)
    with pytest.raises(ReleaseError, match=r"zzz_people 2020 is no census: 3 of its 3 figures"):
        make(census)
    assert vintages(COUNTRY) == []


def test_marts_without_keys_are_to_be_built_anew(census: Office):
    bare = leaf("LB01", "F", (3511, 1000, 0, 0)) | {"n_key": None, "yes_key": None}
    census.publish([figure("LB01", 3511, 1000)], contributors=[bare])
    with pytest.raises(ReleaseError, match="no cell keys of its records; `migstat build` makes"):
        make(census)


def test_what_left_changed_is_not_told_as_it_is(census: Office):
    make(census)
    ask(census)
    with pytest.raises(ReleaseError, match=r"is out, changed by cell keys \(deviation 4, .*no"):
        make(census)
    assert len(vintages(COUNTRY)) == 1


def test_what_left_changed_is_not_changed_in_another_way(census: Office):
    make(census)
    file = census.root / "project" / "include" / "catalogue" / "disclosure.yml"
    text = file.read_text()
    assert text.count("{deviation: 4, variance: 3, small: 2}") == 1
    file.write_text(text.replace("deviation: 4", "deviation: 5"))
    with pytest.raises(ReleaseError, match=r"deviation 4, .* cell keys \(deviation 5, "):
        make(census)


def test_what_is_out_as_it_is_stays_so(office: Office):
    ask(office)
    publish(office)
    make(office)
    ask(office, "zzz_people")
    second = make(office, "A label.")
    assert counts(second) == {sex: n for sex, (n, _) in TRUE.items()}
    assert not any("K" in str(notes).split() for notes in second.cells()["notes"])


def test_nobody_asks_and_the_keys_make_no_difference(office: Office):
    publish(office)
    with_keys = planned(office).inputs
    bare = {sex: (n, yes, None, None) for sex, (n, yes, *_) in PEOPLE.items()}
    rows = [leaf("LB01", sex, counts) for sex, counts in bare.items()]  # type: ignore[arg-type]
    figures = [figure("LB01", n, yes, sex=sex) for sex, (n, yes) in TRUE.items()]
    office.publish(
        figures,
        contributors=rows,
        surveys=[SURVEY | {"is_weighted": False}],
        deliveries=[DELIVERY | {"n_rows_in": 7691, "n_accepted": 7688, "n_quarantined": 3}],
    )
    assert planned(office).inputs.sha256 == with_keys.sha256
    assert "K" not in with_keys.declared.code_lists["CL_NOTE"]


def test_the_parameters_of_a_profile_make_no_vintage_where_nobody_asks(office: Office):
    before = planned(office).inputs.sha256
    file = office.root / "project" / "include" / "catalogue" / "disclosure.yml"
    text = file.read_text()
    file.write_text(text.replace("    cell_keys: {deviation: 4, variance: 3, small: 2}\n", ""))
    assert file.read_text() != text
    assert planned(office).inputs.sha256 == before


def test_a_brief_tells_no_gap_of_changed_counts():
    cells = brief_source.cells_of("SLV")
    usual, changed = (brief_source.source("SLV", one) for one in (cells, cells.assign(notes="K S")))
    tables = [Table(*brief_source.survey_of("SLV"), code) for code in key_indicators(usual)]
    assert any(widest_gap(usual, table) for table in tables)
    assert not any(widest_gap(changed, table) for table in tables)


@pytest.mark.parametrize(("notes", "result"), [("W S", "holds"), ("W K S", "withheld")])
def test_a_brief_tells_no_verdict_of_the_report_on_changed_counts(notes: str, result: str):
    ours = brief_source.catalogue().report_figures["SLV-B08"].signs[0].left
    of = {"survey_code": ours.survey, "wave": "2021", "time_period": "2021", "notes": notes}
    cells = pd.DataFrame([brief_source.cell("SLV", ours.indicator, **of)])
    comparison = pd.DataFrame([{"figure_id": "SLV-B08", "result": "holds", "obs_value": 1.0}])
    (found,) = compare(brief_source.source("SLV", cells, comparison=comparison))
    assert found.result == result
