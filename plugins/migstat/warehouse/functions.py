"""What an interval needs and SQL does not have: quantiles of t and beta, the rank of a matrix.

`register` adds them to a DuckDB connection; dbt does it through the plugin class (in profiles.yml:
`plugins: [{module: migstat.warehouse.functions}]`). Each works on whole columns, and a null or a
value outside the domain of the function gives null.
"""

from collections.abc import Callable
from functools import wraps
from inspect import signature
from typing import Final

import numpy as np
import pyarrow as pa
from dbt.adapters.duckdb.plugins import BasePlugin
from duckdb import DuckDBPyConnection
from duckdb.func import FunctionNullHandling, PythonUDFType
from duckdb.sqltypes import BIGINT, DOUBLE
from numpy.typing import NDArray
from scipy import special

from migstat.warehouse.replicates import rank_of_patterns

Doubles = NDArray[np.float64]


def t_quantile(p: Doubles, df: Doubles) -> Doubles:
    """Quantile of Student's t.

    Args:
        p: probabilities in (0, 1).
        df: degrees of freedom, above 0.

    Returns:
        The quantiles; NaN outside the domain.
    """
    valid = (df > 0) & (p > 0) & (p < 1)
    return np.where(valid, special.stdtrit(df, p), np.nan)


def t_probability(t: Doubles, df: Doubles) -> Doubles:
    """Two-sided p-value of a t statistic.

    Args:
        t: statistics.
        df: degrees of freedom, above 0.

    Returns:
        P(|T| >= |t|); NaN where df is not above 0.
    """
    return np.where(df > 0, 2 * special.stdtr(df, -np.abs(t)), np.nan)


def beta_quantile(p: Doubles, a: Doubles, b: Doubles) -> Doubles:
    """Quantile of the beta distribution.

    Args:
        p: probabilities in (0, 1).
        a: first shape, above 0.
        b: second shape, above 0.

    Returns:
        The quantiles; NaN outside the domain.
    """
    valid = (p > 0) & (p < 1) & (a > 0) & (b > 0)
    return np.where(valid, special.betaincinv(a, b, p), np.nan)


FUNCTIONS: Final[dict[str, Callable[..., Doubles]]] = {
    "t_quantile": t_quantile,
    "t_probability": t_probability,
    "beta_quantile": beta_quantile,
}


def replicate_rank(patterns: pa.ChunkedArray) -> pa.Array:
    """Rank of replicate weights, of lists of texts as `rank_of_patterns` takes them."""
    return pa.array([rank_of_patterns(each) if each else None for each in patterns.to_pylist()])


def register(connection: DuckDBPyConnection) -> None:
    """Add the functions of this module to a connection; again is harmless.

    Args:
        connection: an open DuckDB connection.
    """
    known = {
        row[0]
        for row in connection.execute(
            "select distinct function_name from duckdb_functions()"
        ).fetchall()
    }
    for name, function in FUNCTIONS.items():
        if name not in known:
            connection.create_function(
                name,
                _vectorised(function),
                [DOUBLE] * len(signature(function).parameters),
                DOUBLE,
                type=PythonUDFType.ARROW,
                null_handling=FunctionNullHandling.SPECIAL,
            )
    if "replicate_rank" not in known:
        connection.create_function(
            "replicate_rank", replicate_rank, ["VARCHAR[]"], BIGINT, type=PythonUDFType.ARROW
        )


def _vectorised(function: Callable[..., Doubles]) -> Callable[..., pa.Array]:
    """Wrap a function of numpy arrays as one of Arrow columns: null becomes NaN and back.

    Through their buffers, since pyarrow's own conversions load pandas, which takes a second.
    """

    @wraps(function)  # DuckDB counts the parameters of what it is given
    def call(*columns: pa.ChunkedArray) -> pa.Array:
        with np.errstate(all="ignore"):
            found = function(*map(_doubles, columns))
        valid = pa.py_buffer(np.packbits(~np.isnan(found), bitorder="little"))
        return pa.Array.from_buffers(pa.float64(), len(found), [valid, pa.py_buffer(found)])

    return call


def _doubles(column: pa.ChunkedArray) -> Doubles:
    array = column.combine_chunks()
    valid, data = array.buffers()
    place = slice(array.offset, array.offset + len(array))
    values = np.frombuffer(data, np.float64)[place]
    if array.null_count == 0:
        return values
    is_valid = np.unpackbits(np.frombuffer(valid, np.uint8), bitorder="little")[place]
    return np.where(is_valid, values, np.nan)


class Plugin(BasePlugin):
    """What dbt-duckdb loads: it hands over each connection it opens."""

    def configure_connection(self, conn: DuckDBPyConnection) -> None:
        """Register the functions on a connection of dbt's.

        Args:
            conn: the DuckDB connection.
        """
        register(conn)
