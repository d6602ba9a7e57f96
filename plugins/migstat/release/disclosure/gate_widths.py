"""How far the moves open each figure: to one from outside, and to each person who knows itself."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from migstat.release.disclosure.gate_rules import Secret
from migstat.release.disclosure.model import Codes, Finding, Leaf

Figure = tuple[str, str | int, Codes]  # table, quantity as in ``Secret.what``, codes of the cell


@dataclass
class Evidence:
    """What a move gives each figure, and the leaves whose owners don't believe in it."""

    gains: dict[Figure, int] = field(default_factory=dict)
    emptied: frozenset[Leaf] = frozenset()
    alone: bool = False


def find_widths(
    wanted: Sequence[Secret], evidence: Sequence[Evidence], with_insiders: bool
) -> tuple[dict[Secret, int], frozenset[Secret], list[Finding]]:
    """Find how far each figure is open, those that only the new vintage leaves open, the others.

    Args:
        wanted: What must not be known.
        evidence: The moves that nothing excludes.
        with_insiders: Whether those who are in a table, and know themselves, attack it.

    Returns:
        By how much each is open to one from outside; those open in the new vintage alone; a
        finding for each that is not open as far as it must be.
    """
    by_figure: dict[Figure, list[Evidence]] = {}
    for one in evidence:
        for figure in one.gains:
            by_figure.setdefault(figure, []).append(one)
    widths: dict[Secret, int] = {}
    alone, narrow = set(), []
    for secret in sorted(wanted, key=lambda s: (s.cell, str(s.what))):
        figure = (secret.cell.table, secret.what, secret.cell.codes)
        every = by_figure.get(figure, [])
        joint = [e for e in every if not e.alone]
        widths[secret] = _width(figure, joint, ())
        if not _is_open(figure, joint, secret.width, with_insiders):
            apart = [e for e in every if e.alone]
            if apart and _is_open(figure, every, secret.width, with_insiders):
                alone.add(secret)
            else:
                narrow.append(Finding("narrow", secret.cell, _narrow(secret, widths[secret])))
    return widths, frozenset(alone), narrow


def _width(figure: Figure, evidence: Iterable[Evidence], insiders: Iterable[Leaf]) -> int:
    gains = [0, *(e.gains[figure] for e in evidence if not e.emptied & set(insiders))]
    return max(gains) - min(gains)


def _is_open(figure: Figure, evidence: Sequence[Evidence], width: int, with_insiders: bool) -> bool:
    if _width(figure, evidence, ()) < width:
        return False
    if not with_insiders or not evidence:
        return True
    high = max(evidence, key=lambda e: e.gains[figure])
    low = min(evidence, key=lambda e: e.gains[figure])
    return all(_width(figure, evidence, (leaf,)) >= width for leaf in high.emptied | low.emptied)


def _narrow(secret: Secret, width: int) -> str:
    what = secret.what if isinstance(secret.what, str) else "amount"
    return f"its {what} would be known to within {width}; it must be open by {secret.width}"
