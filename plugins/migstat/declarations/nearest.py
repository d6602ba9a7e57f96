"""Proposing the known name nearest to an unknown one: the machine proposes, people apply."""

from collections.abc import Iterable

from rapidfuzz import fuzz, process

LIKE = 65.0  # percent of similarity; below, a proposal would mislead
SHOWN = 12


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Find the known name most like another, whatever its case; None where none is like it."""
    match = process.extractOne(
        name, sorted(known), scorer=fuzz.ratio, processor=str.casefold, score_cutoff=LIKE
    )
    return match[0] if match else None


def proposal(name: str, known: Iterable[str]) -> str:
    """Write what follows the mention of an unknown name: the nearest one, else those there are."""
    names = [str(one) for one in known]
    found = nearest(name, names)
    if found is not None:
        return f"; nearest: {found!r}"
    if not names:
        return "; there is none"
    more = ", …" if len(names) > SHOWN else ""
    return f"; there are {', '.join(names[:SHOWN])}{more}"
