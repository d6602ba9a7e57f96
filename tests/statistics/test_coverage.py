"""The intervals hold the truth as often as they say: a simulation, the same every time."""

import pytest

from benchmarks.coverage_work import INDICATORS, simulate


@pytest.fixture(scope="module")
def found() -> dict[str, dict[str, float]]:
    return simulate()


@pytest.mark.parametrize("indicator", INDICATORS)
@pytest.mark.parametrize("status", ["IM", "RM"])
def test_95_percent_intervals_cover_the_truth_in_93_to_97_percent_of_the_samples(
    found: dict[str, dict[str, float]], indicator: str, status: str
):
    assert 93 <= found["covered"][f"{indicator}: {status}"] <= 97


@pytest.mark.parametrize("indicator", INDICATORS)
def test_a_status_of_half_a_percent_is_withheld_where_it_is_not_covered(
    found: dict[str, dict[str, float]], indicator: str
):
    assert found["either"][f"{indicator}: DM"] >= 93
