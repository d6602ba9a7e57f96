"""Why a release does not leave, in words for the office."""

from collections.abc import Mapping
from datetime import datetime

from migstat.ledger import Rejection, Release


class ReleaseError(Exception):
    """A release was refused; the text says why and what to do."""


class NothingDueError(ReleaseError):
    """No wave of the country may leave yet, none has figures, or all is out.

    Attributes:
        until: When the calendar lets more leave; None where no announced date does.
    """

    def __init__(self, text: str, until: datetime | None = None) -> None:
        """Say why, and until when."""
        super().__init__(text)
        self.until = until


class EmbargoError(NothingDueError):
    """The embargo of what was to leave has not ended."""


class CalendarError(ReleaseError):
    """The calendar announces no date for what was to leave."""


class SigningKeyError(ReleaseError):
    """The signing key is missing or not usable."""


class TamperedError(ReleaseError):
    """A vintage on disk is not what was made."""


class ApprovalError(ReleaseError):
    """Somebody who must sign a vintage has not."""


class RejectedError(ApprovalError):
    """Somebody who must sign a vintage rejected it: it never leaves."""

    def __init__(self, rejected: Release, rejection: Rejection) -> None:
        """Name who rejected it, when, why, and what to do."""
        super().__init__(
            f"{rejected.label} was {rejection.told}. It never leaves; what mends it is a new "
            f"vintage: `migstat release build {rejected.country_code} --correction WHY`, or "
            "corrected data"
        )


class UnsafeError(ReleaseError):
    """Disclosure control lets no table of some survey waves leave.

    Attributes:
        waves: Survey and wave of each.
    """

    def __init__(self, reasons: Mapping[str, str]) -> None:
        """Say why, by ``survey/wave/unit``."""
        super().__init__("; ".join(reasons.values()))
        parts = (name.split("/") for name in reasons)
        self.waves = frozenset((survey, wave) for survey, wave, _ in parts)


class MicrodataError(ReleaseError):
    """Records may not be released, or can't be protected."""


class FontError(ReleaseError):
    """A text has letters that no shipped font has."""
