"""``migstat survey new``: what is drafted from an export passes the check and can be taken in."""

import csv
import json
import os
import shutil
import zipfile
from collections.abc import Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pyreadstat
import pytest
import yaml
from migstat.cli import app, console
from migstat.declarations import check_all, load_survey
from migstat.drafting import FilesExistError, LookError, Order, draft_survey, write_files
from typer.testing import CliRunner
from warehouse_fixtures import CHECKOUT, Warehouse, make_project

SHARED = Path(os.environ.get("MIGSTAT_SHARED", CHECKOUT.parent / "shared"))
RMS = SHARED / "data" / "unhcr-rms-kobo"
RMS_EXPORT, RMS_FORM = RMS / "dummy_RMS_CAPI_v3.xlsx", RMS / "RMS_CAPI_v3.xlsx"

pytestmark = pytest.mark.usefixtures("project")
needs_rms = pytest.mark.skipif(
    not RMS_EXPORT.is_file(),
    reason=f"NOT CHECKED ON A REAL FORM: {RMS} is missing; set MIGSTAT_SHARED to the folder that "
    "holds data/unhcr-rms-kobo.",
)

# a roster as KoboToolbox exports it, and the form it was asked with
HOUSES = [
    ("_uuid", "_submission_time", "area", "gps", "boss_name", "remarks", "weight"),
    ("h1", "2024-03-01T10:00:00", "urban", "13.4871 -87.8502 0 0", "Ana", "CANARY", "1.5"),
    ("h2", "2024-03-02T10:00:00", "rural", "13.4992 -87.8611 0 0", "Eva", "CANARY", "2.5"),
]
MEMBERS = [
    ("_submission__uuid", "line", "q1", "q2", "q3", "contact"),
    ("h1", "1", "1", "34", "SLV", "+503 7012 3456"),
    ("h1", "2", "2", "9", "HND", "+503 7012 3457"),
    ("h2", "1", "2", "51", "other", "ana@example.org"),
]
QUESTIONS = [
    ("type", "name", "label::English (en)", "label::Español (es)"),
    ("select_one area", "area", "Type of area", "Tipo de zona"),
    ("geopoint", "gps", "Where is the house?", ""),
    ("text", "boss_name", "Name of the head", ""),
    ("text", "remarks", "Anything else?", ""),
    ("decimal", "weight", "", ""),
    ("begin_repeat", "members", "", ""),
    ("calculate", "line", "", ""),
    ("select_one sex", "q1", "What is the sex of ${name}?", "¿Sexo de ${name}?"),
    ("integer", "q2", "How old is ${name}?", "Edad de ${name}"),
    ("select_one country", "q3", "In which country was ${name} born?", "País de nacimiento"),
    ("text", "contact", "How can we reach you?", ""),
    ("end_repeat", "", "", ""),
]
CHOICES = [
    ("list_name", "name", "label::English (en)", "label::Español (es)"),
    ("area", "urban", "Town", "Ciudad"),
    ("area", "rural", "Countryside, village", "Campo"),
    ("sex", "1", "Man", "Hombre"),
    ("sex", "2", "Woman", "Mujer"),
    ("sex", "98", "Don't know", "No sabe"),
    ("country", "SLV", "El Salvador", "El Salvador"),
    ("country", "HND", "Honduras", "Honduras"),
    ("country", "other", "Another country", "Otro país"),
]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with a catalogue and no survey."""
    warehouse = Warehouse(tmp_path / "installation")
    make_project(warehouse.project)
    include = warehouse.project / "include"
    shutil.copytree(CHECKOUT / "include" / "catalogue", include / "catalogue", dirs_exist_ok=True)
    (warehouse.project / "expectations").mkdir(exist_ok=True)
    (include / "surveys").mkdir(exist_ok=True)
    for name, value in warehouse.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(console.out, "_width", 1000)
    return warehouse.project


def workbook(file: Path, **sheets: Sequence[Sequence[str]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(file)
    return file


def delimited(file: Path, rows: Sequence[Sequence[str]], delimiter: str, encoding: str) -> Path:
    with file.open("w", encoding=encoding, newline="") as out:
        csv.writer(out, delimiter=delimiter).writerows(rows)
    return file


@pytest.fixture
def kobo(tmp_path: Path) -> Order:
    """An export with a repeat, and its form."""
    export = workbook(tmp_path / "export.xlsx", main=HOUSES, members=MEMBERS)
    form = workbook(tmp_path / "form.xlsx", survey=QUESTIONS, choices=CHOICES)
    return Order("slv_roster", export, "2024", form)


def drafted(order: Order) -> dict[str, Any]:
    """Write a draft and read its delivery.yml."""
    write_files(draft_survey(order).files)
    return read(order.code)


def read(code: str) -> dict[str, Any]:
    root = Path(os.environ["MIGSTAT_PROJECT"])
    content: dict[str, Any] = yaml.safe_load(
        (root / "include" / "surveys" / code / "delivery.yml").read_text(encoding="utf-8")
    )
    return content


def mappings(code: str, table: str) -> dict[str, dict[str, Any]]:
    root = Path(os.environ["MIGSTAT_PROJECT"])
    file = root / "dbt_project" / "models" / "staging" / code[:3] / f"stg_{code}__{table}.yml"
    (model,) = yaml.safe_load(file.read_text(encoding="utf-8"))["models"]
    return {column["name"]: column["config"]["meta"] for column in model["columns"]}


def suite(code: str) -> list[dict[str, Any]]:
    root = Path(os.environ["MIGSTAT_PROJECT"])
    content = json.loads((root / "expectations" / f"{code}.json").read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = content["expectations"]
    return found


def command(*arguments: str, code: int = 0) -> str:
    result = CliRunner().invoke(app, list(arguments))
    assert result.exit_code == code, result.output
    return result.output


@needs_rms
def test_the_draft_of_a_real_form_passes_the_check_with_the_status_inputs_mapped():
    order = ("survey", "new", "eth_rms", "--export", str(RMS_EXPORT), "--xlsform", str(RMS_FORM))
    printed = command(*order)
    assert check_all() == []
    found = mappings("eth_rms", "persons")
    assert found["sex"]["codes"] == {"1": "F", "2": "M"}
    assert found["age"]["from"] == "Part1.S1.age"
    assert found["birth_country"]["from"] == "S2_repeat.P1_S2.REF05"
    assert found["citizenship_country"]["from"] == "S2_repeat.P1_S2.REF02"
    assert found["birth_country"]["codes"]["ETH"] == "ETH"
    assert found["birth_country"]["codes"]["91"] == "XXF"  # abroad, not known where
    assert {"98", "99"} <= set(found["birth_country"]["not_stated"])
    assert "sampling design" in printed


@needs_rms
def test_a_survey_is_added_by_declarations_only(project: Path):
    order = ("survey", "new", "eth_rms", "--export", str(RMS_EXPORT), "--xlsform", str(RMS_FORM))
    command(*order, "--wave", "2023")
    mend(project)
    assert check_all() == []
    command("drop", str(RMS_EXPORT), "--survey", "eth_rms", "--wave", "2023")
    command("ingest")
    command("build")
    warehouse = Warehouse(project.parent)
    persons = warehouse.query(
        "select count(*), count(sex), count(distinct mig_status) > 1 from marts.persons"
    )
    assert persons[0][0] == 384  # as many as the roster has rows
    assert persons[0][1] > 0
    assert persons[0][2]
    estimates = warehouse.query(
        "select mig_status, obs_value from marts.indicator_estimates where survey_code = 'eth_rms' "
        "and indicator_code = 'DM01' and mig_status = 'IM' and sex = '_T'"
    )
    assert estimates
    assert all(0 < share <= 100 for _, share in estimates)


def mend(project: Path) -> None:
    """Do what an engineer does with this draft; the answers of the dummy export are random."""
    staging = project / "dbt_project" / "models" / "staging" / "eth" / "stg_eth_rms__persons.yml"
    text = staging.read_text(encoding="utf-8")
    assert "3 = Intersex" in text  # the draft says what it could not place
    staging.write_text(text.replace("not_stated: ['99']", "not_stated: ['3', '99']", 1))
    rules = project / "expectations" / "eth_rms.json"
    text = rules.read_text(encoding="utf-8")
    rules.write_text(text.replace('"max_value": 60', '"max_value": 100', 1))


@pytest.mark.parametrize(("sizes", "is_mapped"), [(("2", "1"), True), (("2", "4"), False)])
def test_a_household_size_that_the_roster_speaks_against_is_not_mapped(
    tmp_path: Path, sizes: tuple[str, str], is_mapped: bool
):
    houses = [(*HOUSES[0], "hh_size"), (*HOUSES[1], sizes[0]), (*HOUSES[2], sizes[1])]
    export = workbook(tmp_path / "export.xlsx", main=houses, members=MEMBERS)
    draft = draft_survey(Order("slv_roster", export, "2024"))
    write_files(draft.files)
    assert ("n_members" in mappings("slv_roster", "households")) is is_mapped
    said = "hh_size is not mapped; in 1 of 2 households it is not the number of members listed"
    assert any(said in line for line in draft.to_do) is not is_mapped


def test_repeats_become_persons_under_the_households_of_the_main_sheet(kobo: Order):
    declared = drafted(kobo)
    tables = declared["export"]["tables"]
    assert tables["households"]["sheet"] == "main"
    assert tables["persons"]["parent"] == {"table": "households", "key": "_submission__uuid"}
    assert declared["privacy"]["keys"] == {
        "household_id": ["_uuid"],
        "person_id": ["_submission__uuid", "line"],
    }
    assert tables["persons"]["columns"]["q2"] == "integer"
    assert declared["design"]["weight"] == "weight"
    assert declared["waves"]["2024"]["interview_date"] == "_submission_time"
    assert [str(day) for day in declared["waves"]["2024"]["fieldwork"]] == [
        "2024-03-01",
        "2024-03-02",
    ]
    assert [p for p in check_all() if "slv_roster" in str(p.file)] == []


def test_names_positions_and_free_text_do_not_pass(kobo: Order):
    drafted(kobo)
    survey = load_survey("slv_roster")
    dropped = set(survey.privacy.drop)
    assert {"gps", "boss_name", "remarks", "contact"} <= dropped
    assert {"q1", "q2", "q3", "area", "weight"}.isdisjoint(dropped)


def test_no_file_of_a_draft_quotes_a_private_answer(kobo: Order):
    texts = "".join(draft_survey(kobo).files.values())
    assert not [private for private in ("CANARY", "Ana", "7012", "13.48") if private in texts]


def test_variables_are_recognised_by_the_labels_of_the_form(kobo: Order):
    drafted(kobo)
    assert mappings("slv_roster", "persons") == {
        "sex": {"from": "q1", "codes": {"1": "M", "2": "F"}, "not_stated": ["98"]},
        "age": {"from": "q2"},
        "birth_country": {"from": "q3", "codes": {"SLV": "SLV", "HND": "HND", "other": "XXF"}},
    }
    assert mappings("slv_roster", "households") == {
        "urbanisation": {"from": "area", "codes": {"urban": "U", "rural": "R"}}
    }


def test_the_suite_asks_for_keys_weights_ages_and_offered_answers(kobo: Order):
    drafted(kobo)
    rules = {
        (rule["type"], rule["kwargs"].get("column")): (rule["severity"], rule["kwargs"])
        for rule in suite("slv_roster")
    }
    assert rules["expect_column_values_to_be_unique", "person_id"][0] == "warning"
    assert rules["expect_column_values_to_be_between", "weight"][1]["strict_min"] is True
    assert rules["expect_column_values_to_be_between", "q2"][1]["max_value"] == 120
    severity, asked = rules["expect_column_values_to_be_in_set", "q1"]
    assert (severity, asked["value_set"]) == ("info", ["1", "2", "98"])


@pytest.mark.parametrize(
    ("delimiter", "encoding", "declared"),
    [
        (";", "cp1252", {"encoding": "cp1252", "delimiter": ";"}),
        (",", "utf-8-sig", {"encoding": "utf-8", "delimiter": ","}),
        ("\t", "utf-16", {"encoding": "utf-16", "delimiter": "\t"}),
    ],
)
def test_the_dialect_of_delimited_text_is_written_down(
    tmp_path: Path, delimiter: str, encoding: str, declared: dict[str, str]
):
    rows = [("folio", "sexo", "año"), ("a1", "mujer", "2020"), ("a2", "hombre", "2021")]
    file = delimited(tmp_path / "export.csv", rows, delimiter, encoding)
    assert drafted(Order("slv_text", file, "2024"))["export"]["dialect"] == declared
    assert mappings("slv_text", "persons")["sex"]["codes"] == {"mujer": "F", "hombre": "M"}


def test_value_labels_of_spss_become_codes_and_user_missing_ones_not_stated(tmp_path: Path):
    frame = pd.DataFrame({"CUEST": ["a", "b", "c"], "SEXO": [1.0, 2, 9], "EDAD": [30.0, 4, 99]})
    pyreadstat.write_sav(
        frame,
        str(tmp_path / "export.sav"),
        variable_value_labels={
            "SEXO": {1: "Hombre", 2: "Mujer", 9: "Perdido"},
            "EDAD": {99: "No responde"},
        },
        missing_ranges={"SEXO": [9]},
    )
    declared = drafted(Order("slv_spss", tmp_path / "export.sav", "2024"))
    assert declared["export"]["format"] == "spss_sav"
    assert declared["privacy"]["keys"] == {"person_id": ["CUEST"]}
    assert mappings("slv_spss", "persons")["sex"] == {
        "from": "SEXO",
        "codes": {"1": "M", "2": "F"},
        "not_stated": ["9"],
    }
    assert mappings("slv_spss", "persons")["age"] == {"from": "EDAD", "not_stated": ["99"]}


def test_tagged_missing_values_of_stata_keep_numbers_numbers(tmp_path: Path):
    frame = pd.DataFrame({"id": ["a", "b", "c"], "age": [30, 41, "r"], "sex": [1, 2, 1]})
    pyreadstat.write_dta(
        frame,
        str(tmp_path / "export.dta"),
        missing_user_values={"age": ["r"]},
        variable_value_labels={"sex": {1: "Male", 2: "Female"}},
    )
    export = drafted(Order("slv_stata", tmp_path / "export.dta", "2024"))["export"]
    assert export["format"] == "stata_dta"
    assert export["tables"]["persons"]["columns"]["age"] == "integer"
    assert export["dialect"]["missing"] == [".r"]
    assert mappings("slv_stata", "persons")["age"]["not_stated"] == [".r"]


def test_an_archive_of_odk_central_becomes_two_tables(tmp_path: Path):
    main = [("SubmissionDate", "area", "KEY"), ("2024-03-01T10:00:00.000Z", "urban", "uuid:1")]
    main += [("2024-03-02T10:00:00.000Z", "rural", "uuid:2")]
    roster = [("sex", "age", "PARENT_KEY", "KEY")]
    roster += [("male", "31", "uuid:1", "uuid:1/r[1]"), ("female", "3", "uuid:1", "uuid:1/r[2]")]
    with zipfile.ZipFile(tmp_path / "export.zip", "w") as archive:
        for name, rows in (("form.csv", main), ("form-roster.csv", roster)):
            delimited(tmp_path / name, rows, ",", "utf-8")
            archive.write(tmp_path / name, name)
    tables = drafted(Order("slv_odk", tmp_path / "export.zip", "2024"))["export"]["tables"]
    assert tables["households"]["member"] == "form.csv"
    assert tables["persons"]["member"] == "form-roster.csv"
    assert tables["persons"]["parent"] == {"table": "households", "key": "PARENT_KEY"}
    assert [problem for problem in check_all() if "slv_odk" in str(problem.file)] == []
    survey = load_survey("slv_odk")
    assert survey.privacy.keys == {"household_id": ("KEY",), "person_id": ("PARENT_KEY", "KEY")}


PRIVATE = {
    "telefono": ["1", "2"],
    "номер_телефона": ["1", "2"],
    "nama_lengkap": ["1", "2"],
    "নাম": ["1", "2"],
    "q17": ["ana@example.org", "7"],
    "q18": ["13.4871,-87.8502", ""],
    "q19": [f"+880 1711 {i:06}" for i in range(50)],
    "q20": [f"{i:08}-K" for i in range(50)],
    "q21": [f"long answer number {i} about one's life" for i in range(50)],
    "q22": ["", ""],
}
HARMLESS = {"q1": ["yes", "no"] * 25, "q2": [str(i) for i in range(50)], "q3": ["2024-03-01"] * 50}


@pytest.fixture(scope="module")
def dropped(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What the draft of an export without a form drops."""
    folder = tmp_path_factory.mktemp("private")
    columns = {"folio": [f"a{i}" for i in range(50)], **PRIVATE, **HARMLESS}
    rows = zip_longest(*columns.values(), fillvalue="")
    file = delimited(folder / "export.csv", [tuple(columns), *rows], ",", "utf-8")
    files = draft_survey(Order("zzz_text", file, project=folder)).files
    (text,) = [text for path, text in files.items() if path.stem == "delivery"]
    found: list[str] = yaml.safe_load(text)["privacy"]["drop"]
    return found


