"""SDMX files: structure (SDMX-ML 3.0), data (SDMX-CSV 2.0), crosswalk to the SDG structure."""

from pathlib import Path

from migstat.release.errors import ReleaseError
from migstat.release.release import Release
from migstat.release.writers.labels import code_lists
from migstat.release.writers.sdg_crosswalk import build_crosswalk
from migstat.release.writers.sdmx_data import build_data, check_data
from migstat.release.writers.sdmx_structure import structure_id, write_structure
from migstat.release.writers.text import write_csv


def write(release: Release, folder: Path) -> list[Path]:
    """Write the SDMX files.

    Returns:
        ``<stem>_sdmx_structure.xml``, ``<stem>_sdmx.csv`` and ``<stem>_sdg_crosswalk.csv``.

    Raises:
        ReleaseError: The data do not fit their structure.
    """
    data = build_data(release)
    if findings := check_data(data, code_lists(release), structure_id(release)):
        raise ReleaseError(
            f"the SDMX data do not fit {structure_id(release)}: {'; '.join(findings)}"
        )
    structure = folder / f"{release.stem}_sdmx_structure.xml"
    structure.write_bytes(write_structure(release))
    return [
        structure,
        write_csv(data, folder / f"{release.stem}_sdmx.csv"),
        write_csv(build_crosswalk(release), folder / f"{release.stem}_sdg_crosswalk.csv"),
    ]
