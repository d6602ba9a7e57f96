"""A parcel: one extract as it is sent, with what each of its files must be at the far end."""

from dataclasses import dataclass
from pathlib import Path

from migstat.ledger import Sending
from migstat.release.checksums import SIGNATURE, SUMS
from migstat.release.hashes import hash_files
from migstat.release.stamp import Stamp


@dataclass(frozen=True)
class Parcel:
    """An extract that is out.

    Attributes:
        stamp: Of its vintage.
        folder: Where its files lie.
        files: SHA-256 by path in the folder, in the order they are sent: the signature last.
    """

    stamp: Stamp
    folder: Path
    files: dict[str, str]

    @property
    def home(self) -> str:
        """``slv``: the folder of the country at the far end."""
        return self.stamp.country.lower()

    @property
    def sums_sha256(self) -> str:
        """SHA-256 of its ``SHA256SUMS``, which stands for all of it."""
        return self.files[SUMS]

    def size(self, name: str) -> int:
        """Bytes of a file."""
        return (self.folder / name).stat().st_size

    @property
    def n_bytes(self) -> int:
        """Bytes of all files."""
        return sum(map(self.size, self.files))

    def sending(self, recipient: str, connection: str) -> Sending:
        """Say to the ledger what is sent to whom."""
        return Sending(
            country_code=self.stamp.country,
            vintage=self.stamp.number,
            recipient=recipient,
            connection=connection,
            sums_sha256=self.sums_sha256,
            n_files=len(self.files),
            n_bytes=self.n_bytes,
        )


def pack(folder: Path, stamp: Stamp) -> Parcel:
    """Make a parcel of the folder of an extract."""
    files = hash_files(folder)
    ordered = sorted(files, key=lambda name: (name == SIGNATURE, name))
    return Parcel(stamp, folder, {name: files[name] for name in ordered})
