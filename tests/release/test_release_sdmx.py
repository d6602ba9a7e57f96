"""SDMX: a structure that the standard's own schema accepts, and data that fit it."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from lxml import etree
from migstat.release import making
from migstat.release.errors import ReleaseError
from migstat.release.making import build
from migstat.release.release import Release
from migstat.release.writers import sdmx
from migstat.release.writers.labels import code_lists
from migstat.release.writers.sdmx_data import build_data, check_data
from migstat.release.writers.sdmx_structure import structure_id, write_structure
from pysdmx.io import get_datasets, read_sdmx
from release_office import COUNTRY, Office, by_sex, estimate, planned

XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


@pytest.fixture
def data(release: Release) -> pd.DataFrame:
    return build_data(release)


def findings(release: Release, data: pd.DataFrame) -> list[str]:
    return check_data(data, code_lists(release), structure_id(release))


def test_the_structure_is_valid_by_the_schema_of_the_standard(release: Release, tmp_path: Path):
    structure = sdmx.write(release, tmp_path)[0]
    message = read_sdmx(str(structure), validate=True)
    dsd = message.get_data_structure_definitions()[0]
    assert [c.id for c in dsd.components.dimensions] == [
        "FREQ",
        "REF_AREA",
        "SURVEY",
        "INDICATOR",
        "UNIT_OBS",
        "MIG_STATUS",
        "HH_MIG",
        "BIRTH",
        "CITIZENSHIP",
        "SEX",
        "AGE",
        "URBANISATION",
        "BREAKDOWN",
        "TIME_PERIOD",
    ]
    required = {c.id for c in dsd.components.attributes if c.required}
    assert {"OBS_STATUS", "CONF_STATUS", "UNIT_MEASURE", "UNIT_MULT"} <= required


def test_the_data_are_read_back_with_their_structure(release: Release, tmp_path: Path):
    structure, data, _ = sdmx.write(release, tmp_path)
    (dataset,) = get_datasets(str(data), str(structure))
    total = dataset.data[dataset.data["SEX"] == "_T"].iloc[0]
    assert (float(total["OBS_VALUE"]), total["UNIT_MEASURE"], total["FREQ"]) == (12.3, "PT", "A")


def names_of(structure: bytes, list_name: str, code: str) -> dict[str, str]:
    root = etree.fromstring(structure)
    path = f".//{{*}}Codelist[@id='{list_name}']/{{*}}Code[@id='{code}']/{{*}}Name"
    return {name.get(XML_LANG): name.text for name in root.iterfind(path)}


def test_codes_are_named_in_every_language_there_is(release: Release):
    names = names_of(write_structure(release), "CL_SEX", "F")
    assert names == {
        "en": "Female",
        "es": "Mujeres",
        "fr": "Femmes",
        "id": "Perempuan",
        "ru": "Женщины",
        "bn": "মহিলা",
    }


def test_codes_lie_under_their_parents(release: Release):
    root = etree.fromstring(write_structure(release))
    parents = {
        code.get("id"): parent.text
        for code in root.iterfind(".//{*}Codelist[@id='CL_MIG_STATUS']/{*}Code")
        for parent in code.iterfind("{*}Parent")
    }
    assert (parents["IM_REF"], parents["IM_PRO"], parents.get("IM")) == ("IM_PRO", "IM", None)


def test_synthetic_data_are_marked_as_a_test(release: Release):
    root = etree.fromstring(write_structure(release))
    assert root.findtext(".//{*}Test") == "true"


def test_the_structure_does_not_hang_on_the_clock(release: Release):
    assert write_structure(release) == write_structure(release)
    assert b"<mes:Prepared>2021-06-30T00:00:00" in write_structure(release)


def test_sound_data_have_no_findings(release: Release, data: pd.DataFrame):
    assert findings(release, data) == []


def set_first(name: str, value: object) -> Callable[[pd.DataFrame], pd.DataFrame]:
    def change(data: pd.DataFrame) -> pd.DataFrame:
        changed = data.astype(object)
        changed.loc[0, name] = value
        return changed

    return change


FAULTS = {
    "wrong code": (set_first("SEX", "X"), "SEX: 'X' is not in CL_SEX (1 rows)"),
    "missing attribute": (set_first("OBS_STATUS", None), "OBS_STATUS: 1 rows have no value"),
    "empty attribute": (set_first("UNIT_MEASURE", ""), "UNIT_MEASURE: 1 rows have no value"),
    "missing dimension": (set_first("REF_AREA", None), "REF_AREA: 1 rows have no value"),
    "doubled key": (
        lambda data: pd.concat([data, data.head(1)], ignore_index=True),
        "1 keys stand twice, as A._T.zzz_people.LB01.person._T._T._T._T.F._T._T._T.2020",
    ),
    "extra column": (lambda data: data.assign(NOTE="x"), "NOTE: no such component"),
    "missing column": (
        lambda data: data.drop(columns="CONF_STATUS"),
        "CONF_STATUS: the column is missing",
    ),
    "malformed period": (
        set_first("TIME_PERIOD", "2020-13"),
        "TIME_PERIOD: '2020-13' is no period of its frequency (1 rows)",
    ),
    "period of another frequency": (
        set_first("TIME_PERIOD", "2020-Q1"),
        "TIME_PERIOD: '2020-Q1' is no period of its frequency (1 rows)",
    ),
    "text for a number": (
        set_first("OBS_VALUE", "many"),
        "OBS_VALUE: 'many' is no Double (1 rows)",
    ),
    "infinite number": (set_first("STD_ERR", float("inf")), "STD_ERR: inf is no Double (1 rows)"),
    "part of a record": (set_first("N_OBS", 3.5), "N_OBS: 3.5 is no Integer (1 rows)"),
    "another structure": (
        set_first("STRUCTURE_ID", "X:Y(1.0)"),
        "STRUCTURE_ID: 'X:Y(1.0)' is not MIGSTAT:DF_MIGDIS_ZZZ(1.0.0) (1 rows)",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_that_pysdmx_passes_over_is_found(release: Release, data: pd.DataFrame, fault: str):
    change, finding = FAULTS[fault]
    assert findings(release, change(data)) == [finding]


@pytest.mark.parametrize(
    ("period", "frequency"), [("2020", "A"), ("2020-S1", "S"), ("2020-Q4", "Q"), ("2020-12", "M")]
)
def test_each_period_has_its_frequency(office: Office, period: str, frequency: str):
    office.publish([estimate(time_period=period)])
    assert list(build_data(planned(office))["FREQ"]) == [frequency]


def test_data_that_do_not_fit_their_structure_do_not_leave(
    office: Office, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(making, "WRITERS", (sdmx.write,))
    office.publish([row | {"unit_measure": "FURLONG"} for row in by_sex()])
    monkeypatch.setattr("migstat.release.cells.DECIMALS", {"FURLONG": 1})
    with pytest.raises(ReleaseError, match="'FURLONG' is not in CL_UNIT_MEASURE"):
        build(COUNTRY, office.ledger, clock=office.clock)


def crosswalk(release: Release, folder: Path) -> dict[tuple[str, str], tuple[str, str]]:
    file = sdmx.write(release, folder)[2]
    table = pd.read_csv(file, dtype=str, keep_default_na=False)
    return {(row.concept, row.code): (row.sdg_concept, row.sdg_code) for row in table.itertuples()}


def test_codes_correspond_to_the_global_sdg_structure(release: Release, tmp_path: Path):
    sdg = crosswalk(release, tmp_path)
    assert sdg["BIRTH", "FB"] == ("COMPOSITE_BREAKDOWN", "MS_MIGRANT")
    assert sdg["CITIZENSHIP", "CIT"] == ("COMPOSITE_BREAKDOWN", "MS_NOMIGRANT")
    assert sdg["INDICATOR", "LB01"] == ("SERIES", "SL_TLF_UEM")
    assert sdg["REF_AREA", "_T"] == ("REF_AREA", "998")
    assert sdg["AGE", "Y15T24"] == ("AGE", "Y15T24")


def test_what_has_no_correspondence_says_so(release: Release, tmp_path: Path):
    assert crosswalk(release, tmp_path)["AGE", "Y0T14"] == ("AGE", "")


def test_every_finer_status_has_a_custom_code_of_its_own(release: Release, tmp_path: Path):
    sdg = crosswalk(release, tmp_path)
    own = [code for (concept, _), (_, code) in sdg.items() if concept in ("MIG_STATUS", "HH_MIG")]
    custom = [code for code in own if code != "_T"]
    assert len(custom) == len(own) - 2
    assert custom == [f"C{number:02}" for number in range(1, len(custom) + 1)]
