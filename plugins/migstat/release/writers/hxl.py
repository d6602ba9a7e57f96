"""HXL: the cells as CSV with a row of tags under the header (hxlstandard.org)."""

from pathlib import Path

from migstat.release.components import COMPONENTS
from migstat.release.release import Release
from migstat.release.writers.text import csv_text, texts


def write(release: Release, folder: Path) -> list[Path]:
    """Write the cells with their tags.

    Returns:
        ``<stem>_hxl.csv``.
    """
    cells = release.cells
    columns = [texts(cells[component.column]) for component in COMPONENTS]
    tags = [component.hxl for component in COMPONENTS]
    header = [component.column for component in COMPONENTS]
    file = folder / f"{release.stem}_hxl.csv"
    rows = [tags, *zip(*columns, strict=True)]
    file.write_bytes(csv_text(header, rows).encode())
    return [file]
