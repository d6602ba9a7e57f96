"""Members of the made-up households of Moldova: who they are and how the roster describes them."""

# ruff: noqa: PLR2004 - ages, shares and codes of a questionnaire are what this module is made of

from dataclasses import dataclass
from datetime import date

from synthetic.draw import Draw
from synthetic.files import Cell, Row
from synthetic.mda_dta import DONT_KNOW, NOT_ASKED, REFUSED

HEAD, SPOUSE, CHILD, PARENT, OTHER_RELATIVE = 1, 2, 3, 4, 5
SIZES = {1: 0.09, 2: 0.2, 3: 0.24, 4: 0.25, 5: 0.15, 6: 0.07}
ABROAD = {5: 0.22, 4: 0.15, 2: 0.14, 6: 0.13, 7: 0.1, 8: 0.1, 12: 0.05, 9: 0.03, 11: 0.04, 96: 0.04}
MOLDOVA = 1
SOVIET_BIRTH = {3: 0.5, 4: 0.42, 13: 0.08}
LATER_BIRTH = {2: 0.35, 3: 0.3, 4: 0.2, 5: 0.05, 9: 0.05, 96: 0.05}
LAST_SOVIET_YEAR = 1991
YES, NO = 1, 2
ADULT_QUESTIONS = (
    "trait_str",
    "tara_str",
    "luni_str",
    "lucru_str",
    "salariat",
    "data_rev",
    "mod_rev",
    "motiv",
    "sprijin",
    "furnizor",
    "investi",
    "intentie",
    "activ",
    "studiaza",
    "lucra2020",
    "pierdut",
    "cost_recr",
    "venit1",
    "cont",
)


@dataclass
class Member:
    """A member of a household; ``kind`` is the life the answers are made of."""

    relation: int
    sex: int
    age: int
    kind: str = "native"  # native, soviet, immigrant, returnee, unknown
    birth: int | str = MOLDOVA
    citizenship: int | str = 1
    is_absent: bool = False

    @property
    def is_head(self) -> bool:
        """Whether the interview is about this member's household."""
        return self.relation == HEAD

    @property
    def is_national(self) -> bool:
        """Whether the citizenship of Moldova is among the member's."""
        return self.citizenship in {1, 2}


def list_members(draw: Draw) -> list[Member]:
    """Draw everybody who belongs to a household, wherever they live."""
    size = draw.pick(SIZES)
    head = Member(HEAD, draw.pick({1: 0.55, 2: 0.45}), draw.whole(27, 76))
    members = [head]
    if size > 1 and draw.chance(0.72):
        members.append(Member(SPOUSE, 3 - head.sex, max(19, head.age + draw.whole(-6, 5))))
    while len(members) < size:
        sex = draw.pick({1: 0.5, 2: 0.5})
        if draw.chance(0.86):
            age = head.age - draw.whole(20, 38)
            members.append(Member(CHILD, sex, max(0, age)))
        elif head.age < 56:
            members.append(Member(PARENT, sex, head.age + draw.whole(21, 33)))
        else:
            members.append(Member(OTHER_RELATIVE, sex, draw.whole(3, 40)))
    for member in members:
        _give_a_life(draw, member)
    return members


def _give_a_life(draw: Draw, member: Member) -> None:
    born = 2021 - member.age
    kinds = {"native": 0.885, "returnee": 0.1 * (22 <= member.age < 62), "immigrant": 0.012}
    kinds |= {"soviet": 0.07 * (born < LAST_SOVIET_YEAR - 1), "unknown": 0.004}
    member.kind = draw.pick(kinds)
    own = {1: 0.72, 2: 0.27, 3: 0.01}
    match member.kind:
        case "soviet":
            member.birth = draw.pick(SOVIET_BIRTH)
            member.citizenship = draw.pick({1: 0.86, 2: 0.05, 4: 0.04, 5: 0.03, 7: 0.02})
        case "immigrant":
            member.birth = draw.pick(LATER_BIRTH)
            foreign = {2: 3, 3: 4, 4: 5}.get(int(member.birth), 6)
            member.citizenship = draw.pick({foreign: 0.6, 1: 0.4})
        case "unknown":
            member.birth, member.citizenship = DONT_KNOW, REFUSED
        case _:
            member.citizenship = draw.pick(own)


def absent_row(draw: Draw, member: Member) -> dict[str, Cell]:
    """Write what the others say of a member who lives abroad."""
    return {
        **_who(member),
        "loc_trai": 2,
        "tara_plec": draw.pick(ABROAD),
        "luni_plecat": draw.whole(12, 12 * min(15, member.age - 16)) if member.age > 18 else 12,
        "luni_aici": NOT_ASKED,
        **{name: None if name == "data_rev" else NOT_ASKED for name in ADULT_QUESTIONS},
    }


