"""Whether the areas of a country can be told apart and placed, and its calendar be kept."""

from collections.abc import Iterator

from migstat.declarations.catalogue_check import Finding
from migstat.declarations.country import Country
from migstat.declarations.release_check import check_release


def check_country(country: Country) -> list[Finding]:
    """Find area codes that stand twice, levels without their parents, half positions, bad dates."""
    of_release = check_release(country.release) if country.release else []
    return [*_codes(country), *_levels(country), *_positions(country), *of_release]


def _codes(country: Country) -> Iterator[Finding]:
    seen: set[str] = set()
    for i, area in enumerate(country.areas):
        if area.code in seen:
            yield Finding(("areas", i), f"area {area.code!r} stands twice; codes tell areas apart")
        seen.add(area.code)


def _levels(country: Country) -> Iterator[Finding]:
    """Areas that lie in none of the level above by their code, where that level is declared."""
    for i, area in enumerate(country.areas):
        parents = [a.code for a in country.areas if a.level == area.level - 1]
        if parents and not any(area.code.startswith(code) for code in parents):
            message = (
                f"area {area.code!r} of level {area.level} lies in no area of level "
                f"{area.level - 1}: no code there begins its own"
            )
            yield Finding(("areas", i), message)


def _positions(country: Country) -> Iterator[Finding]:
    for i, area in enumerate(country.areas):
        if (area.lat is None) != (area.lon is None):
            message = f"area {area.code!r} has only one of lat and lon; a centre needs both"
            yield Finding(("areas", i), message)
