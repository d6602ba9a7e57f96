"""The change log: cell by cell, and nothing but published figures."""

from typing import Any

import pandas as pd
import pytest
from migstat.release.cells import ARCHIVED, build_cells
from migstat.release.changes import build_changes
from release_office import estimate, row


def cells(*rows: dict[str, Any], withheld: tuple[int, ...] = ()) -> pd.DataFrame:
    return build_cells(
        pd.DataFrame([row(one, shown=i not in withheld) for i, one in enumerate(rows)])
    )


def changes(old: pd.DataFrame, new: pd.DataFrame) -> list[tuple[str, str, object, object]]:
    found = build_changes(old, new)
    columns = ["change", "reason", "old_obs_value", "new_obs_value"]
    return [tuple(None if pd.isna(v) else v for v in row) for row in found[columns].to_numpy()]


def test_two_equal_vintages_have_no_changes():
    assert changes(cells(estimate()), cells(estimate())) == []


def test_a_difference_that_rounding_hides_is_no_change():
    assert changes(cells(estimate()), cells(estimate(obs_value=12.3401))) == []


def test_a_revised_figure_is_told_with_old_and_new():
    new = estimate(obs_value=13.0, survey_delivery="d2")
    assert changes(cells(estimate()), cells(new)) == [("revised", "new data", 12.3, 13.0)]


@pytest.mark.parametrize("name", ["std_error", "ci_lower", "ci_upper", "n_obs"])
def test_a_revision_of_anything_published_is_told(name: str):
    new = estimate(**{name: 99})
    assert [row[0] for row in changes(cells(estimate()), cells(new))] == ["revised"]


def test_a_figure_that_becomes_uncertain_is_revised():
    new = estimate(obs_status="U")
    assert [row[0] for row in changes(cells(estimate()), cells(new))] == ["revised"]


def test_a_new_definition_is_the_reason_before_new_data():
    new = estimate(obs_value=13.0, definition_version="2", survey_delivery="d2")
    assert changes(cells(estimate()), cells(new)) == [("revised", "new definition", 12.3, 13.0)]


def test_the_same_data_computed_otherwise_is_a_new_computation():
    new = estimate(obs_value=13.0)
    assert changes(cells(estimate()), cells(new)) == [("revised", "new computation", 12.3, 13.0)]


def test_a_cell_of_a_new_wave_is_added():
    wave = estimate(wave="2021", time_period="2021")
    assert changes(cells(estimate()), cells(estimate(), wave)) == [
        ("added", "new wave", None, 12.3)
    ]


def test_a_cell_that_is_gone_is_withdrawn():
    women = estimate(sex="F")
    assert changes(cells(estimate(), women), cells(estimate())) == [
        ("withdrawn", "new data", 12.3, None)
    ]


def test_a_figure_withheld_now_is_withdrawn_without_saying_why():
    withdrawn = changes(cells(estimate()), cells(estimate(n_obs=3), withheld=(0,)))
    assert withdrawn == [("withdrawn", "disclosure control", 12.3, None)]


def test_a_figure_shown_at_last_is_added():
    added = changes(cells(estimate(n_obs=3), withheld=(0,)), cells(estimate()))
    assert added == [("added", "disclosure control", None, 12.3)]


def test_what_stays_withheld_is_no_change_whatever_lies_behind_it():
    old = cells(estimate(n_obs=3, obs_value=1.0), withheld=(0,))
    new = cells(estimate(n_obs=9, obs_value=88.0), withheld=(0,))
    assert changes(old, new) == []


def test_against_nothing_all_is_added():
    assert [row[0] for row in changes(pd.DataFrame(columns=list(ARCHIVED)), cells(estimate()))] == [
        "added"
    ]
