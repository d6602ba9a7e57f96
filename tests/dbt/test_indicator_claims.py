"""The catalogue's indicators and components each have a claim, on every unit they are made of."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from migstat.declarations import TableName, load_catalogue
from migstat.declarations.catalogue import Component, Indicator

UNIT_TABLE = {
    "person": TableName.PERSONS,
    "household": TableName.HOUSEHOLDS,
    "institution": TableName.INSTITUTIONS,
}
MAY_LACK = {"sv01": {"has_contributory_scheme"}}  # counts where it was asked
BESIDE = {"dm03": {"is_proxy"}}  # only a roster that asks it lists the absent
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


def looked_at(code: str, unit: str, part: Indicator | Component) -> set[str]:
    """Variables of a unit that an indicator or component looks at, in its terms too."""
    indicator = INDICATORS[code]
    texts = [part.where or indicator.where, part.y, part.x]
    words = {word for text in texts for word in re.findall(r"\w+", text or "")}
    for name, term in reversed(indicator.terms.items()):
        if name in words:
            words |= set(re.findall(r"\w+", term))
    return words & set(load_catalogue().variables[UNIT_TABLE[unit]])


@pytest.mark.parametrize(("unit", "code", "name"), list(columns()))
def test_an_indicator_needs_every_variable_that_it_looks_at(unit: str, code: str, name: str):
    indicator = INDICATORS[code]
    parts = {f"{code}_{key}".lower(): part for key, part in indicator.components.items()}
    part: Indicator | Component = parts.get(name, indicator)
    if indicator.kind != "distribution":
        source = part if part.needs else indicator
        needed = {*source.needs, *source.instead}
        assert needed == looked_at(code, unit, part) - MAY_LACK.get(name, set()) | BESIDE.get(
            name, set()
        )