@pytest.mark.parametrize("column", PRIVATE)
def test_whatever_may_name_a_person_or_cannot_be_judged_is_dropped(dropped: list[str], column: str):
    assert column in dropped


@pytest.mark.parametrize("column", HARMLESS)
def test_choices_counts_and_dates_pass(dropped: list[str], column: str):
    assert column not in dropped


def test_columns_that_differ_only_in_case_are_left_out_and_named(tmp_path: Path):
    rows = [("folio", "sex", "Note", "note"), ("a1", "m", "x", "y"), ("a2", "f", "x", "y")]
    file = delimited(tmp_path / "export.csv", rows, ",", "utf-8")
    (text,) = [
        t for f, t in draft_survey(Order("slv_text", file)).files.items() if f.stem == "delivery"
    ]
    assert list(yaml.safe_load(text)["export"]["tables"]["persons"]["columns"]) == ["folio", "sex"]
    assert "Note stands twice in the header" in text


def test_files_that_are_there_are_named_and_nothing_is_written(kobo: Order):
    draft = draft_survey(kobo)
    there = next(file for file in draft.files if file.name == "slv_roster.json")
    there.write_text("mine")
    with pytest.raises(FilesExistError, match=r"expectations/slv_roster\.json"):
        write_files(draft.files)
    assert there.read_text() == "mine"
    assert not [file for file in draft.files if file != there and file.exists()]
    write_files(draft.files, force=True)
    assert json.loads(there.read_text())["name"] == "slv_roster"


