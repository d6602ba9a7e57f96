"""The tidy CSV files: the cells, the change log."""

from pathlib import Path

import pandas as pd

from migstat.release.components import COMPONENTS
from migstat.release.release import Release
from migstat.release.writers.labels import code_lists
from migstat.release.writers.text import write_csv


def write(release: Release, folder: Path) -> list[Path]:
    """Write the cells and what changed since the vintage before.

    Returns:
        ``<stem>.csv`` and ``<stem>_changes.csv``.
    """
    return [
        write_csv(_labelled(release), folder / f"{release.stem}.csv"),
        write_csv(release.changes, folder / f"{release.stem}_changes.csv"),
    ]


def _labelled(release: Release) -> pd.DataFrame:
    """Add a column with the label of each code of a dimension, in the country's first language."""
    cells, lists = release.cells, code_lists(release)
    language = release.declared.languages[0]
    for component in COMPONENTS:
        if component.codes and component.role == "dimension":
            codes = lists[component.codes]
            cells[f"{component.column.removesuffix('_code')}_label"] = [
                codes.label(code, language) for code in cells[component.column]
            ]
    return cells
