"""What a staging model may say of a scale that several items make up."""

from collections.abc import Iterator
from typing import Any

from pydantic import Field

from migstat.declarations.catalogue import Variable
from migstat.declarations.model import Declaration
from migstat.declarations.nearest import proposal
from migstat.declarations.yaml_file import Location


class Items(Declaration):
    """Items answered on one scale: their mean, rescaled to 0 to 100.

    ``codes`` give each answer its place on the scale, where answers are not the numbers
    themselves; the items under ``reversed`` count from the other end. Fewer than two thirds of
    the items answered make no score.
    """

    from_: tuple[str, ...] = Field(alias="from", min_length=1)
    scale: tuple[float, float]
    codes: dict[Any, Any] | None = None
    reversed: tuple[str, ...] = ()


def check_items(
    items: Items, name: str, variable: Variable | None
) -> Iterator[tuple[Location, str]]:
    """Find what can't be meant, apart from the raw columns and how answers are spelt.

    Args:
        items: The mapping.
        name: The harmonised variable.
        variable: Its declaration; None where it is not known.
    """
    low, high = items.scale
    if low >= high:
        yield ("scale",), f"the scale begins at {low:g} and ends at {high:g}; name the lower first"
    if variable is not None and variable.type != "double":
        yield (), f"items make a score from 0 to 100, and {name} is of type {variable.type}"
    for i, column in enumerate(items.from_):
        if column in items.from_[:i]:
            yield ("from", i), f"item {column!r} stands twice; keep one"
    for i, column in enumerate(items.reversed):
        if column not in items.from_:
            yield ("reversed", i), f"{column!r} is none of the items{proposal(column, items.from_)}"
    yield from _codes(items)


def _codes(items: Items) -> Iterator[tuple[Location, str]]:
    low, high = items.scale
    if items.codes is not None and not items.codes:
        yield ("codes",), "codes is empty; name an answer, or leave codes out"
    for answer, code in (items.codes or {}).items():
        if isinstance(code, bool) or not isinstance(code, int | float):
            yield ("codes", answer), f"code {code!r} is no number"
        elif not low <= code <= high:
            yield ("codes", answer), f"code {code:g} lies outside the scale {low:g} to {high:g}"
