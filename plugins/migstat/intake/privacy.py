"""The privacy border: what passes, what is dropped, what becomes a keyed pseudonym or an area.

Deny by default: only declared columns are read at all, and of these the dropped ones and the raw
material of keys stay behind. Keys are HMAC-SHA-256 cut to 128 bits (``domain.md`` §6): record keys
are made per survey, so that the records of two surveys can't be joined on them; every other key
declared under ``privacy.keys`` and those under ``privacy.links`` are made per country, so that its
surveys can: ``household_link`` says that two of them met one household. A plain
hash of a telephone number can be reversed by trying all numbers; a keyed one can't without the key.
"""

import functools
import hmac
import logging
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
from duckdb.func import FunctionNullHandling, PythonUDFType
from duckdb.sqltypes import DOUBLE, VARCHAR

from migstat.declarations import Country, Survey, TableName
from migstat.sql import identifier, literal

log = logging.getLogger(__name__)

KEY_VARIABLE = "MIGSTAT_HMAC_KEY"
KEY_FILE_VARIABLE = "MIGSTAT_HMAC_KEY_FILE"
DEVELOPMENT_KEY = b"migstat development key: never use it for real interviews"
SHORTEST_KEY = 32
KEY_HEX = 32  # 128 bits
EARTH_KM = 6371.0
FARTHEST_KM = 300.0  # a point farther from every centre than this is no point of the country


@dataclass(frozen=True)
class Secret:
    """The key of the pseudonyms.

    Attributes:
        key: The bytes; never shown.
        is_development: Whether it is the public development key.
    """

    key: bytes
    is_development: bool

    @property
    def fingerprint(self) -> str:
        """Tell keyed vintages apart: eight hex digits that say nothing about the key."""
        return hmac.digest(self.key, b"migstat key fingerprint", "sha256").hex()[:8]

    def __repr__(self) -> str:
        """Name the key without showing it."""
        return f"Secret({self.fingerprint})"


def load_secret() -> Secret:
    """Take the key from ``MIGSTAT_HMAC_KEY`` or the file ``MIGSTAT_HMAC_KEY_FILE`` names.

    Returns:
        The key; without one the development key, with a loud warning, once per process.

    Raises:
        ValueError: The key is shorter than 32 characters.
    """
    text = os.environ.get(KEY_VARIABLE, "")
    file = os.environ.get(KEY_FILE_VARIABLE, "")
    if not text and file:
        text = Path(file).read_text(encoding="utf-8").strip()
    if not text:
        warn_of_development_key()
        return Secret(DEVELOPMENT_KEY, is_development=True)
    if len(text) < SHORTEST_KEY:
        raise ValueError(
            f"the pseudonym key has {len(text)} characters; at least {SHORTEST_KEY} are needed "
            "(`openssl rand -hex 32` makes a good one)"
        )
    return Secret(text.encode(), is_development=False)


@functools.cache
def warn_of_development_key() -> None:
    """Warn, once per process, that pseudonyms are made with a key everybody knows."""
    log.warning(
        "NO PSEUDONYM KEY: %s and %s are not set, so the public development key is used and "
        "anybody can reverse these pseudonyms. Before real interviews: "
        "`openssl rand -hex 32 > FILE`, keep FILE outside the repository, set %s=FILE.",
        KEY_VARIABLE,
        KEY_FILE_VARIABLE,
        KEY_FILE_VARIABLE,
    )


def register_functions(
    connection: duckdb.DuckDBPyConnection, secret: Secret, country: Country
) -> None:
    """Give a connection ``pseudonym(text)`` and ``area_adm1..4(lat, lon)``."""
    connection.create_function(
        "pseudonym", _pseudonym(secret.key), [VARCHAR], VARCHAR, type=PythonUDFType.ARROW
    )
    for level in {area.level for area in country.areas}:
        if centres := _centres(country, level):
            connection.create_function(
                f"area_adm{level}",
                _nearest_area(*centres),
                [DOUBLE, DOUBLE],
                VARCHAR,
                type=PythonUDFType.ARROW,
                null_handling=FunctionNullHandling.SPECIAL,
            )


