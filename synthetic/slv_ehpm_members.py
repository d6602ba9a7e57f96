"""Members of the made-up households of the EHPM: who they are and how they answer."""

# ruff: noqa: PLR2004 - ages, shares and codes of a questionnaire are what this module is made of

from collections.abc import Sequence
from dataclasses import dataclass

from synthetic.draw import Draw, top_share
from synthetic.files import Cell

SIZES = {1: 0.12, 2: 0.19, 3: 0.23, 4: 0.22, 5: 0.13, 6: 0.07, 7: 0.04}
HEAD, SPOUSE, CHILD, RELATIVE, EMPLOYEE = 1, 2, 3, 6, 8
MAN, WOMAN = 1, 2
YES, NO, NO_ANSWER = 1, 2, 9
TOP_AGE = 98  # the questionnaire writes 98 for 98 and over
HERE, ELSEWHERE, ABROAD, UNBORN = 1, 2, 3, 4  # where one lived five years ago
BORN_HERE = 1


@dataclass
class Member:
    """A member of a household; ``reads`` is set when all are known."""

    relation: int
    sex: int
    age: int
    birth: int = BORN_HERE
    five_years_ago: int = HERE
    reads: int | None = None

    @property
    def is_immigrant(self) -> bool:
        """Born in another country, as far as is known."""
        return self.birth not in (BORN_HERE, NO_ANSWER)


def list_members(draw: Draw, *, is_border: bool) -> list[Member]:
    """Draw the residents of a household; at the border more of them come from abroad."""
    members = _residents(draw, draw.pick(SIZES))
    origins = {2: 0.7, 3: 0.3} if is_border else {2: 0.35, 3: 0.15, 4: 0.3, 5: 0.15, 8: 0.05}
    for member in members:
        if draw.chance(0.032 if is_border else 0.012):
            member.birth = draw.pick(origins)
        elif draw.chance(0.003):
            member.birth = NO_ANSWER
        member.five_years_ago = _five_years_ago(draw, member)
    return members


def _residents(draw: Draw, size: int) -> list[Member]:
    head = Member(HEAD, draw.pick({MAN: 0.63, WOMAN: 0.37}), draw.whole(22, 84))
    members = [head]
    if size > 1 and draw.chance(0.7):
        other = WOMAN if head.sex == MAN else MAN
        members.append(Member(SPOUSE, other, max(18, head.age + draw.whole(-8, 6))))
    while len(members) < size:
        sex = draw.pick({MAN: 0.48, WOMAN: 0.52})
        if draw.chance(0.77):
            members.append(Member(CHILD, sex, draw.whole(0, max(0, min(36, head.age - 17)))))
        else:
            members.append(Member(RELATIVE, sex, min(TOP_AGE, draw.whole(0, 104))))
    if draw.chance(0.01):
        members.append(Member(EMPLOYEE, WOMAN, draw.whole(18, 55)))
    return members


def _five_years_ago(draw: Draw, member: Member) -> int:
    if member.age < 5:
        return UNBORN
    abroad = 0.22 if member.birth != BORN_HERE else 0.009
    return draw.pick({HERE: 0.95 - abroad, ELSEWHERE: 0.046, ABROAD: abroad, NO_ANSWER: 0.004})


def mark_illiterate(
    draw: Draw, households: Sequence[tuple[float, int, list[Member]]], share: float
) -> None:
    """Mark members of 10 and over who can't read and write, to the weighted share wanted.

    Immigrants and their households carry the burden that they carry in La Unión
    (``slv_members.mark_illiterate``): both surveys speak of the same people.
    """
    asked: list[Member] = []
    weights: list[float] = []
    scores: list[float] = []
    for weight, area, members in households:
        is_immigrant = any(member.is_immigrant for member in members)
        for member in members:
            if member.age < 10:
                continue
            member.reads = NO_ANSWER
            if draw.chance(0.002):
                continue
            asked.append(member)
            weights.append(weight)
            burden = 0.035 * member.age + 0.6 * (area == 2) + 0.7 * is_immigrant
            scores.append(burden + 0.8 * member.is_immigrant + draw.normal(1.1))
    for member, cannot in zip(asked, top_share(scores, weights, share), strict=True):
        member.reads = NO if cannot else YES


def member_row(draw: Draw, member: Member) -> dict[str, Cell]:
    """Write a member's answers; what is not asked of the member is system-missing."""
    needed = draw.pick({YES: 0.27, NO: 0.725, NO_ANSWER: 0.005})
    obtained = draw.pick({YES: 0.78, NO: 0.215, NO_ANSWER: 0.005})
    activity = {1: 0.57, 2: 0.04, 3: 0.388, NO_ANSWER: 0.002}
    if member.age >= 65:
        activity = {1: 0.3, 2: 0.005, 3: 0.695}
    return {
        "R103": member.relation,
        "R104": member.sex,
        "R106": member.age,
        "R108": member.birth,
        "R110": member.five_years_ago,
        "R202": member.reads,
        "ACTPR": draw.pick(activity) if member.age >= 15 else None,
        "SEGURO": draw.pick({YES: 0.27, NO: 0.73}),
        "PROGSOC": draw.pick({YES: 0.19, NO: 0.8, NO_ANSWER: 0.01}),
        "R601": needed,
        "R605": obtained if needed == YES else None,
    }
