"""Waves beside each other and replicate weights, from deliveries to what is published."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from migstat.declarations.replicates import Replicates
from migstat.warehouse.build import build
from migstat.warehouse.estimate import compare, estimate
from migstat.warehouse.sample_design import Contrast, Design, Indicator
from migstat.warehouse.survey_source import Source
from warehouse_fixtures import COLUMNS, PEOPLE, VILLAGES, Warehouse, people

UNEMPLOYED = Indicator(name="LB01", kind="prop", y="labour_status = 'UNE'")
CHANGE = Contrast(name="change", by="wave", over={"2022": 1, "2021": -1})
CHANGES = (
    "select wave, reference, difference, diff_std_error, ratio, df, p_value <= p_adjusted "
    "from marts.migrant_gaps where dimension = 'wave' and mig_status = '_T' and sex = '_T' "
    "and indicator_code = 'LB01'"
)


def some_out_of_work(n: int) -> list[tuple[str, ...]]:
    """People of whom every fifth has no work."""
    rows = people(n)
    return [(*row[:3], "no" if i % 5 == 0 else "yes", row[4]) for i, row in enumerate(rows)]


def published(warehouse: Warehouse) -> Source:
    """The persons of both waves, each wave a sample of its own."""
    frame = pd.DataFrame(
        warehouse.query("select wave, labour_status, weight, sex from marts.persons"),
        columns=["wave", "labour_status", "weight", "sex"],
    )
    path = warehouse.root / "persons.csv"
    frame.to_csv(path, index=False)
    return Source(path)


def test_a_wave_is_compared_with_the_one_before_it(warehouse: Warehouse):
    warehouse.take_in(PEOPLE, "2021", some_out_of_work(40))
    assert build(warehouse.ledger).waves == (f"{PEOPLE}/2021",)  # the other wave is kept
    design = Design(weight="weight", strata="wave")
    ours = compare(published(warehouse), design, [UNEMPLOYED], contrasts=[CHANGE]).iloc[0]
    ((wave, reference, difference, error, ratio, df, is_raised),) = warehouse.query(CHANGES)
    assert (wave, reference, ratio, df) == ("2022", "2021", 0, ours["df"])
    assert difference == pytest.approx(ours["obs_value"], abs=1e-6)
    assert error == pytest.approx(ours["std_error"], abs=1e-6)
    assert is_raised


def test_waves_that_share_their_psus_carry_the_covariance(warehouse: Warehouse):
    design = {"weight": 'w"1', "psu": "sex", "waves_share_psus": True}
    warehouse.declare(PEOPLE, design=design)
    warehouse.take_in(PEOPLE, "2021", some_out_of_work(40))
    build(warehouse.ledger)
    shared = Design(weight="weight", psu="sex")
    ours = compare(published(warehouse), shared, [UNEMPLOYED], contrasts=[CHANGE]).iloc[0]
    ((_, _, difference, error, _, df, _),) = warehouse.query(CHANGES)
    assert (df, ours["df"]) == (1, 1)
    assert difference == pytest.approx(ours["obs_value"], abs=1e-6)
    assert error == pytest.approx(ours["std_error"], abs=1e-6)


def test_a_change_goes_with_the_wave_before(warehouse: Warehouse):
    assert len(warehouse.query(CHANGES)) == 1
    warehouse.declare(PEOPLE, modes={"2022": "append"})
    build(warehouse.ledger)
    assert warehouse.query(CHANGES) == []


@pytest.fixture
def replicated(warehouse: Warehouse) -> Iterator[Warehouse]:
    """The survey of people, its export with four replicate weights."""
    with pytest.MonkeyPatch.context() as patch:
        more = {f"r{n}": "decimal" for n in range(1, 5)}
        patch.setitem(COLUMNS, PEOPLE, COLUMNS[PEOPLE] | more)
        replicates = {"columns": list(more), "method": "jk1"}
        warehouse.declare(PEOPLE, design={"weight": 'w"1', "replicates": replicates})
        rows = [
            (*row, *("0" if i % 7 == n else "2" for n in range(4)))
            for i, row in enumerate(some_out_of_work(40))
        ]
        for wave in ("2021", "2022"):
            warehouse.take_in(PEOPLE, wave, rows)
        yield warehouse


def test_replicate_weights_give_the_errors_of_the_marts(replicated: Warehouse, tmp_path: Path):
    build(replicated.ledger)
    records = replicated.query(
        "select labour_status, weight, replicate_weights from marts.persons where wave = '2021'"
    )
    frame = pd.DataFrame(
        [(status, weight, *text.split()) for status, weight, text in records],
        columns=["labour_status", "weight", *(f"r{n}" for n in range(1, 5))],
    )
    path = tmp_path / "persons.csv"
    frame.to_csv(path, index=False)
    design = Design(weight="weight", replicates=Replicates(prefix="r", method="jk1"))
    ours = estimate(Source(path), design, [UNEMPLOYED]).iloc[0]
    ((error, df, method),) = replicated.query(
        "select std_error, df, variance_method from marts.indicator_estimates "
        "where indicator_code = 'LB01' and wave = '2021' and mig_status = '_T' and hh_mig = '_T' "
        "and sex = '_T' and breakdown = '_T'"
    )
    assert error == pytest.approx(ours["std_error"], abs=1e-6)
    assert error > 0
    assert (df, method) == (ours["df"], "JK1") == (3, "JK1")
    gaps = f"select distinct variance_method from marts.migrant_gaps where survey_code = '{PEOPLE}'"
    assert ("JK1",) in replicated.query(gaps)
    assert VILLAGES in {row[0] for row in replicated.query("select survey_code from marts.surveys")}
