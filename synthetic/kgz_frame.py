"""Ten communities in four areas of Kyrgyzstan, as both assessments know them; none is real.

The report speaks of "ten local communities from four areas" (line 316) and names none.
"""

from dataclasses import dataclass

from synthetic.draw import Draw


@dataclass(frozen=True)
class Community:
    """One community: its number, the letter of its area, inhabitants, returnees on its list."""

    number: int
    area: str
    population: int
    returnees: int


def list_communities() -> list[Community]:
    """List the communities, the same at every call."""
    draw = Draw("kgz frame 2020")
    return [
        Community(number, area, draw.whole(4_200, 16_500), draw.whole(95, 310))
        for number, area in enumerate("AAABBBCCDD", start=1)
    ]
