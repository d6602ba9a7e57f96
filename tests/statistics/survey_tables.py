"""Small surveys written down in the tests, and one way to estimate from them."""

from pathlib import Path
from typing import Any

from migstat.warehouse.estimate import compare, estimate
from migstat.warehouse.sample_design import Contrast, Design, Indicator
from migstat.warehouse.survey_source import Source

# Two strata, five PSUs; the figures in the tests are worked out by hand from these seven rows.
CLUSTERS = """\
h,psu,w,sex,y
1,a,10,F,1
1,a,10,M,0
1,b,20,F,1
1,c,10,M,1
2,d,5,F,0
2,d,5,M,1
2,e,10,F,0
"""
CLUSTERED = Design(strata="h", psu="psu", weight="w")

SHARE = Indicator(name="share", kind="prop", y="y")
MEAN = Indicator(name="mean", kind="mean", y="y")
TOTAL = Indicator(name="total", kind="total", y="y")


def write(folder: Path, text: str, name: str = "survey.csv") -> Source:
    """Write a table as a CSV file."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return Source(path)


def one(
    source: Source,
    design: Design,
    indicator: Indicator,
    by: tuple[str, ...] = (),
    **codes: str,
) -> dict[Any, Any]:
    """The estimate of one cell."""
    found = estimate(source, design, [indicator], [by])
    for dim, code in codes.items():
        found = found[found[dim] == code]
    assert len(found) == 1
    return dict(found.iloc[0])


def gap(source: Source, design: Design, indicator: Indicator, contrast: Contrast) -> dict[Any, Any]:
    """The contrast in the whole survey."""
    found = compare(source, design, [indicator], contrasts=[contrast])
    assert len(found) == 1
    return dict(found.iloc[0])
