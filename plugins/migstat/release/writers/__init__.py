"""One module per format: ``write(release, folder)`` writes its files and returns their paths."""

from collections.abc import Callable
from pathlib import Path

from migstat.release.release import Release
from migstat.release.writers import (
    brief,
    datapackage,
    dcat,
    hxl,
    parquet,
    quality,
    sdmx,
    tables,
    workbook,
)

Writer = Callable[[Release, Path], list[Path]]

# the last two describe the files of those before them
WRITERS: tuple[Writer, ...] = (
    tables.write,
    hxl.write,
    parquet.write,
    sdmx.write,
    workbook.write,
    quality.write,
    brief.write,
    dcat.write,
    datapackage.write,
)
