"""Quoting of names and texts, the only things from outside our code that become SQL."""

from pathlib import Path


def identifier(name: str) -> str:
    """Quote a name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str | Path) -> str:
    """Quote a text or path as an SQL string."""
    return "'" + str(text).replace("'", "''") + "'"
