"""One module per format: ``write(release, folder)`` writes its files and returns their paths."""

from collections.abc import Callable
from pathlib import Path

from migstat.release.release import Release
from migstat.release.writers import sdmx, tables

Writer = Callable[[Release, Path], list[Path]]

WRITERS: tuple[Writer, ...] = (tables.write, sdmx.write)