def test_a_failing_disk_leaves_nothing_of_a_draft(kobo: Order, monkeypatch: pytest.MonkeyPatch):
    draft = draft_survey(kobo)
    replace, calls = os.replace, []

    def fail_late(source: Path, target: Path) -> None:
        calls.append(target)
        if len(calls) == 3:
            raise OSError("the disk is full")
        replace(source, target)

    monkeypatch.setattr(os, "replace", fail_late)
    with pytest.raises(OSError, match="full"):
        write_files(draft.files)
    left = [f for folder in {f.parent for f in draft.files} for f in folder.glob("*slv_roster*")]
    left += [file for file in draft.files if file.exists()]
    assert left == []


def test_a_country_that_has_a_file_keeps_it(project: Path, kobo: Order):
    country = project / "include" / "countries" / "slv.yml"
    shutil.copyfile(CHECKOUT / "include" / "countries" / "slv.yml", country)
    before = country.read_bytes()
    declared = drafted(kobo)
    assert country.read_bytes() == before
    assert declared["privacy"]["coarsen"] == {"gps": "adm2"}  # its areas have centres


def test_the_fieldwork_ends_with_the_last_interview_of_a_long_export(tmp_path: Path):
    """More interviews than the answers that a look keeps, each at its own minute."""
    moments = [f"2024-03-{1 + at // 60:02}T10:{at % 60:02}:00" for at in range(900)]
    rows = [("_uuid", "_submission_time"), *((f"u{at}", day) for at, day in enumerate(moments))]
    export = delimited(tmp_path / "export.csv", rows, ",", "utf-8")
    wave = drafted(Order("slv_long", export))["waves"]["2024"]
    assert [day.isoformat() for day in wave["fieldwork"]] == ["2024-03-01", "2024-03-15"]


