"""Households of one made-up upazila that both Bangladeshi tools visit, with one beneficiary number.

Digital Beneficiary Targeting (DBT) ranks all of them by vulnerability and exposure; the
Displacement Tracking Matrix (DTM) goes to those of medium to high risk (report, line 128). Unions
and villages are placeholders: the report names none below Chilmari.
"""

from dataclasses import dataclass

from synthetic.draw import Draw

UNIONS = {"A": 1.45, "B": 1.2, "C": 1.0, "D": 0.95, "E": 0.8, "F": 0.7}  # relative size
VILLAGES, INTERVIEWS = 8, (11, 14)  # per union, per village
HIGH_RISK, MEDIUM_RISK = 60.0, 42.0  # cut-offs of the score


@dataclass(frozen=True)
class Member:
    """One person of the household: ``M`` or ``F``, completed years, relation to the head."""

    sex: str
    age: int
    relation: str


@dataclass(frozen=True)
class Household:
    """One household as any tool would find it.

    Attributes:
        beneficiary: Number that both tools write down.
        union: Letter of its union.
        village: Number of its village in the union; the village is the cluster.
        weight: Households it stands for.
        exposure: ``low``, ``medium`` or ``high``.
        score: Socio-economic vulnerability, 0 to 100.
        members: Who lives there, the head first.
    """

    beneficiary: str
    union: str
    village: int
    weight: float
    exposure: str
    score: float
    members: tuple[Member, ...]

    @property
    def is_at_risk(self) -> bool:
        """Whether the household is of medium to high risk, the universe of the DTM."""
        return self.exposure == "high" or self.score >= MEDIUM_RISK


def list_households() -> list[Household]:
    """List the households, the same at every call."""
    draw = Draw("bgd frame 2020")
    return [
        _household(draw, union, village, order, size=size * between, effect=effect)
        for union, size in UNIONS.items()
        for village in range(1, VILLAGES + 1)
        for between, effect in [(draw.between(0.85, 1.15), draw.normal(0.5))]
        for order in range(1, draw.whole(*INTERVIEWS) + 1)
    ]


def _household(
    draw: Draw, union: str, village: int, order: int, *, size: float, effect: float
) -> Household:
    score = min(96.0, max(12.0, 52 + 14 * (draw.normal() + effect)))
    exposure = draw.pick({"low": 0.12, "medium": 0.45, "high": 0.43 + 0.2 * max(effect, -1)})
    return Household(
        beneficiary=f"CHL-{union}{village}-{order:03}",
        union=union,
        village=village,
        weight=round(38 * size * draw.between(0.95, 1.05), 4),
        exposure=exposure,
        score=round(score, 1),
        members=_members(draw),
    )


def _members(draw: Draw) -> tuple[Member, ...]:
    woman_heads = draw.chance(0.17)
    head = Member("F" if woman_heads else "M", draw.whole(24, 68), "head")
    members = [head]
    if not woman_heads:
        members.append(Member("F", max(17, head.age - draw.whole(1, 9)), "spouse"))
    for _ in range(draw.whole(0, 4)):
        age = max(0, head.age - draw.whole(19, 38))
        members.append(Member(draw.pick({"M": 0.52, "F": 0.48}), age, "child"))
    if draw.chance(0.22):
        members.append(
            Member(
                draw.pick({"M": 0.3, "F": 0.7}), min(92, head.age + draw.whole(18, 27)), "parent"
            )
        )
    if draw.chance(0.16):
        members.append(Member(draw.pick({"M": 0.45, "F": 0.55}), draw.whole(4, 45), "other"))
    return tuple(members)
