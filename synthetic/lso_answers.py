"""How the made-up traders of Lesotho answer on their livelihood and on violence at crossings."""

from synthetic.draw import Draw
from synthetic.files import Cell, Row

YES, NO, DONT_KNOW, REFUSED = 1, 0, -88, -99
GOODS = {"clothing": 0.34, "food": 0.31, "household": 0.14, "cosmetics": 0.12, "livestock": 0.09}
# act: share of those who suffered any, women and men
ACTS = {
    "pr_insult": (0.72, 0.7),
    "pr_bribe": (0.55, 0.66),
    "pr_assault": (0.17, 0.14),
    "pr_sexual": (0.29, 0.02),
}


def answer_livelihood(draw: Draw, sex: str) -> Row:
    """Answer on trade, income, services, money and training."""
    is_registered = draw.chance(0.07 if sex == "female" else 0.13)
    before, now = draw.whole(3, 14), draw.whole(0, 7)
    return {
        "goods": draw.pick(GOODS),
        "registered": _answer(draw, is_registered),
        "keeps_books": _answer(draw, is_registered or draw.chance(0.1)),
        "crossed_12m": YES if draw.chance(0.95) else NO,
        "crossings_before": before,
        "crossings_now": _crossings_now(draw, before, now),
        "lost_goods": _answer(draw, draw.chance(0.63)),
        "stimulus": _answer(draw, draw.chance(0.3 if is_registered else 0.03)),
        "works_now": draw.pick({"own_account": 0.8, "employer": 0.04, "none_seeking": 0.16}),
        **_income(draw, sex),
        **_services(draw),
        "trained": _answer(draw, draw.chance(0.12)),
        "other_comment": None,
    }


def _crossings_now(draw: Draw, before: int, now: int) -> int:
    if draw.chance(0.015):
        return DONT_KNOW
    return min(before, now) if draw.chance(0.84) else before + draw.whole(0, 2)


def _income(draw: Draw, sex: str) -> Row:
    had = draw.pick({YES: 0.96, NO: 0.03, REFUSED: 0.01})
    falls = {"much_lower": 0.55 if sex == "female" else 0.38, "lower": 0.27, "same": 0.1}
    falls |= {"higher": 0.03, "dk": 0.02}
    return {
        "income_before": had,
        "income_change": draw.pick(falls) if had == YES else None,
        "remit": draw.pick({YES: 0.31, NO: 0.67, DONT_KNOW: 0.02}),
    }


def _services(draw: Draw) -> Row:
    needed = draw.pick({YES: 0.38, NO: 0.61, DONT_KNOW: 0.01})
    return {
        "care_needed": needed,
        "care_got": draw.pick({YES: 0.6, NO: 0.4}) if needed == YES else None,
        "acc_bank": _answer(draw, draw.chance(0.24)),
        "acc_momo": _answer(draw, draw.chance(0.58)),
    }


def answer_violence(draw: Draw, sex: str, *, suffered: bool) -> dict[str, Cell]:
    """Answer the private module; where no act is reported nobody is asked where and by whom."""
    place = 0 if sex == "female" else 1
    acts: dict[str, Cell] = {
        act: YES if suffered and draw.chance(shares[place]) else NO for act, shares in ACTS.items()
    }
    if not suffered:
        return acts
    if YES not in acts.values():
        acts["pr_insult"] = YES
    return {
        **acts,
        "pr_post": f"P{draw.whole(1, 3)}{draw.whole(1, 3)}",
        "pr_by": draw.pick({"official": 0.5, "stranger": 0.3, "trader": 0.2}),
        "pr_story": "Made-up account" if draw.chance(0.2) else None,
    }


def _answer(draw: Draw, is_so: bool) -> int:
    return draw.pick({YES if is_so else NO: 0.99, DONT_KNOW: 0.01})
