"""The statisticians' own release: what its files say, read back as a statistician would."""

from collections import Counter
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest
from lxml import etree
from migstat.declarations import load_country
from migstat.release.errors import EmbargoError, MicrodataError, ReleaseError
from migstat.release.hashes import hash_files
from migstat.release.making import build
from migstat.release.microdata import making, records
from migstat.release.microdata.check import check_folder
from migstat.release.microdata.making import Made, release_microdata
from record_tables import COUNTRY, LEAST, RULES, allow, parsed, people, person, publish_records
from release_office import Office

STEM = "zzz_people_2020_persons"
KNOWN = RULES["persons"]["quasi_identifiers"]
DDI = "{ddi:codebook:2_5}"


@pytest.fixture
def statistics_office(office: Office) -> Office:
    allow(office)
    publish_records(office, people())
    return office


def make(office: Office, out: Path | None = None) -> Made:
    return release_microdata(COUNTRY, out, clock=office.clock)


def spss(folder: Path, *, labels: bool = False) -> pd.DataFrame:
    file = str(folder / f"{STEM}.sav")
    return pyreadstat.read_sav(file, user_missing=True, apply_value_formats=labels)[0]


def test_every_combination_of_what_others_may_know_has_enough_records(statistics_office: Office):
    made = make(statistics_office)
    read = spss(made.folder)
    assert len(read) == 20
    assert min(Counter(read[KNOWN].itertuples(index=False, name=None)).values()) >= LEAST
    (counts,) = made.counts
    assert (counts.n_records, counts.smallest) == (20, LEAST)
    assert counts.n_withheld == int((read[KNOWN] == -4).sum().sum()) > 0


def test_labels_are_in_the_language_of_the_country(statistics_office: Office):
    folder = make(statistics_office).folder
    read = spss(folder, labels=True)
    assert {"Hombres", "Mujeres"} <= set(read["sex"])
    assert {"North", "South"} <= set(read["ref_area"])  # Old Town is finer than allowed
    meta = pyreadstat.read_sav(str(folder / f"{STEM}.sav"))[1]
    assert meta.column_names_to_labels["mig_status"] == "Condición migratoria"
    assert meta.column_names_to_labels["weight"] == "Factor de expansión del registro"


def test_kinds_of_missing_answers_are_told_apart_in_spss_and_stata(statistics_office: Office):
    rows = people()
    rows[0]["can_read_write"] = None
    rows[1] |= {"can_read_write": None, "collected_variables": "|sex|age|"}
    rows[2]["sex"] = "_U"
    publish_records(statistics_office, [*rows, *(person(30 + i, sex="_U") for i in range(3))])
    folder = make(statistics_office).folder
    read = spss(folder)
    assert Counter(read["can_read_write"]) == {1: 21, -1: 1, -2: 1}
    assert (read["sex"] == -1).sum() == 4
    seen = pyreadstat.read_sav(str(folder / f"{STEM}.sav"))[0]
    assert seen["can_read_write"].isna().sum() == 2
    stata, meta = pyreadstat.read_dta(str(folder / f"{STEM}.dta"), user_missing=True)
    assert Counter(stata["can_read_write"]) == {1: 21, "a": 1, "b": 1}
    assert meta.variable_value_labels["can_read_write"]["b"] == "No preguntado"
    assert pyreadstat.read_dta(str(folder / f"{STEM}.dta"))[0]["can_read_write"].isna().sum() == 2


def test_ages_are_steps_with_an_open_top(statistics_office: Office):
    old = [person(40 + i, age=61 + i) for i in range(4)]
    publish_records(statistics_office, [*people(), *old])
    read = spss(make(statistics_office).folder)
    assert {age for age in read["age"] if age >= 0} == {20, 30, 60}


def test_statuses_are_told_at_the_top_of_their_list(statistics_office: Office):
    back = [person(40 + i, mig_status=s) for i, s in enumerate(["RT_LAB", "RT_REF", "RT_OTH"])]
    publish_records(statistics_office, [*people(), *back])
    labels = set(spss(make(statistics_office).folder, labels=True)["mig_status"])
    assert labels - {"Reservado"} == {"No migrantes", "Retornados internacionales"}


def test_a_number_that_few_have_is_a_mean_and_weights_keep_their_sum(statistics_office: Office):
    read = spss(make(statistics_office).folder)
    assert min(Counter(read["weight"]).values()) >= LEAST
    assert read["weight"].sum() == pytest.approx(sum(row["weight"] for row in people()))
    assert min(Counter(read["months_abroad"]).values()) >= LEAST
    assert read["months_abroad"].sum() == pytest.approx(36)


