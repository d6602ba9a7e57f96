"""The catalogue's indicators and components each have a claim, on every unit they are made of."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from migstat.declarations import load_catalogue

FOLDER = Path(__file__).resolve().parents[2] / "dbt_project" / "claims"
INDICATORS = load_catalogue().indicators
CLAIMS = [
    claim
    for file in FOLDER.glob("*_indicators*.yml")
    for claim in yaml.load(file.read_text(encoding="utf-8"), yaml.CSafeLoader)["unit_tests"]
]


def expected(code: str, column: str, model: str | None = None) -> list[Any]:
    """What the claims that begin with an indicator's code expect in a column."""
    named = [c for c in CLAIMS if c["name"].startswith(f"{code.lower()}_")]
    rows = [row for c in named if model in {None, c["model"]} for row in c["expect"]["rows"]]
    return [row[column] for row in rows if column in row]


def columns() -> Iterator[tuple[str, str, str]]:
    """Unit, indicator and name of the columns of each indicator, component and variant."""
    for code, indicator in INDICATORS.items():
        for unit in indicator.units:
            parts = [k for k, p in indicator.components.items() if unit in (p.units or [unit])]
            for key in ("", *parts, *indicator.variants):
                yield unit.value, code, f"{code}_{key}".strip("_").lower()


@pytest.mark.parametrize(("unit", "code", "name"), list(columns()))
def test_a_claim_that_names_the_indicator_says_who_counts_and_who_does_not(
    unit: str, code: str, name: str
):
    values = expected(code, f"{name}__y", f"int_{unit}s__indicators")
    assert None in values  # outside the universe
    is_total = INDICATORS[code].kind == "distribution"  # in which everybody counts
    assert len({value for value in values if value is not None}) > (0 if is_total else 1)


@pytest.mark.parametrize("code", [c for c, i in INDICATORS.items() if i.kind != "distribution"])
def test_a_claim_counts_the_answers_that_are_missing(code: str):
    assert {0, 1} <= set(expected(code, f"{code.lower()}__dk"))
