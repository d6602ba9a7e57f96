"""Every data test of the dbt project is seen failing: each on rows planted for it, and on no other.

A case is rows under a survey code of its own, so that what a test finds tells the case. All cases
are planted at once in empty tables, and dbt runs its data tests over them once.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import duckdb
import pytest
from migstat.declarations import load_country, load_survey
from migstat.ledger import open_ledger
from migstat.paths import paths
from migstat.warehouse.inputs import write_inputs
from migstat.warehouse.project import BUILD_FILE, INPUTS, run_dbt

Row = tuple[str, dict[str, object]]
TOTALS = ("ref_area", "mig_status", "hh_mig", "birth", "citizenship", "sex", "age", "urbanisation")
CELL = dict.fromkeys((*TOTALS, "breakdown"), "_T")
UNMAPPED = "intermediate.int_unmapped_answers"
STATUS = "intermediate.int_persons__status"
HARMLESS: dict[str, dict[str, object]] = {
    "marts.indicator_estimates": {**CELL, "obs_value": 50, "ci_lower": 40, "ci_upper": 60},
    "marts.migrant_gaps": {
        **{name: CELL[name] for name in ("ref_area", "sex", "age", "breakdown")},
        "indicator_code": "EC03",
        "dimension": "sex",
        "status": "F",
        "difference": 1,
        "diff_ci_lower": 0,
        "diff_ci_upper": 2,
    },
    "marts.persons": {"weight": 1, "mig_status": "NM", "mig_status_l1": "NM"},
    "marts.households": {"weight": 1},
    "marts.institutions": {"weight": 1},
    "marts.locations": {},
    "marts.recommendation_evidence": {"country_code": "ARG", "indicator_code": "EC03"},
    "marts.report_comparison": {},
    UNMAPPED: {"table_name": "persons", "n_answers": 100},
    STATUS: {
        **dict.fromkeys(("mig_status", "ms_quality", "ms_trace", "birth", "citizenship"), "any"),
        "ms_rule": 9,
        "is_usual_resident": True,
    },
    "marts.contributors": {"y_absolute": 10, "y_largest": 6, "y_second": 4},
}
NUMBERED = ("record_key", "recommendation_id", "figure_id", "variable")
RECORDS = ("persons", "households", "institutions")


@dataclass(frozen=True)
class Case:
    """Rows of one survey, and the one test that must find them; None where all is well."""

    survey: str | None
    rows: tuple[Row, ...]
    told_by: str | None


def estimates(told_by: str | None, *cells: Mapping[str, object], code: str = "EC03") -> Case:
    """Estimates of one indicator; what a cell does not name is harmless."""
    rows = tuple(("marts.indicator_estimates", {"indicator_code": code, **cell}) for cell in cells)
    return Case(None, rows, told_by)


def one(table: str, told_by: str | None, **values: object) -> Case:
    """One row of a table."""
    return Case(None, ((table, values),), told_by)


def of_codes() -> Iterator[Case]:
    """Codes that stand in no list."""
    test = "codes_are_of_the_catalogue"
    for dimension in (*TOTALS[1:], "breakdown"):
        for code in ("nowhere", None):
            yield estimates(test, {}, {dimension: code})
    for dimension in TOTALS[1:]:
        yield one("marts.migrant_gaps", test, dimension=dimension, status="nowhere")
    yield one("marts.persons", test, mig_status="nowhere")


def of_figures() -> Iterator[Case]:
    """Figures that contradict each other or what they measure."""
    yield estimates("every_indicator_has_its_total", {"sex": "F"})
    yield estimates("every_indicator_has_its_total", {"ref_area": "AR-C"})
    yield estimates("every_indicator_has_its_total", {"wave": "1"}, {"wave": "2", "sex": "F"})
    yield estimates(None, {"wave": "1"}, {"wave": "2"}, {"wave": "2", "sex": "F"})
    test = "proportions_lie_between_0_and_100"
    wide = {"ci_lower": -50, "ci_upper": 200}
    yield estimates(None, {**wide, "obs_value": 100}, {**wide, "sex": "F", "obs_value": 0})
    yield estimates(test, {**wide, "obs_value": 100.1})
    yield estimates(test, {**wide, "obs_value": -0.1})
    yield estimates(None, {**wide, "obs_value": 150}, code="RM02")  # a ratio in percent
    test = "shares_of_status_add_to_100"
    yield shares(None, native=70)
    yield shares(test, native=69.9)
    yield shares(test, native=70.1)
    test = "indicator_estimates_lie_in_their_intervals"
    yield estimates(None, {"ci_lower": 50, "ci_upper": 50})
    yield estimates(test, {"ci_lower": 51})
    yield estimates(test, {"ci_upper": 49})
    test = "contributors_with_the_property_are_among_those_with_an_answer"
    for yes in (None, 0, 5):
        yield one("marts.contributors", None, n_yes=yes, n_obs=5)
    for yes in (-1, 6):
        yield one("marts.contributors", test, n_yes=yes, n_obs=5)
    test = "contributors_largest_are_part_of_the_whole"
    yield one("marts.contributors", None)
    yield one("marts.contributors", None, y_absolute=None, y_largest=None, y_second=None)
    yield one("marts.contributors", test, y_second=5)
    yield one("marts.contributors", test, y_largest=3)
    test = "contributors_add_up_to_their_figures"
    for n_obs, n_dk, told_by in ((12, 1, None), (11, 1, test), (12, 2, test), (12, None, test)):
        yield added_up(told_by, n_obs=n_obs, n_dk=n_dk)
    test = "migrant_gaps_lie_in_their_intervals"
    yield one("marts.migrant_gaps", None, diff_ci_lower=1, diff_ci_upper=1)
    yield one("marts.migrant_gaps", test, diff_ci_lower=2)
    yield one("marts.migrant_gaps", test, diff_ci_upper=0)
    test = "adjusted_p_values_are_not_smaller"
    raised = {"p_adjusted": 0.04, "ratio_p_value": 0.02, "ratio_p_adjusted": 0.02}
    yield one("marts.migrant_gaps", None, p_value=0.04, **raised)
    yield one("marts.migrant_gaps", test, p_value=0.05, **raised)
    yield one("marts.migrant_gaps", test, p_value=0.04, **{**raised, "ratio_p_value": 0.03})


def added_up(told_by: str | None, **figure: object) -> Case:
    """A figure beside two leaves of twelve contributors, one more without an answer."""
    leaf = {"indicator_code": "EC03", "breakdown": "_T"}
    leaves = (
        {**leaf, "sex": "F", "n_obs": 5, "n_dk": 1},
        {**leaf, "sex": "M", "n_obs": 7, "n_dk": 0},
    )
    estimate = ("marts.indicator_estimates", {"indicator_code": "EC03", **figure})
    return Case(None, (estimate, *(("marts.contributors", row) for row in leaves)), told_by)


def shares(told_by: str | None, native: float) -> Case:
    """Shares of the statuses, of which a fifth and a tenth are immigrants and unknown."""
    top = {"_T": 100, "NM": native, "IM": 20, "IM_REF": 20, "_U": 10}
    cells = (
        {"mig_status": status, "obs_value": share, "ci_lower": 0, "ci_upper": 100}
        for status, share in top.items()
    )
    return estimates(told_by, *cells, code="DM01")


def of_records() -> Iterator[Case]:
    """Records without a weight, a status or a place that can be."""
    for table in RECORDS:
        for weight in (0, -1, None):
            yield one(f"marts.{table}", f"{table}_weights_are_above_zero", weight=weight)
        every = f"{table}_have_every_replicate_weight"
        yield one(f"marts.{table}", None, weight=1, replicate_weights="0 2.5 0")
        yield one(f"marts.{table}", every, weight=1, replicate_weights="0 missing 0")
    test = "rosters_are_as_long_as_households_say"
    for members, told in ((1, test), (2, None), (3, test)):
        yield rosters(told, members)
    yield rosters(None, *[2] * 19, 1)
    yield rosters(test, *[2] * 18, 1)
    yield rosters(None, 1, asked="|age|")  # persons who answer for their household
    test = "persons_have_one_status"
    for values in ({"mig_status": "_T"}, {"mig_status": "_Z"}, {"mig_status_l1": None}):
        yield one("marts.persons", test, **values)
    yield one(STATUS, None)
    for column in HARMLESS[STATUS]:
        yield one(STATUS, "persons_have_a_status_and_its_reasons", **{column: None})
    for column in ("idp_households", "idp_persons", "returnee_households", "returnee_persons"):
        yield one("marts.locations", "locations_count_no_fewer_than_none", **{f"n_{column}": -1})


def rosters(told_by: str | None, *listed: int, asked: str = "|relation_to_head|") -> Case:
    """Households that say they have two members, and list so many."""
    keys = [f"household {number}" for number in range(len(listed))]
    rows: list[Row] = [("marts.households", {"household_key": k, "n_members": 2}) for k in keys]
    for key, members in zip(keys, listed, strict=True):
        person = {"household_key": key, "collected_variables": asked}
        rows += [("marts.persons", person)] * members
    return Case(None, tuple(rows), told_by)


def of_evidence() -> Iterator[Case]:
    """Evidence and comparisons that show no figure and do not say why."""
    table, test = (
        "marts.recommendation_evidence",
        ("recommendation_evidence_is_a_figure_or_says_what_is_missing"),
    )
    figure = {"evidence": "figure", "obs_value": 1, "missing": None}
    lacks = {"evidence": "not_collected", "obs_value": None, "missing": "sex"}
    for sound, wrong in (
        (figure, {"obs_value": None}),
        (figure, {"missing": "sex"}),
        (lacks, {"obs_value": 1}),
        (lacks, {"missing": None}),
    ):
        yield one(table, None, **sound)
        yield one(table, test, **{**sound, **wrong})
    table, test = "marts.report_comparison", "report_comparison_shows_what_it_compares"
    shown = {"obs_value": 1, "difference": 0, "is_synthetic": True}
    for missing in shown:
        for result in ("not_compared", "not_collected", "no_data"):
            yield one(table, None, **{**shown, "result": result, missing: None})
        yield one(table, test, **{**shown, "result": "within", missing: None})
    yield one(table, None, **{**shown, "result": "outside"})


def of_declared_surveys() -> Iterator[Case]:
    """What is measured by the declaration of a survey, under the codes of declared ones."""
    share = round(100 * load_survey("arg_eph").acceptance.max_unmapped_share)
    test, table = "unmapped_share_is_accepted_int_unmapped_answers_", UNMAPPED
    yield Case("arg_eph", ((table, {"n_records": share}),) * 2, None)
    halves = ((table, {"variable": "sex", "n_records": n}) for n in (share, 1))
    yield Case("bgd_dbt", tuple(halves), test)
    test = "areas_are_of_their_country"
    area = load_country("MDA").areas[0].code
    good = [(f"marts.{table}", {"ref_area": area}) for table in (*RECORDS, "locations")]
    yield Case("mda_household", (*good, ("marts.locations", {"origin_area": area})), None)
    elsewhere = {
        "mda_diaspora": ("persons", "ref_area", area.lower()),
        "per_needs": ("households", "ref_area", "-12.1 -77.0"),  # a point no centre was near to
        "per_mgi": ("institutions", "ref_area", area),
        "bgd_dtm": ("locations", "ref_area", "BD9999"),
        "slv_ehpm": ("locations", "origin_area", area),
    }
    for survey, (table, column, code) in elsewhere.items():
        yield Case(survey, ((f"marts.{table}", {column: code}),), test)
    test = "weights_keep_their_scale"
    yield Case("blr_attitudes", waves("persons", 1, 9.9, 1), None)
    yield Case("gin_traders", waves("persons", 1, 10.1), test)
    yield Case("gin_training", waves("households", 10.1, 1), test)
    yield Case("idn_returnees", waves("institutions", 1, 1, 100), test)
    rounds = {"2020R9": 1, "2020R10": 9, "2020R11": 81}  # as text the ninth would come last
    rows = (("marts.persons", {"wave": wave, "weight": w}) for wave, w in rounds.items())
    yield Case("idn_village", tuple(rows), None)
    larger = [("marts.persons", {"wave": "2021", "weight": 1})] * 50
    yield Case("kgz_returnees", (*waves("persons", 1), *larger), None)
    fewer = [("marts.persons", {"wave": "2021", "weight": 100})]
    yield Case("kgz_authorities", (*[waves("persons", 1)[0]] * 100, *fewer), None)
    made_up = [("marts.persons", {"wave": "2021", "weight": 100, "is_synthetic": True})]
    yield Case("lso_traders", (*waves("persons", 1), *made_up), None)


def waves(table: str, *weights: float) -> tuple[Row, ...]:
    """One record a wave, of these weights."""
    rows = enumerate(weights, start=2020)
    return tuple((f"marts.{table}", {"wave": str(w), "weight": weight}) for w, weight in rows)


def cases() -> list[Case]:
    """All cases, each with a survey code of its own."""
    parts = (of_codes, of_figures, of_records, of_evidence, of_declared_surveys)
    found = [case for part in parts for case in part()]
    return [Case(c.survey or f"zzz_case_{n}", c.rows, c.told_by) for n, c in enumerate(found)]


CASES = cases()
TOLD = sorted({case.told_by for case in CASES if case.told_by})
KEYS, NULLS = "unique_key_", "not_null_"
FILLED: dict[str, object] = {"VARCHAR": "twice", "BOOLEAN": True, "DATE": "2020-01-01"}


@dataclass
class Verdicts:
    """What dbt says of its data tests, and the rows they found in the database."""

    database: Path
    results: dict[str, Any]

    def found(self, test: str, columns: str = "*") -> list[tuple[Any, ...]]:
        """The rows that a test found."""
        rows = self.results[test].node.compiled_code
        with duckdb.connect(self.database, read_only=True) as connection:
            return connection.execute(f"select distinct {columns} from ({rows})").fetchall()


def run_data_tests() -> Verdicts:
    tested = run_dbt(["--quiet", "test", "--select", "test_type:data"])
    assert tested.result is not None, tested.exception
    results = {result.node.name: result for result in tested.result}
    assert {str(r.status) for r in results.values()} <= {"pass", "fail"}
    return Verdicts(paths().warehouse / BUILD_FILE, results)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Every table of the project, empty."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MIGSTAT_HOME", str(tmp_path_factory.mktemp("home")))
        write_inputs(paths().warehouse / INPUTS, open_ledger(), [], [])
        made = run_dbt(["--quiet", "run"])
        assert made.success, made.exception
        yield paths().warehouse / BUILD_FILE


@pytest.fixture(scope="module")
def on_cases(database: Path) -> Verdicts:
    """The verdicts on the planted cases."""
    numbers = count()
    with duckdb.connect(database) as connection:
        for case in CASES:
            for table, values in case.rows:
                columns = columns_of(connection, table)
                keys = {name: f"{name} {next(numbers)}" for name in NUMBERED if name in columns}
                common = {"survey_code": case.survey, "wave": "2020", **keys}
                common |= {"is_synthetic": False} if "is_synthetic" in columns else {}
                insert(connection, table, {**common, **HARMLESS[table], **values})
    return run_data_tests()


@pytest.fixture(scope="module")
def on_bare_rows(on_cases: Verdicts) -> Verdicts:
    """The verdicts once every table also holds a row of nulls, and one row twice."""
    with duckdb.connect(on_cases.database) as connection:
        nodes = (result.node for result in on_cases.results.values())
        for table in tables_of(connection, nodes):
            connection.execute(f"insert into {table} default values")
            row = {
                name: FILLED.get(kind, 1) for name, kind in columns_of(connection, table).items()
            }
            insert(connection, table, row)
            insert(connection, table, row)
    return run_data_tests()


def tables_of(connection: duckdb.DuckDBPyConnection, nodes: Iterable[Any]) -> set[str]:
    """The tables that generic tests are about."""
    found = connection.execute("select table_name, schema_name from duckdb_tables()").fetchall()
    schemas = dict(found)
    names = {n.attached_node.rsplit(".", 1)[1] for n in nodes if hasattr(n, "attached_node")}
    return {f"{schemas[name]}.{name}" for name in names}


def columns_of(connection: duckdb.DuckDBPyConnection, table: str) -> dict[str, str]:
    return {name: kind for name, kind, *_ in connection.execute(f"describe {table}").fetchall()}


def insert(connection: duckdb.DuckDBPyConnection, table: str, row: Mapping[str, object]) -> None:
    marks = ", ".join("?" * len(row))
    connection.execute(f"insert into {table} ({', '.join(row)}) values ({marks})", [*row.values()])


@pytest.mark.parametrize("name", TOLD)
def test_a_data_test_finds_the_cases_planted_for_it_and_no_other(on_cases: Verdicts, name: str):
    wrong = {case.survey for case in CASES if case.told_by == name}
    assert {survey for (survey,) in on_cases.found(name, "survey_code")} == wrong


def test_every_other_data_test_is_of_a_key_or_of_nulls(on_cases: Verdicts):
    others = [name for name in on_cases.results if not name.startswith((KEYS, NULLS))]
    assert sorted(others) == TOLD


def test_every_key_finds_a_row_that_stands_twice_and_one_without_its_key(on_bare_rows: Verdicts):
    keys = [name for name in on_bare_rows.results if name.startswith(KEYS)]
    assert len(keys) >= 18
    for name in keys:
        found = on_bare_rows.found(name)
        assert any(set(row) <= {"twice", 1} for row in found), name
        assert any(set(row) == {None} for row in found), name


def test_every_column_that_may_not_be_null_is_told_where_it_is(on_bare_rows: Verdicts):
    columns = [name for name in on_bare_rows.results if name.startswith(NULLS)]
    assert len(columns) >= 2
    assert {on_bare_rows.results[name].failures for name in columns} == {1}
