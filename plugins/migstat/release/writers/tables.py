"""The tidy CSV files: the cells, the change log, the codes with their labels."""

from codecs import BOM_UTF8
from pathlib import Path

import pandas as pd

from migstat.release.components import COMPONENTS
from migstat.release.release import Release
from migstat.release.writers.labels import code_lists, missing_labels
from migstat.release.writers.text import write_csv


def write(release: Release, folder: Path) -> list[Path]:
    """Write the cells, what changed since the vintage before, the codes, the missing labels.

    Returns:
        ``<stem>.csv``, its twin for Excel (which sees UTF-8 only behind a byte order mark),
        ``<stem>_changes.csv``, ``<stem>_codes.csv`` and ``<stem>_missing_translations.csv``.
    """
    stem = release.stem
    cells = write_csv(_labelled(release), folder / f"{stem}.csv")
    for_excel = folder / f"{stem}_excel.csv"
    for_excel.write_bytes(BOM_UTF8 + cells.read_bytes())
    missing = pd.DataFrame(missing_labels(release), columns=["code_list", "code", "language"])
    return [
        cells,
        for_excel,
        write_csv(release.changes, folder / f"{stem}_changes.csv"),
        write_csv(_codes(release), folder / f"{stem}_codes.csv"),
        write_csv(missing, folder / f"{stem}_missing_translations.csv"),
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


def _codes(release: Release) -> pd.DataFrame:
    """List every code of every list with its labels in the languages there are."""
    rows = [
        (name, code, codes.parents.get(code), language, label)
        for name, codes in sorted(code_lists(release).items())
        for code, labels in codes.labels.items()
        for language, label in sorted(labels.items())
    ]
    return pd.DataFrame(rows, columns=["code_list", "code", "parent_code", "language", "label"])
