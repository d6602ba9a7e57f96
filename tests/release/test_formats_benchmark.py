"""The benchmark of formats writes a release that grew as a country's does, by every writer."""

from pathlib import Path

import pandas as pd
import pytest
from migstat.release.cells import KEY
from migstat.release.release import Release
from migstat.release.writers import WRITERS

from benchmarks.formats import findings
from benchmarks.formats_work import clocked, grown
from benchmarks.measure import Cost, Run


@pytest.fixture(scope="module")
def large(release: Release) -> Release:
    return grown(release, 7)


def test_a_release_grows_by_waves_of_the_same_figures(release: Release, large: Release):
    assert len(release.cells) == 3
    assert large.cells.groupby("wave").size().to_dict() == {"2020": 3, "2021": 3, "2022": 3}
    assert large.cells["time_period"].equals(large.cells["wave"])
    assert not large.cells.duplicated(list(KEY)).any()
    again = large.cells[large.cells["wave"] == "2022"].reset_index(drop=True)
    pd.testing.assert_frame_equal(
        again.drop(columns=["wave", "time_period"]),
        release.cells.drop(columns=["wave", "time_period"]),
    )
    assert large.inputs.waves == {("zzz_people", wave) for wave in ("2020", "2021", "2022")}


def test_every_writer_is_clocked_alone_and_all_together(large: Release, tmp_path: Path):
    costs = clocked(large, tmp_path / "out")

    assert list(costs) == ["all", *(write.__module__.rpartition(".")[2] for write in WRITERS)]
    assert all(cost.wall > 0 for cost in costs.values())
    written = pd.read_csv(tmp_path / "out" / f"{large.stem}_sdmx.csv")
    assert len(written) == len(large.cells)


def test_all_formats_are_compared_with_the_slowest_writer_of_their_round():
    def turn(every: float, tables: float, brief: float) -> Run:
        answer = {
            "release": {"cells": 9.0},
            "all": {"wall": every, "cpu": 2 * every},
            "tables": {"wall": tables, "cpu": tables},
            "brief": {"wall": brief, "cpu": 4 * brief},
        }
        return Run(Cost(), 0.0, 0.0, answer)

    found = {one.name: one.values for one in findings([turn(6, 1, 4), turn(9, 3, 2)])}

    assert found["all formats to the slowest writer: by the clock, ratio"] == (1.5, 3.0)
    assert found["all formats to the slowest writer: processor time, ratio"] == (0.75, 2.25)
    assert found["  tables alone, s"] == (1, 3)
    assert found["  cells"] == (9.0, 9.0)