def keys_of(survey: Survey, table: TableName) -> dict[str, tuple[str, ...]]:
    """Say which keys a table gets and from which of its columns.

    A key that the parent table defines is made from the column that holds the parent's key, so
    that both tables join on it.

    Raises:
        ValueError: The parent's key is made of several columns, but one column refers to it.
    """
    export = survey.export.tables[table]
    keys = {
        name: sources
        for name, sources in (*survey.privacy.keys.items(), *survey.privacy.links.items())
        if set(sources) <= set(export.columns)
    }
    if export.parent:
        name = survey.export.tables[export.parent.table].key
        if len(survey.privacy.keys[name]) != 1:
            raise ValueError(
                f"{survey.survey}: table {table} refers to {name!r} by one column, but "
                f"privacy.keys makes it of {len(survey.privacy.keys[name])}"
            )
        keys[name] = (export.parent.key,)
    return keys


def key_message(survey: Survey, name: str, sources: Sequence[str]) -> str:
    """Write the SQL of the text whose HMAC a key is; NULL when an answer is missing or cut.

    Answers are preceded by their lengths, so that no two lists of answers make one text.
    """
    is_record_key = name in {table.key for table in survey.export.tables.values()}
    scope = f"survey|{survey.survey}|" if is_record_key else f"country|{survey.country}|"
    texts = [f"identifying({identifier(column)})" for column in sources]
    parts = [f"strlen({text}) || ':' || {text}" for text in texts]
    return f"{literal(scope)} || " + " || ".join(parts)


def coarsened(survey: Survey, country: Country, column: str) -> str:
    """Write the SQL of a coarsened column: an area code, a rounded point, a year or a month."""
    to = survey.privacy.coarsen[column]
    name = identifier(column)
    if to in {"year", "month"}:
        digits = 4 if to == "year" else 7
        return f"case when day_of({name}) is not null then left(trim({name}), {digits}) end"
    latitude, longitude = (f"point_part({name}, {part})" for part in (1, 2))
    if _centres(country, int(to.removeprefix("adm"))):
        return f"area_{to}({latitude}, {longitude})"
    return f"printf('%.1f %.1f', {latitude}, {longitude})"


def _pseudonym(key: bytes) -> Callable[[pa.ChunkedArray], pa.Array]:
    keyed = hmac.new(key, digestmod="sha256")  # keyed once: `hmac.digest` takes three times as long

    def pseudonym_of(text: str) -> str:
        one = keyed.copy()
        one.update(text.encode())
        return one.hexdigest()[:KEY_HEX]

    def pseudonym(messages: pa.ChunkedArray) -> pa.Array:
        return pa.array(
            [None if text is None else pseudonym_of(text) for text in messages.to_pylist()],
            pa.string(),
        )

    return pseudonym


def _centres(country: Country, level: int) -> tuple[list[str], np.ndarray] | None:
    """Gather the codes of a level's areas and their centres in radians, shape (areas, 2)."""
    areas = [a for a in country.areas if a.level == level and None not in {a.lat, a.lon}]
    if not areas:
        return None
    return [a.code for a in areas], np.radians(np.array([[a.lat, a.lon] for a in areas], float))


def _nearest_area(
    codes: list[str], centres: np.ndarray
) -> Callable[[pa.ChunkedArray, pa.ChunkedArray], pa.Array]:
    """Build the function that names the area whose centre is nearest (great circle)."""

    def nearest(latitudes: pa.ChunkedArray, longitudes: pa.ChunkedArray) -> pa.Array:
        lat = np.radians(latitudes.to_numpy().astype(float))[:, None]
        lon = np.radians(longitudes.to_numpy().astype(float))[:, None]
        half_chord = (
            np.sin((lat - centres[:, 0]) / 2) ** 2
            + np.cos(lat) * np.cos(centres[:, 0]) * np.sin((lon - centres[:, 1]) / 2) ** 2
        )
        half_chord = np.where(np.isnan(half_chord), np.inf, half_chord)
        best = half_chord.argmin(axis=1)
        limit = np.sin(FARTHEST_KM / EARTH_KM / 2) ** 2
        placed = half_chord[np.arange(len(best)), best] <= limit
        return pa.array(
            [codes[at] if ok else None for at, ok in zip(best, placed, strict=True)], pa.string()
        )

    return nearest
