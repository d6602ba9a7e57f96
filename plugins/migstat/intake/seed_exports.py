"""The seed exports: which files are handed in together, for which wave, and in which order.

``<survey>/<wave>/`` holds the first delivery of a wave; ``<survey>/<wave>_<what it is>/`` a later
one (``2021_correction``), to be handed in when the first was taken in.
"""

from dataclasses import dataclass
from pathlib import Path

from migstat.paths import paths


@dataclass(frozen=True)
class SeedExport:
    """One delivery of a seed.

    Attributes:
        survey: Declared survey.
        wave: Declared wave.
        files: The export, or all files of a set.
        is_later: Whether it comes after the first delivery of its wave.
    """

    survey: str
    wave: str
    files: tuple[Path, ...]
    is_later: bool


def seed_exports() -> list[SeedExport]:
    """List the seed exports: the first deliveries of all waves, then the later ones."""
    folders = sorted(folder for folder in paths().seed_data.glob("*/*") if folder.is_dir())
    return sorted(map(_seed_export, folders), key=lambda export: export.is_later)


def _seed_export(folder: Path) -> SeedExport:
    wave, _, what = folder.name.partition("_")
    files = tuple(sorted(file for file in folder.iterdir() if file.is_file()))
    return SeedExport(folder.parent.name, wave, files, is_later=bool(what))
