"""The tidy CSV files: the cells, the change log."""

from pathlib import Path

from migstat.release.release import Release
from migstat.release.writers.text import write_csv


def write(release: Release, folder: Path) -> list[Path]:
    """Write the cells and what changed since the vintage before.

    Returns:
        ``<stem>.csv`` and ``<stem>_changes.csv``.
    """
    return [
        write_csv(release.cells, folder / f"{release.stem}.csv"),
        write_csv(release.changes, folder / f"{release.stem}_changes.csv"),
    ]
