"""The plain files of a release: CSV, HXL, Parquet, data package, catalogue record."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pytest
from frictionless import Package
from migstat.release.auditing import audit
from migstat.release.cells import COLUMNS
from migstat.release.making import build
from migstat.release.release import Release
from migstat.release.writers import datapackage, dcat, hxl, parquet, tables
from migstat.release.writers.files import Distribution
from migstat.release.writers.text import clean_text, safe_text, write_csv
from release_office import COUNTRY, Office, by_sex, estimate, planned

EVIL = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    " =1",
    "\u00a0=1",
    "\u200b=1",
    "\u202e=1",
    "\ufeff=1",
    "\x00=1",
    "\uff1d1+1",
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "out"
    made.mkdir()
    return made


def read(file: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(file.read_text(encoding="utf-8"), newline="")))


@pytest.mark.parametrize("text", EVIL)
def test_no_text_begins_as_a_formula(text: str):
    assert safe_text(text).startswith("'")


@pytest.mark.parametrize("text", ["North", "2 years", "ভোলা", "عمّان", "é", "e\u0301", "'quoted'"])
def test_ordinary_texts_of_every_script_stay_as_they_are(text: str):
    assert safe_text(text) == text


def test_marks_that_turn_the_reading_order_are_taken_out():
    assert clean_text("12\u202e34\u2066 عمّان") == "1234 عمّان"


def test_characters_that_no_xml_holds_are_taken_out():
    assert clean_text("a\x00b\x0bc\ud800d\uffffe\tf\n") == "abcde\tf\n"


def test_csv_is_as_rfc_4180_has_it(folder: Path):
    frame = pd.DataFrame(
        {"text": ['a "b", c', "two\nlines"], "n": [1.5, None], "yes": [True, False]}
    )
    content = write_csv(frame, folder / "a.csv").read_bytes()
    assert content == b'text,n,yes\r\n"a ""b"", c",1.5,true\r\n"two\nlines",,false\r\n'


def test_a_very_long_answer_is_kept_whole_in_csv(folder: Path):
    long = "x" * 60_000
    file = write_csv(pd.DataFrame({"text": [long]}), folder / "a.csv")
    assert read(file)[1] == [long]


def test_the_tidy_table_has_every_cell_with_its_labels(release: Release, folder: Path):
    files = {file.name: file for file in tables.write(release, folder)}
    header, *rows = read(files["zzz_migdis_2020_v1.csv"])
    assert header[: len(COLUMNS)] == list(COLUMNS)
    named = [dict(zip(header, row, strict=True)) for row in rows]
    assert [row["sex_label"] for row in named] == ["Mujeres", "Hombres", "Total"]
    assert {row["survey_label"] for row in named} == {"Survey of Zedland"}
    assert {row["is_synthetic"] for row in named} == {"true"}


def test_a_withheld_cell_is_a_row_without_figures_in_every_table(release: Release, folder: Path):
    tables.write(release, folder)
    hxl.write(release, folder)
    parquet.write(release, folder)
    withheld = release.cells["sex"].eq("F")
    assert list(release.cells.loc[withheld, "obs_status"].unique()) == ["Q"]
    for name in ("zzz_migdis_2020_v1.csv", "zzz_migdis_2020_v1_hxl.csv"):
        (row,) = [row for row in read(folder / name) if row[COLUMNS.index("sex")] == "F"]
        assert row[COLUMNS.index("obs_value") : COLUMNS.index("n_obs") + 1] == [""] * 5
    table = pq.read_table(folder / "zzz_migdis_2020_v1.parquet").to_pandas()
    assert table.loc[table["sex"] == "F", ["obs_value", "n_obs"]].isna().all(axis=None)


def test_the_twin_for_excel_differs_by_its_mark_alone(release: Release, folder: Path):
    tables.write(release, folder)
    plain = (folder / "zzz_migdis_2020_v1.csv").read_bytes()
    assert (folder / "zzz_migdis_2020_v1_excel.csv").read_bytes() == b"\xef\xbb\xbf" + plain


def test_labels_that_a_language_lacks_are_listed(office: Office, folder: Path):
    office.declare(languages=["bn", "es"])
    tables.write(planned(office), folder)
    missing = read(folder / "zzz_migdis_2020_v1_missing_translations.csv")
    assert ["CL_SURVEY", "zzz_people", "bn"] in missing
    assert ["CL_SURVEY", "zzz_people", "es"] in missing
    assert not [row for row in missing if row[0] == "CL_SEX"]


def test_every_code_that_is_used_has_a_label(release: Release, folder: Path):
    tables.write(release, folder)
    listed = {(row[0], row[1]) for row in read(folder / "zzz_migdis_2020_v1_codes.csv")[1:]}
    assert {("CL_SEX", "F"), ("CL_INDICATOR", "LB01"), ("CL_AREA", "ZZ-N")} <= listed
    parents = {row[1]: row[2] for row in read(folder / "zzz_migdis_2020_v1_codes.csv")}
    assert (parents["ZZ-N-1"], parents["IM_REF"]) == ("ZZ-N", "IM_PRO")


def test_hxl_tags_stand_under_the_header(release: Release, folder: Path):
    (file,) = hxl.write(release, folder)
    header, tags, first = read(file)[:3]
    assert all(tag.startswith("#") for tag in tags)
    assert (header[0], tags[0], first[0]) == ("country_code", "#country+code+v_iso3", "ZZZ")
    assert tags[header.index("obs_value")] == "#indicator+value+num"


def test_parquet_has_types_and_says_what_it_is(release: Release, folder: Path):
    (file,) = parquet.write(release, folder)
    schema = pq.read_schema(file)
    assert [str(schema.field(n).type) for n in ("obs_value", "n_obs", "is_synthetic")] == [
        "double",
        "int64",
        "bool",
    ]
    assert (schema.metadata[b"synthetic"], schema.metadata[b"vintage"]) == (b"True", b"v1")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("slv_migdis_2020_v1.csv", "text/csv"),
        ("slv_migdis_2020_v1_sdmx.csv", "application/vnd.sdmx.data+csv;version=2.0.0"),
        ("slv_migdis_2020_v1_sdmx_structure.xml", "application/vnd.sdmx.structure+xml;version=3.0"),
        ("slv_migdis_2020_v1_dcat.jsonld", "application/ld+json"),
    ],
)
def test_a_file_is_of_the_kind_that_iana_knows(name: str, kind: str):
    assert Distribution(name, 0, "").media_type == kind


def test_the_catalogue_record_names_every_file_with_its_checksum(release: Release, folder: Path):
    tables.write(release, folder)
    (file,) = dcat.write(release, folder)
    record = json.loads(file.read_text(encoding="utf-8"))
    named = {d["dct:title"]: d["spdx:checksum"] for d in record["dcat:distribution"]}
    assert set(named) == {f.name for f in folder.iterdir()} - {file.name}
    assert record["dct:issued"]["@value"] == "2021-06-30"
    assert "Synthetic data" in record["dct:description"]["@value"]
    (period,) = record["dct:temporal"]
    assert (period["dcat:startDate"]["@value"], period["dcat:endDate"]["@value"]) == (
        "2020-01-01",
        "2020-12-31",
    )
    assert [one["@id"].rpartition("/")[2] for one in record["dct:language"]] == ["SPA", "ENG"]


def package_findings(folder: Path) -> list[str]:
    report = Package(str(folder / "datapackage.json")).validate()
    return [error.type for task in report.tasks for error in task.errors] + [
        error.type for error in report.errors
    ]


@pytest.fixture
def package(release: Release, folder: Path) -> Path:
    tables.write(release, folder)
    parquet.write(release, folder)
    datapackage.write(release, folder)
    return folder


def test_the_data_package_is_valid(package: Path):
    assert package_findings(package) == []


def change(file: Path, old: str, new: str) -> None:
    content = file.read_bytes().decode()
    assert old in content
    file.write_bytes(content.replace(old, new, 1).encode())


def forget_hash(package: Path, name: str) -> None:
    """Take size and hash of a file out, so that what it holds is judged alone."""
    file = package / "datapackage.json"
    described = json.loads(file.read_text(encoding="utf-8"))
    for resource in described["resources"]:
        if resource["path"] == name:
            del resource["bytes"], resource["hash"]
    file.write_text(json.dumps(described), encoding="utf-8")


@pytest.mark.parametrize("name", ["zzz_migdis_2020_v1.csv", "zzz_migdis_2020_v1.parquet"])
def test_a_changed_byte_is_found_by_the_package(package: Path, name: str):
    file = package / name
    content = file.read_bytes()
    file.write_bytes(content[:-3] + bytes([content[-3] ^ 1]) + content[-2:])
    assert "hash-count" in package_findings(package)


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        (",person,", ",village,", "constraint-error"),
        (",PT,12.3,", ",PT,many,", "type-error"),
        (",M,_T,_T,_T,PT", ",F,_T,_T,_T,PT", "primary-key"),
        ("obs_value", "obs_valu", "incorrect-label"),
    ],
)
def test_a_fault_in_the_table_is_found_by_the_package(
    package: Path, old: str, new: str, error: str
):
    change(package / "zzz_migdis_2020_v1.csv", old, new)
    forget_hash(package, "zzz_migdis_2020_v1.csv")
    assert error in package_findings(package)


def test_hostile_names_reach_every_file_as_plain_text(office_of_all_formats: Office):
    office = office_of_all_formats
    areas: list[dict[str, Any]] = office.declared["areas"]
    areas[0]["name"] = '=HYPERLINK("http://example.org","North")'
    areas[1]["name"] = "عمّان \u202egnp.exe"
    areas[2]["name"] = "é" * 60_000
    office.declare(publisher="<script>alert(1)</script>")
    office.publish(
        [
            *by_sex(),
            *(estimate(ref_area=code, n_obs=200) for code in ("ZZ-N", "ZZ-N-1", "ZZ-S")),
        ]
    )
    vintage, _ = build(COUNTRY, office.ledger, clock=office.clock)
    rows = read(vintage.files / "zzz_migdis_2020_v1.csv")
    texts = [cell for row in rows for cell in row]
    assert '\'=HYPERLINK("http://example.org","North")' in texts
    assert "عمّان gnp.exe" in texts
    assert "é" * 60_000 in texts
    assert not [text for text in texts if text.startswith(("=", "+", "@"))]
    page = (vintage.files / "zzz_migdis_2020_v1_quality_es.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_every_format_is_made_and_made_again_byte_for_byte(office_of_all_formats: Office):
    office = office_of_all_formats
    vintage, _ = build(COUNTRY, office.ledger, clock=office.clock)
    assert audit(COUNTRY, office.ledger)[1] == []
    stem = "zzz_migdis_2020_v1"
    assert {f.name.removeprefix(stem) for f in vintage.files.iterdir()} >= {
        ".csv",
        "_excel.csv",
        "_changes.csv",
        "_codes.csv",
        "_missing_translations.csv",
        "_hxl.csv",
        ".parquet",
        "_sdmx.csv",
        "_sdmx_structure.xml",
        "_sdg_crosswalk.csv",
        "_es.xlsx",
        "_en.xlsx",
        "_quality_es.html",
        "_quality_en.html",
        "_dcat.jsonld",
        "datapackage.json",
        "allowed_signers",
        "SHA256SUMS",
        "SHA256SUMS.sig",
    }
    assert package_findings(vintage.files) == []
