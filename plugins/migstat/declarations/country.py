"""What ``include/countries/<iso3>.yml`` declares: names, areas, disclosure, release."""

from pydantic import Field

from migstat.declarations.model import Declaration
from migstat.declarations.release import Release
from migstat.declarations.survey import Iso3, SurveyCode


class Area(Declaration):
    """An area that tables are published for.

    ``lat`` and ``lon`` (degrees, WGS 84) place its centre, for coarsening positions. An
    illustrative area is one the report does not name.
    """

    code: str
    name: str
    level: int = Field(ge=1, le=4)
    illustrative: bool = False
    lat: float | None = Field(default=None, ge=-90, le=90)
    lon: float | None = Field(default=None, ge=-180, le=180)


class Disclosure(Declaration):
    """The country's profile, and thresholds of its own that are stricter than the profile's.

    Figures below ``min_contributors`` are marked confidential. Of the surveys under ``microdata``
    the records may be released, of those under ``cell_keys``, which are censuses, the counts are
    changed at random instead of withheld: both as the profile says.
    """

    profile: str = "standard"
    min_contributors: int = Field(default=10, ge=3)
    min_numerator: int | None = Field(default=None, ge=1)
    dominance: float | None = Field(default=None, gt=0, le=100)
    p_ratio: float | None = Field(default=None, gt=0, le=100)
    round_counts_to: int | None = Field(default=None, ge=1)
    microdata: tuple[SurveyCode, ...] = ()
    cell_keys: tuple[SurveyCode, ...] = ()


class Country(Declaration):
    """One country of the programme; without ``release`` nothing of it is released."""

    iso3: Iso3
    name: str
    m49: str = Field(pattern=r"^[0-9]{3}$")
    names: dict[str, str] = Field(default_factory=dict)
    areas: tuple[Area, ...] = ()
    disclosure: Disclosure = Disclosure()
    release: Release | None = None
