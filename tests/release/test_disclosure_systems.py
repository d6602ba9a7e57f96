"""From published marts to systems of linked tables, on a few rows written out."""

import duckdb
import pytest
from migstat.declarations import Area, Catalogue, Country, load_catalogue
from migstat.release.disclosure.model import Amounts, Answers, Cell, TableSystem
from migstat.release.disclosure.systems import DIMENSIONS, load_systems

COUNTRY = Country(
    iso3="ZZZ",
    name="Nowhere",
    m49="999",
    areas=(Area(code="ZZ-A", name="East", level=1), Area(code="ZZ-A-1", name="Town", level=2)),
)
# area, status, sex, then indicator, breakdown, n, yes, y_sum
LEAVES = [
    ("ZZ-A", "NM", "F", "DM01", "_T", 40, 40, None),
    ("ZZ-A-1", "NM", "M", "DM01", "_T", 35, 35, None),
    ("ZZ-A-1", "IM_REF", "F", "DM01", "_T", 7, 7, None),
    ("ZZ-A", "NM", "F", "ID01", "_T", 30, 28, None),
    ("ZZ-A-1", "IM_REF", "F", "ID01", "_T", 6, 3, None),
    ("ZZ-A", "NM", "F", "LB05", "_T", 12, None, 41.256),
]
# the same for figures: area, status, sex, indicator, breakdown, reliability
FIGURES = [
    ("_T", "_T", "_T", "DM01", "_T", "reliable"),
    ("_T", "NM", "_T", "DM01", "_T", "reliable"),
    ("_T", "IM", "_T", "DM01", "_T", "caution"),
    ("_T", "IM_PRO", "_T", "DM01", "_T", "caution"),
    ("_T", "IM_REF", "_T", "DM01", "_T", "withhold"),
    ("ZZ-A", "NM", "_T", "DM01", "_T", "reliable"),
    ("ZZ-A-1", "IM", "_T", "DM01", "_T", "withhold"),
    ("ZZ-A", "_T", "_T", "ID01", "_T", "reliable"),
    ("ZZ-A-1", "_T", "_T", "ID01", "_T", "reliable"),
    ("_T", "_T", "_T", "LB05", "_T", "reliable"),
]


def codes(area: str, status: str, sex: str) -> tuple[str, ...]:
    given = {"ref_area": area, "mig_status": status, "sex": sex}
    return tuple(given.get(dim, "_T") for dim in DIMENSIONS)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture(scope="module")
def systems(catalogue: Catalogue) -> dict[str, TableSystem]:
    dims = ", ".join(f"{dim} varchar" for dim in DIMENSIONS)
    keys = "country_code varchar, survey_code varchar, wave varchar"
    amounts = ", ".join(
        f"{part}_{figure} decimal(24, 4)"
        for part in "yx"
        for figure in ("sum", "absolute", "largest", "second")
    )
    with duckdb.connect() as connection:
        connection.execute(
            f"create table contributors ({keys}, unit varchar, indicator_code varchar, "
            f"breakdown varchar, {dims}, n_obs bigint, n_yes bigint, {amounts})"
        )
        connection.execute(
            f"create table indicator_estimates ({keys}, indicator_code varchar, breakdown varchar, "
            f"{dims}, reliability varchar, obs_value double)"
        )
        for country in ("ZZZ", "YYY"):
            place = (country, f"{country.lower()}_one", "2021")
            for area, status, sex, code, part, n, yes, total in LEAVES:
                row = (*place, "person", code, part, *codes(area, status, sex), n, yes)
                money = (total, total, total and 9.5, total and 7) + (None,) * 4
                values = (*row, *money)
                connection.execute(
                    f"insert into contributors values ({', '.join('?' * len(values))})", values
                )
            for area, status, sex, code, part, reliability in FIGURES:
                values = (*place, code, part, *codes(area, status, sex), reliability, 1.0)
                connection.execute(
                    f"insert into indicator_estimates values ({', '.join('?' * len(values))})",
                    values,
                )
        return load_systems(connection, catalogue, COUNTRY)


@pytest.fixture
def system(systems: dict[str, TableSystem]) -> TableSystem:
    return systems["zzz_one/2021/person"]


def test_a_country_gets_its_own_systems_alone(systems: dict[str, TableSystem]):
    assert list(systems) == ["zzz_one/2021/person"]


def test_shares_of_statuses_are_counts_of_people_that_others_lie_in(system: TableSystem):
    people = system.tables["DM01/_T"]
    assert system.population == "DM01/_T"
    assert (people.kind, people.share_of) == ("count", ("mig_status", "birth", "citizenship"))
    assert people.answers[codes("ZZ-A-1", "IM_REF", "F")] == Answers(7, 7)
    assert system.tables["ID01/_T"].within
    assert not system.tables["LB05/_T"].within  # absent workers count too


def test_what_was_withheld_for_its_precision_is_marked(system: TableSystem):
    assert system.cells[Cell("DM01/_T", codes("_T", "IM", "_T"))]
    assert not system.cells[Cell("DM01/_T", codes("_T", "IM_REF", "_T"))]


def test_a_figure_that_is_missing_tells_that_nobody_is_there(system: TableSystem):
    """The margin of areas and statuses has ZZ-A x IM and ZZ-A-1 x NM too; both are empty."""
    assert system.cells[Cell("DM01/_T", codes("ZZ-A", "IM", "_T"))]
    assert Cell("DM01/_T", codes("ZZ-A", "_T", "F")) not in system.cells


def test_a_sensitive_indicator_names_no_area_below_its_level(system: TableSystem):
    assert Cell("ID01/_T", codes("ZZ-A", "_T", "_T")) in system.cells
    assert Cell("ID01/_T", codes("ZZ-A-1", "_T", "_T")) not in system.cells
    assert system.tables["ID01/_T"].rule.min_contributors == 30


def test_amounts_are_whole_hundredths(system: TableSystem):
    table = system.tables["LB05/_T"]
    assert table.kind == "magnitude"
    assert table.answers[codes("ZZ-A", "NM", "F")] == Answers(
        12, 0, (Amounts(4126, 4126, 950, 700),)
    )


def test_statuses_lie_under_one_another_and_areas_stand_as_recorded(system: TableSystem):
    by_name = {dimension.name: dimension for dimension in system.dimensions}
    assert by_name["mig_status"].path("IM_REF") == ("IM_REF", "IM_PRO", "IM")
    assert by_name["ref_area"].path("ZZ-A-1") == ("ZZ-A-1",)