def test_a_code_of_no_answer_begins_no_fieldwork(tmp_path: Path):
    rows = [("_uuid", "today"), ("u1", "##N/A##"), ("u2", "2024-03-02"), ("u3", "2024-03-03")]
    export = delimited(tmp_path / "export.csv", rows, ",", "utf-8")
    wave = drafted(Order("slv_coded", export))["waves"]["2024"]
    assert [day.isoformat() for day in wave["fieldwork"]] == ["2024-03-02", "2024-03-03"]


def test_a_form_of_another_kind_is_told_which_one_is_needed(kobo: Order, tmp_path: Path):
    old = tmp_path / "form.xls"
    old.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    with pytest.raises(LookError, match=r"form\.xls: .*save it as \.xlsx"):
        draft_survey(Order(kobo.code, kobo.export, kobo.wave, old))


def test_a_folder_that_is_no_project_gets_no_draft(kobo: Order, tmp_path: Path):
    with pytest.raises(LookError, match="mistyped is no folder"):
        draft_survey(Order(kobo.code, kobo.export, project=tmp_path / "mistyped"))
    assert not (tmp_path / "mistyped").exists()


def test_the_help_names_the_file_of_the_country_whole():
    assert "include/countries/ISO3.yml" in " ".join(command("survey", "new", "--help").split())


def test_a_damaged_export_is_told_without_a_file_written(tmp_path: Path):
    (tmp_path / "export.xlsx").write_bytes(b"PK\x03\x04 no workbook")
    with pytest.raises(LookError, match=r"export\.xlsx is a damaged"):
        draft_survey(Order("slv_text", tmp_path / "export.xlsx", "2024"))


def test_a_wrong_code_is_told_with_the_form_of_a_right_one(tmp_path: Path):
    text = command("survey", "new", "Roster", "--export", str(tmp_path), code=1)
    assert "like slv_household" in text