def test_households_are_a_file_of_their_own_that_no_person_leads_to(statistics_office: Office):
    households = {"quasi_identifiers": ["ref_area", "hh_returnee"], "others": ["hh_remit"]}
    allow(statistics_office, {**RULES, "households": households})
    homes = [person(i, hh_returnee="N", hh_remit="Y", weight=20) for i in range(6)]
    homes += [person(6, hh_returnee="Y", hh_remit="_X", weight=20)]
    publish_records(statistics_office, homes, "households")
    made = make(statistics_office)
    persons, households = (
        pyreadstat.read_sav(str(made.folder / f"zzz_people_2020_{table}.sav"), user_missing=True)[0]
        for table in ("persons", "households")
    )
    assert set(persons) & set(households) == {"record", "ref_area", "weight"}
    assert Counter(households["hh_returnee"]) == {0: 4, -4: 3}
    assert Counter(households["hh_remit"]) == {1: 6, -2: 1}
    assert [one.n_records for one in made.counts] == [20, 7]


def test_what_nobody_was_asked_is_no_column(statistics_office: Office):
    assert "labour_status" not in spss(make(statistics_office).folder)


def test_pseudonyms_are_in_no_file_and_numbers_do_not_match_those_of_another_release(
    statistics_office: Office,
):
    months = [{**row, "months_abroad": 3 * (i // 5)} for i, row in enumerate(people())]
    publish_records(statistics_office, months)
    first = make(statistics_office).folder
    for file in first.iterdir():
        assert b"secret-" not in file.read_bytes()
        assert b"home-" not in file.read_bytes()
    publish_records(statistics_office, [*months, person(50)])
    second = make(statistics_office).folder
    assert first != second
    orders = [list(spss(folder)["months_abroad"]) for folder in (first, second)]
    assert orders[0] != orders[1][:20]


def test_the_same_records_make_the_same_bytes(statistics_office: Office, tmp_path: Path):
    first = make(statistics_office)
    publish_records(statistics_office, reversed(people()))
    elsewhere = make(statistics_office, tmp_path / "elsewhere")
    assert hash_files(elsewhere.folder) == hash_files(first.folder)
    assert [make(statistics_office).is_new, first.is_new] == [False, True]


def test_a_folder_that_holds_something_else_is_left_alone(
    statistics_office: Office, tmp_path: Path
):
    (tmp_path / "note.txt").write_text("mine")
    with pytest.raises(MicrodataError, match=r"holds something else .*note.txt was not made"):
        make(statistics_office, tmp_path)
    assert [file.name for file in tmp_path.glob("*.*")] == ["note.txt"]


def test_a_profile_that_allows_none_refuses(statistics_office: Office):
    allow(statistics_office, profile="strict")
    with pytest.raises(MicrodataError, match="profile 'strict' allows no microdata"):
        make(statistics_office)
    assert not (statistics_office.home / "microdata").exists()


def test_a_country_that_names_no_survey_refuses(statistics_office: Office):
    statistics_office.declared["disclosure"] = {}
    statistics_office.declare()
    with pytest.raises(MicrodataError, match=r"no survey stands under disclosure\.microdata"):
        make(statistics_office)


def test_records_leave_no_earlier_than_their_tables(statistics_office: Office):
    statistics_office.declare(calendar=[{"date": "9999-06-30", "period": "2020"}])
    with pytest.raises(EmbargoError):
        make(statistics_office)


def test_what_is_declared_of_records_makes_no_new_vintage_of_the_tables(office: Office):
    first, _ = build(COUNTRY, office.ledger, clock=office.clock)
    allow(office)
    again, is_new = build(COUNTRY, office.ledger, clock=office.clock)
    assert (again.content_id, is_new) == (first.content_id, False)


def test_too_few_records_are_refused(statistics_office: Office):
    publish_records(statistics_office, people()[:2])
    with pytest.raises(MicrodataError, match="2 records are fewer than 3"):
        make(statistics_office)


def test_a_number_below_nought_is_refused(statistics_office: Office):
    publish_records(statistics_office, [*people(), person(60, months_abroad=-1)])
    with pytest.raises(MicrodataError, match="below 0"):
        make(statistics_office)


def test_a_release_in_which_somebody_stands_alone_does_not_leave(
    statistics_office: Office, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(records, "withhold", lambda frame, known, least: frame)  # noqa: ARG005
    with pytest.raises(MicrodataError, match=r"2 combinations of .* have fewer than 3 records"):
        make(statistics_office)
    assert not list((statistics_office.home / "microdata" / "zzz").iterdir())


def test_a_disk_that_is_full_leaves_no_half_release(
    statistics_office: Office, monkeypatch: pytest.MonkeyPatch
):
    def fill(*_: object) -> None:
        with Path("/dev/full").open("wb") as full:
            full.write(b"x" * 100_000)

    monkeypatch.setattr(making, "write_codebook", fill)
    with pytest.raises(ReleaseError, match="the disk is full; nothing was released"):
        make(statistics_office)
    assert not list((statistics_office.home / "microdata" / "zzz").iterdir())


def test_hostile_names_are_plain_labels(statistics_office: Office):
    areas = statistics_office.declared["areas"]
    areas[0]["name"] = "عمّان \u202egnp.exe \x07"
    areas[2]["name"] = "é" * 60_000
    statistics_office.declare()
    folder = make(statistics_office).folder
    for file, read in ((f"{STEM}.sav", pyreadstat.read_sav), (f"{STEM}.dta", pyreadstat.read_dta)):
        meta = read(str(folder / file))[1]
        north, south = (meta.variable_value_labels["ref_area"][number] for number in (1, 2))
        assert (north.strip(), south) == ("عمّان gnp.exe", "é" * 60)
    root = etree.parse(folder / "zzz_people_2020_ddi.xml").getroot()
    assert "é" * 60_000 in {one.text for one in root.iter(f"{DDI}labl")}


@pytest.fixture
def written(statistics_office: Office) -> Path:
    return make(statistics_office).folder


def findings(folder: Path) -> list[str]:
    return check_folder(folder, [STEM], parsed(), load_country(COUNTRY))


def rewrite(folder: Path, change: dict[str, list[float]] | None = None, **more: float) -> None:
    """Write the SPSS file anew with other values in the first records, or with a column more."""
    file = str(folder / f"{STEM}.sav")
    frame, meta = pyreadstat.read_sav(file, user_missing=True)
    for name, values in (change or {}).items():
        frame.loc[: len(values) - 1, name] = values
    frame = frame.assign(**more)
    pyreadstat.write_sav(frame, file, missing_ranges=meta.missing_ranges)


def test_what_was_written_has_no_findings(written: Path):
    assert findings(written) == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"sex": [2.0]}, "combinations of sex, mig_status, ref_area, age have fewer than 3"),
        ({"age": [97.0]}, "age: values that are no step of 10 up to 60: 1"),
        ({"age": [35.0]}, "age: values that are no step of 10 up to 60: 1"),
        ({"months_abroad": [7.0]}, "months_abroad: 1 values of fewer than 3 records"),
        ({"weight": [11.5]}, "weight: 1 values of fewer than 3 records"),
        ({"record": [9.0]}, "the records are not numbered in their order"),
        ({"can_read_write": [0.0]}, "can_read_write: SPSS and Stata differ"),
        ({"can_read_write": [7.0]}, "can_read_write: values in no list of the codebook: 1"),
        ({"can_read_write": [0.0]}, "can_read_write: the codebook counts other records of"),
    ],
)
def test_what_is_planted_in_a_file_is_found(
    written: Path, change: dict[str, list[float]], told: str
):
    frame = spss(written)
    if "sex" in change:  # one more woman where there are men alone
        first = int(frame.index[(frame["sex"] == 1) & (frame["ref_area"] == 1)][0])
        change = {"sex": [*frame["sex"][:first], 2.0]}
    rewrite(written, change)
    assert any(told in finding for finding in findings(written))


