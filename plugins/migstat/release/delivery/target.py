"""What every kind of target has in common."""

from typing import Protocol

from migstat.release.delivery.parcel import Parcel
from migstat.release.errors import ReleaseError

CHUNK = 1 << 20  # bytes read or sent at a time


class TargetError(ReleaseError):
    """A target did not take an extract; the text says why and what to do, and holds no secret."""


class Target(Protocol):
    """Where the extracts of a recipient go, opened."""

    def send(self, parcel: Parcel) -> int:
        """Bring a parcel to the far end, whole; what lies there right is not sent again.

        Returns:
            Bytes sent; 0 where all of it lay there.

        Raises:
            TargetError: The far end has something else in its place, or what arrived differs.
        """


def refuse_others(place: str, findings: list[str]) -> None:
    """Refuse to touch what somebody else put where an extract belongs.

    Raises:
        TargetError: There are findings.
    """
    if findings:
        raise TargetError(
            f"{place} holds something else than this extract: {'; '.join(findings)}. It was not "
            "touched; ask the recipient to move it away, then deliver again"
        )
