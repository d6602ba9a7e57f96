"""What is published of an estimate, and what is left of one that is withheld."""

import pandas as pd
import pytest
from migstat.release.cells import COLUMNS, FIGURES, build_cells
from release_office import estimate, row


def cell(*, shown: bool = True, weighted: bool = True, **changes: object) -> dict[str, object]:
    built = build_cells(pd.DataFrame([row(estimate(**changes), shown=shown, weighted=weighted)]))
    return {name: None if pd.isna(v) else v for name, v in built.iloc[0].items()}


@pytest.mark.parametrize(
    ("unit", "value", "published"),
    [
        ("PT", 12.3499, 12.3),
        ("RO", 1.1912, 1.19),
        ("SCORE", 73.39, 73.4),
        ("NUMBER", 433.0, 433.0),
        ("PP", -37.04, -37.0),
    ],
)
def test_figures_are_rounded_to_what_their_unit_carries(unit: str, value: float, published: float):
    assert cell(unit_measure=unit, obs_value=value)["obs_value"] == published


def test_counts_are_rounded_as_the_profile_asks():
    rows = pd.DataFrame([row(estimate(n_obs=n, sex=s)) for n, s in ((402, "F"), (403, "M"))])
    assert list(build_cells(rows, 5)["n_obs"]) == [400, 405]


def test_a_tiny_negative_figure_is_published_as_zero():
    assert str(cell(obs_value=-0.01)["obs_value"]) == "0.0"


def test_a_withheld_cell_keeps_its_row_and_no_figure():
    withheld = cell(shown=False)
    assert {name: withheld[name] for name in FIGURES} == dict.fromkeys(FIGURES)
    assert withheld["indicator_code"] == "LB01"


def test_no_flag_tells_why_a_cell_is_withheld():
    few = cell(shown=False, n_obs=3, conf_status="C", obs_status="U", reliability="withhold")
    imprecise = cell(shown=False, n_obs=40, obs_status="U", reliability="withhold")
    protecting = cell(shown=False, n_obs=400)
    empty = cell(shown=False, n_obs=0, obs_value=None, std_error=None, obs_status="O")
    assert few == imprecise == protecting == empty
    assert (few["obs_status"], few["conf_status"], few["notes"]) == ("Q", "C", "Q S")


def test_a_cell_nobody_is_in_says_so():
    empty = cell(n_obs=0, obs_value=None, std_error=None, obs_status="O")
    assert (empty["n_obs"], empty["obs_value"], empty["notes"]) == (0, None, "O S")


def test_caution_and_missing_weights_stand_in_the_footnotes():
    assert cell(obs_status="U", weighted=False)["notes"] == "U W S"


def test_real_data_bear_no_note_of_synthetic_ones():
    assert not cell(is_synthetic=False)["notes"]


def test_rows_come_in_one_order():
    built = build_cells(pd.DataFrame([row(estimate(sex=s)) for s in ("M", "_T", "F")]))
    assert list(built["sex"]) == ["F", "M", "_T"]
    assert list(built.columns[: len(COLUMNS)]) == list(COLUMNS)