def test_two_records_are_too_few_where_three_are_asked_for(written: Path):
    frame, known = spss(written), ["sex", "mig_status", "ref_area", "age"]
    size = frame.groupby(known)["record"].transform("size")
    men = frame[(frame["sex"] == 1) & (size == size[frame["sex"] == 1].max())]
    alike = men[(men[known] == men[known].iloc[0]).all(axis="columns")].index[:2]
    rewrite(written, {"sex": list(frame["sex"].where(~frame.index.isin(alike), 2.0))})
    told = f"1 combinations of {', '.join(known)} have fewer than 3 records, one 2"
    assert any(told in finding for finding in findings(written))


def test_a_variable_that_may_not_be_told_is_found(written: Path):
    rewrite(written, document_type=1.0)
    assert any("document_type may not be released" in finding for finding in findings(written))


def test_an_area_that_is_too_fine_is_found(written: Path):
    file = written / "zzz_people_2020_ddi.xml"
    file.write_bytes(file.read_bytes().replace(b"<txt>ZZ-N</txt>", b"<txt>ZZ-N-1</txt>"))
    assert any("ref_area: ZZ-N-1 is finer than level 1" in finding for finding in findings(written))


# The sequences of the DDI Alliance's codebook.xsd 2.5 (2012-01-17), of the elements used here; an
# element of ONCE stands at most once in its parent.
ORDER = {
    "codeBook": ["docDscr", "stdyDscr", "fileDscr", "dataDscr", "otherMat"],
    "stdyDscr": ["citation", "stdyInfo", "method", "dataAccs", "othrStdyMat", "notes"],
    "citation": ["titlStmt", "rspStmt", "prodStmt", "distStmt", "serStmt", "verStmt"],
    "titlStmt": ["titl", "subTitl", "altTitl", "parTitl", "IDNo"],
    "distStmt": ["distrbtr", "contact", "depositr"],
    "stdyInfo": ["studyBudget", "subject", "abstract", "sumDscr"],
    "sumDscr": ["timePrd", "collDate", "nation", "geogCover", "anlyUnit", "universe", "dataKind"],
    "method": ["dataColl", "notes", "anlyInfo", "stdyClas"],
    "dataColl": ["timeMeth", "dataCollector", "sampProc", "collMode", "weight", "cleanOps"],
    "anlyInfo": ["respRate", "EstSmpErr", "dataAppr"],
    "dataAccs": ["setAvail", "useStmt", "notes"],
    "useStmt": ["confDec", "specPerm", "restrctn", "contact", "citReq"],
    "fileDscr": ["fileTxt", "locMap", "notes"],
    "fileTxt": ["fileName", "fileCont", "fileStrc", "dimensns", "fileType", "format", "dataMsng"],
    "dimensns": ["caseQnty", "varQnty"],
    "dataDscr": ["varGrp", "nCubeGrp", "var", "nCube", "notes"],
    "var": ["labl", "valrng", "invalrng", "universe", "sumStat", "txt", "catgry", "varFormat"],
    "invalrng": ["item", "range"],
    "catgry": ["catValu", "labl", "txt", "catStat"],
    "prodStmt": ["producer", "copyright", "prodDate"],
}
ONCE = {"titl", "restrctn", "titlStmt", "anlyInfo", "varFormat", "catValu", "dimensns", "fileType"}


