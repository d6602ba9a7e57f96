"""Parquet: the cells with their types, and what they are in the file's own metadata."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from migstat.release.about import describe
from migstat.release.release import Release


def write(release: Release, folder: Path) -> list[Path]:
    """Write the cells.

    Returns:
        ``<stem>.parquet``.
    """
    table = pa.Table.from_pandas(release.cells, preserve_index=False)
    about = {name: str(value) for name, value in describe(release).items()}
    file = folder / f"{release.stem}.parquet"
    pq.write_table(table.replace_schema_metadata(about), file, compression="zstd")
    return [file]
