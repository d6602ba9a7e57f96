"""Writing rows of text as Parquet, a batch at a time, for readers without a writer of their own."""

from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

BATCH_ROWS = 20_000


def write_text_table(file: Path, names: Sequence[str], rows: Iterable[Sequence[str | None]]) -> int:
    """Write rows as Parquet with one string column per name.

    Args:
        file: Where to write.
        names: Canonical column names.
        rows: One sequence per row, as long as ``names``; None is an empty answer.

    Returns:
        The number of rows written.
    """
    schema = pa.schema([(name, pa.string()) for name in names])
    written = 0
    rows = iter(rows)
    with pq.ParquetWriter(file, schema) as writer:
        while batch := list(islice(rows, BATCH_ROWS)):
            columns = [pa.array(column, pa.string()) for column in zip(*batch, strict=True)]
            writer.write_table(pa.table(columns, schema=schema))
            written += len(batch)
    return written