def test_the_codebook_has_the_order_of_ddi_2_5(written: Path):
    root = etree.parse(written / "zzz_people_2020_ddi.xml").getroot()
    assert (root.tag, root.get("version")) == (f"{DDI}codeBook", "2.5")
    for element in root.iter():
        name = element.tag.removeprefix(DDI)
        children = [child.tag.removeprefix(DDI) for child in element]
        assert children == sorted(children, key=ORDER.get(name, []).index)
        assert all(children.count(once) <= 1 for once in ONCE)
        assert not (children and (element.text or "").strip())
    ids = [element.get("ID") for element in root.iter() if element.get("ID")]
    assert len(ids) == len(set(ids))
    assert {v.get("files") for v in root.iter(f"{DDI}var")} <= set(ids)


def test_the_codebook_tells_of_whom_how_and_how_many(written: Path):
    root = etree.parse(written / "zzz_people_2020_ddi.xml").getroot()
    study = root.find(f"{DDI}stdyDscr")
    assert study.findtext(f".//{DDI}universe") == "Survey of Zedland"
    assert [one.get("event") for one in study.iter(f"{DDI}collDate")] == ["start", "end"]
    sampling = {one.get(LANG): one.text for one in study.iter(f"{DDI}sampProc")}
    assert sampling == {"es": "ponderada", "en": "weighted"}
    assert "3" in study.findtext(f".//{DDI}dataAppr")
    assert study.find(f".//{DDI}abstract").text.startswith("Datos sintéticos")
    assert root.findtext(f".//{DDI}caseQnty") == "20"
    (weight,) = [one for one in root.iter(f"{DDI}var") if one.get("wgt") == "wgt"]
    assert weight.get("name") == "weight"


LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def test_the_codebook_counts_each_code_of_the_released_file(written: Path):
    root = etree.parse(written / "zzz_people_2020_ddi.xml").getroot()
    (sex,) = [one for one in root.iter(f"{DDI}var") if one.get("name") == "sex"]
    told = {
        one.findtext(f"{DDI}txt"): int(one.findtext(f"{DDI}catStat"))
        for one in sex.iter(f"{DDI}catgry")
    }
    read = Counter(spss(written)["sex"])
    assert told == {"M": read[1], "F": read[2], "_U": 0, "_X": 0, "_Z": 0, "_W": read[-4]}
