"""Further questions of the made-up interviews in Lima: work, money, discrimination, trust."""

from synthetic.draw import Draw
from synthetic.files import Cell, Row

YES, NO, NOT_ASKED, DONT_KNOW, REFUSED = 1, 2, 97, 98, 99
WORKS = 1
ATTITUDES, AGAINST = 6, (2, 5)  # items; those that speak against people from abroad
TRUST = {"CONF_1": -0.45, "CONF_2": 0.5, "CONF_3": 0.7, "CONF_4": 0.35}  # the first: municipality


def answer_modules(draw: Draw, row: Row, is_migrant: bool, discriminated: float) -> dict[str, Cell]:
    """Answer the modules for one interview.

    Args:
        draw: The stream.
        row: The answers so far.
        is_migrant: Whether the person was born abroad.
        discriminated: Share of migrants who felt discriminated against as such.
    """
    works = row["ACTIV"] == WORKS
    informal = 0.83 if is_migrant else 0.62
    return {
        "FORMAL": _yes(draw, 1 - informal) if works else NOT_ASKED,
        "CUENTA": _yes(draw, 0.24 if is_migrant else 0.47),
        **_discrimination(draw, discriminated if is_migrant else 0.03),
        **_trust(draw),
        "PLANES": _yes(draw, 0.17 if is_migrant else 0.08),
        **_attitudes(draw, 0.75 if is_migrant else -0.1),
    }


def _discrimination(draw: Draw, as_migrant: float) -> dict[str, Cell]:
    grounds = {"DISC_1": as_migrant, "DISC_2": 0.07, "DISC_3": 0.05}
    return {name: _yes(draw, share) for name, share in grounds.items()}


def _trust(draw: Draw) -> dict[str, Cell]:
    leaning = draw.normal(0.7)
    return {
        name: DONT_KNOW
        if draw.chance(0.03)
        else min(4, max(1, round(2.4 + lift + leaning + draw.normal(0.6))))
        for name, lift in TRUST.items()
    }


def _attitudes(draw: Draw, lift: float) -> dict[str, Cell]:
    """Answer items from 1 (disagrees) to 5 (agrees); a few people leave most of them open."""
    leaning, silent = lift + draw.normal(0.8), draw.chance(0.012)
    answers: dict[str, Cell] = {}
    for n in range(1, ATTITUDES + 1):
        place = min(5, max(1, round(3 + leaning + draw.normal(0.8))))
        is_open = draw.chance(0.7 if silent else 0.02)
        answers[f"ACT_{n}"] = REFUSED if is_open else 6 - place if n in AGAINST else place
    return answers


def _yes(draw: Draw, share: float) -> int:
    return draw.pick({YES: share, NO: 1 - share, DONT_KNOW: 0.006, REFUSED: 0.006})
