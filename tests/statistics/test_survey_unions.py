"""One pass over a union of surveys gives each the figures it has alone."""

from math import sqrt
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from migstat.warehouse.estimate import compare, estimate
from migstat.warehouse.functions import register
from migstat.warehouse.macros import render
from migstat.warehouse.sample_design import Contrast, Design, Indicator
from migstat.warehouse.survey_source import Source
from survey_tables import CLUSTERS, MEAN, SHARE, TOTAL, write

# The same codes of strata and PSUs in both; the second has a stratum with a lonely PSU.
OTHER = CLUSTERS.replace("F,1", "F,0").replace(",20,", ",35,") + "3,f,10,M,1\n"
DESIGN = Design(strata="h", psu="psu", weight="w", lonely_column="rule", groups=("survey",))


def prefixed(text: str, survey: str, rule: str) -> str:
    return "".join(f"{survey},{rule},{line}\n" for line in text.splitlines()[1:])


def union(folder: Path) -> Source:
    header = "survey,rule," + CLUSTERS.splitlines()[0] + "\n"
    rows = prefixed(CLUSTERS, "A", "certainty") + prefixed(OTHER, "B", "adjust")
    return write(folder, header + rows, "union.csv")


def figures(found: pd.DataFrame) -> list[tuple[object, ...]]:
    kept = found.drop(columns=["survey"], errors="ignore")
    return [tuple(row) for row in kept.round(9).fillna(-1).itertuples(index=False)]


def test_a_union_estimates_each_survey_by_its_own_design_and_rule(tmp_path: Path):
    by = [[], ["sex"]]
    both = estimate(union(tmp_path), DESIGN, [MEAN, SHARE, TOTAL], by)
    for survey, text, rule in (("A", CLUSTERS, "certainty"), ("B", OTHER, "adjust")):
        alone = estimate(
            write(tmp_path, text),
            Design(strata="h", psu="psu", weight="w", lonely=rule),
            [MEAN, SHARE, TOTAL],
            by,
        )
        assert figures(both[both["survey"] == survey]) == figures(alone)


def test_a_union_compares_inside_each_survey(tmp_path: Path):
    sexes = Contrast(name="sexes", by="sex", over={"F": 1, "M": -1})
    both = compare(union(tmp_path), DESIGN, [MEAN], contrasts=[sexes])
    design = Design(strata="h", psu="psu", weight="w", lonely="adjust")
    alone = compare(write(tmp_path, OTHER), design, [MEAN], contrasts=[sexes])
    assert figures(both[both["survey"] == "B"]) == figures(alone)


def test_an_indicator_a_survey_never_asked_has_no_rows_there(tmp_path: Path):
    asked = Indicator(name="asked", kind="mean", y="case when survey = 'A' then y end")
    found = estimate(union(tmp_path), DESIGN, [asked], [["sex"]])
    assert set(found["survey"]) == {"A"}


def test_a_cell_without_answers_is_shown_empty_where_the_survey_asked(tmp_path: Path):
    women = Indicator(name="women", kind="mean", y="case when sex = 'F' then y end")
    found = estimate(union(tmp_path), DESIGN, [women], [["sex"]])
    men = found[found["sex"] == "M"]
    assert list(men["n_obs"]) == [0, 0]
    assert men["obs_value"].isna().all()


def test_a_survey_without_strata_or_psus_is_a_sample_of_rows(tmp_path: Path):
    rows = "survey,h,psu,y\n" + "A,1,a,1\nA,1,b,0\n" + "B,,,1\n" * 3 + "B,,,0\n" * 7
    path = tmp_path / "some.parquet"
    pd.read_csv(write(tmp_path, rows).path, dtype={"h": str}).to_parquet(path)
    sql = render(
        "survey_estimates",
        f"'{path}'",
        {"strata": "h", "psu": "psu", "groups": ["survey"]},
        [{"name": "share", "kind": "prop", "y": "y"}],
        [[]],
    )
    with duckdb.connect() as connection:
        register(connection)
        found = connection.execute(f"select * from ({sql}) where survey = 'B'").df()
    assert found["std_error"][0] == pytest.approx(100 * sqrt(0.3 * 0.7 / 9))
    assert (found["n_psu"][0], found["variance_method"][0]) == (10, "SRS")


def test_a_dim_that_is_constant_in_a_psu_may_be_joined_late(tmp_path: Path):
    by = [["h"], ["h", "sex"], ["sex"], []]
    design = DESIGN.model_copy(update={"lonely": "adjust"})
    source = union(tmp_path)
    late = estimate(source, design, [MEAN, SHARE, TOTAL], by, area=["h"])
    assert figures(late) == figures(estimate(source, design, [MEAN, SHARE, TOTAL], by))
