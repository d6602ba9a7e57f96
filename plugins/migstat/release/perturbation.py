"""Where cell keys meet a release: which waves are protected by them, and with what they tell.

A wave keeps the way in which it first left. What is out as it is, is known: a changed count beside
it would only tell of what was withheld then. And a count that is changed twice, by two p-tables or
after it was told as it is, lies nearer than either of them says.
"""

from collections.abc import Sequence

from migstat.declarations.cell_keys import CellKeys
from migstat.release.disclosure.cell_keys import (
    LeafKeys,
    Perturbed,
    Told,
    is_beyond_doubt,
    is_sensitive,
    perturb_system,
)
from migstat.release.disclosure.model import Cell, TableSystem
from migstat.release.disclosure.primary import rule_of
from migstat.release.disclosure.profiles import keys_for
from migstat.release.disclosure.systems import DIMENSIONS
from migstat.release.errors import ReleaseError
from migstat.release.inputs import Inputs

CENSUS = "CENSUS"


def keys_of(name: str, inputs: Inputs, earlier: Sequence[Inputs]) -> CellKeys | None:
    """Say by which cell keys a wave is protected; None where by withholding.

    Args:
        name: ``survey/wave/unit``.
        inputs: What the vintage is made from.
        earlier: What those are made from that told of the wave, oldest first.

    Raises:
        ReleaseError: The wave left changed by other cell keys than those that are declared now.
    """
    asked = _declared(name, inputs)
    first = _declared(name, earlier[0]) if earlier else asked
    if first is not None and first != asked:
        survey, wave, _ = name.split("/")
        now = f"cell keys {_told(asked)}" if asked else "no cell keys"
        raise ReleaseError(
            f"{survey} {wave} is out, changed by cell keys {_told(first)}, and is declared with "
            f"{now}: told in two ways, its counts would lie open. Declare it as it was"
        )
    return first


def perturb_wave(
    name: str, plan: TableSystem, inputs: Inputs, keys: CellKeys
) -> tuple[Perturbed, frozenset[Cell]]:
    """Change the counts of a wave, and say which figures may be told.

    Those of means, totals and ratios are not, nor shares of so few records that they say nothing;
    those of sensitive indicators and codes only where what is told leaves no doubt that they keep
    to their rule. All of it is judged by what is told.

    Args:
        name: ``survey/wave/unit``.
        plan: Its tables, with the cells that are told.
        inputs: What the vintage is made from.
        keys: How counts are changed.

    Raises:
        ReleaseError: The wave is no census, or the marts have no keys of its records.
    """
    _refuse_sample(name, inputs)
    perturbed = perturb_system(plan, _leaf_keys(name, inputs), keys)
    sensitive = inputs.declared.disclosure.sensitive.indicators

    def may_be_told(cell: Cell, told: Told) -> bool:
        kind, rule = plan.tables[cell.table].kind, rule_of(plan, cell)
        return not perturbed.is_too_rough(told) and (
            not is_sensitive(plan, cell, sensitive)
            or is_beyond_doubt(kind, rule, told, keys.deviation)
        )

    shown = (cell for cell, told in perturbed.told.items() if may_be_told(cell, told))
    return perturbed, frozenset(shown)


def _declared(name: str, inputs: Inputs) -> CellKeys | None:
    survey, _, _ = name.partition("/")
    return keys_for(survey, inputs.declared.disclosure, inputs.country)


def _told(keys: CellKeys) -> str:
    return f"(deviation {keys.deviation}, variance {keys.variance:g}, small {keys.small})"


def _refuse_sample(name: str, inputs: Inputs) -> None:
    """A figure with a sampling error, or of weighted records, is no count of a census."""
    survey, wave, _ = name.split("/")
    figures = inputs.tables["estimates"]
    own = figures[(figures["survey_code"] == survey) & (figures["wave"] == wave)]
    own = own[own["n_obs"] > 0]
    drawn = own[(own["variance_method"] != CENSUS) | (own["population"] != own["n_obs"])]
    if len(drawn):
        raise ReleaseError(
            f"{survey} {wave} is no census: {len(drawn)} of its {len(own)} figures rest on records "
            "that stand for others. Take the survey out of disclosure.cell_keys"
        )


def _leaf_keys(name: str, inputs: Inputs) -> LeafKeys:
    survey, wave, unit = name.split("/")
    rows = inputs.tables["contributors"]
    is_own = (
        (rows["survey_code"] == survey) & (rows["wave"] == wave) & (rows["unit"] == unit)
        & (rows["n_obs"] > 0)
    )  # fmt: skip
    if "n_key" not in rows or rows.loc[is_own, "n_key"].isna().any():
        raise ReleaseError(
            f"{survey} {wave}: the marts have no cell keys of its records; `migstat build` makes "
            "them"
        )
    own = rows[is_own].fillna({"yes_key": 0})
    names = ["indicator_code", "breakdown", *DIMENSIONS, "n_key", "yes_key"]
    return {
        (f"{indicator}/{part}", tuple(leaf)): (int(n_key), int(yes_key))
        for indicator, part, *leaf, n_key, yes_key in own[names].itertuples(index=False, name=None)
    }