def present_row(draw: Draw, member: Member, day: date) -> dict[str, Cell]:
    """Write a resident's answers; what is not asked of a member is ``.c``."""
    row: dict[str, Cell] = {
        **_who(member),
        "loc_trai": 1,
        "tara_plec": NOT_ASKED,
        "luni_plecat": NOT_ASKED,
        "luni_aici": NOT_ASKED,
        **{name: None if name == "data_rev" else NOT_ASKED for name in ADULT_QUESTIONS},
        **_stay_abroad(draw, member, day),
    }
    if member.kind in {"soviet", "immigrant"}:
        longest = 12 * member.age
        shortest = min(
            longest, 12 * (day.year - LAST_SOVIET_YEAR) if member.kind == "soviet" else 3
        )
        row["luni_aici"] = draw.whole(shortest, longest)
        row["motiv"] = draw.pick({1: 0.3, 2: 0.55, 3: 0.08, 4: 0.04, 6: 0.03})
    if member.age >= 15:
        row |= _work(draw, member)
    return row


def _who(member: Member) -> Row:
    return {
        "sex": member.sex,
        "varsta": member.age,
        "relatie": member.relation,
        "tara_nast": member.birth,
        "cetatenie": member.citizenship,
    }


def _stay_abroad(draw: Draw, member: Member, day: date) -> Row:
    if member.kind != "returnee":
        return {"trait_str": NO, "luni_str": NOT_ASKED}
    back = draw.whole(1, 56) if draw.chance(0.86) else draw.whole(66, 130)
    back = min(back, 12 * (member.age - 20))
    year, month = divmod(day.year * 12 + day.month - 1 - back, 12)
    worked, covid = draw.chance(0.9), back <= 13
    is_employee = worked and draw.chance(0.8)
    helped = draw.pick({YES: 0.19, NO: 0.8, DONT_KNOW: 0.01})
    row: dict[str, Cell] = {
        "trait_str": YES,
        "tara_str": draw.pick(ABROAD),
        "luni_str": draw.whole(8, max(9, min(150, 12 * (member.age - 18) - back))),
        "lucru_str": YES if worked else NO,
        "salariat": (YES if is_employee else NO) if worked else NOT_ASKED,
        "data_rev": date(year, month + 1, draw.whole(1, 28)),
        "mod_rev": draw.pick({1: 0.5, 2: 0.04, 3: 0.05, 4: 0.9 if covid else 0.0}),
        "motiv": draw.pick({2: 0.6, 1: 0.2, 5: 0.8 if covid else 0.0, 6: 0.1}),
        "sprijin": helped,
        "furnizor": draw.pick({1: 0.14, 2: 0.3, 3: 0.2, 4: 0.16, 5: 0.15, 6: 0.05})
        if helped == YES
        else NOT_ASKED,
        "investi": draw.pick({1: 0.16, 2: 0.29, 3: 0.3, 4: 0.23, DONT_KNOW: 0.02}),
    }
    if is_employee:
        earned = 10 * draw.whole(55, 210)
        row["venit1"] = earned
        row["cost_recr"] = DONT_KNOW if draw.chance(0.04) else round(earned * draw.between(0, 2.4))
    return row


def _work(draw: Draw, member: Member) -> dict[str, Cell]:
    studies = member.age < 24 and draw.chance(0.75 if member.age < 19 else 0.35)
    works = 0.05 if studies else 0.62 if member.age < 62 else 0.12
    activity = draw.pick(
        {
            1: works,
            2: 0.055 * (member.age < 62) * (2 if member.kind == "returnee" else 1),
            3: 3.0 if studies else 0.0,
            4: 0.85 if member.age >= 62 else 0.01,
            5: 0.17,
            6: 0.02,
            REFUSED: 0.004,
        }
    )
    before = draw.pick({YES: 0.68 if 20 <= member.age < 64 else 0.1, NO: 0.3})
    lost = 0.24 if member.kind == "returnee" else 0.11
    return {
        "activ": activity,
        "studiaza": YES if studies or activity == 3 else NO,
        "lucra2020": before,
        "pierdut": (YES if draw.chance(lost) else NO) if before == YES else NOT_ASKED,
        "intentie": draw.pick(
            {1: 0.05, 2: 0.09 if member.age < 55 else 0.02, 3: 0.12, 4: 0.72, DONT_KNOW: 0.02}
        ),
        "cont": draw.pick({YES: 0.64 if member.age < 65 else 0.4, NO: 0.36, REFUSED: 0.01}),
    }
