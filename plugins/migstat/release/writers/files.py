"""What kinds of file leave, told by the end of their names."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from migstat.release.hashes import sha256

MEDIA_TYPES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xml": "application/vnd.sdmx.structure+xml;version=3.0",
    "parquet": "application/vnd.apache.parquet",
    "html": "text/html",
    "pdf": "application/pdf",
    "md": "text/markdown",
    "txt": "text/plain",
    "json": "application/json",
    "jsonld": "application/ld+json",
    "sav": "application/x-spss-sav",
    "dta": "application/x-stata-dta",
}
SDMX_CSV = "application/vnd.sdmx.data+csv;version=2.0.0"


@dataclass(frozen=True)
class Distribution:
    """A file that leaves: its name, size in bytes, SHA-256 and kind."""

    name: str
    size: int
    sha256: str

    @property
    def ending(self) -> str:
        """Of its name, without the point."""
        return self.name.rsplit(".", 1)[1]

    @property
    def media_type(self) -> str:
        """IANA media type."""
        return SDMX_CSV if self.name.endswith("_sdmx.csv") else MEDIA_TYPES[self.ending]


def distributions(folder: Path) -> Iterator[Distribution]:
    """Describe the files that lie in a folder, in the order of their names."""
    for file in sorted(folder.iterdir()):
        yield Distribution(file.name, file.stat().st_size, sha256(file))
