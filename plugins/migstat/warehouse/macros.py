"""Render the estimation macros of the dbt project without dbt.

The macros are pure text: dicts in, SQL out, no adapter call. dbt renders them inside its models;
this module renders the same files with plain jinja2, so that an estimate made by hand and an
estimate of the marts come from one source.
"""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from jinja2 import Environment, StrictUndefined
from jinja2.environment import TemplateModule

from migstat.paths import paths


class MacroError(ValueError):
    """A macro refused what it was given."""


class _Exceptions:
    """The one name of dbt's own that the macros use: `exceptions.raise_compiler_error`."""

    @staticmethod
    def raise_compiler_error(message: str) -> None:
        """Raise what dbt would raise while it compiles.

        Raises:
            MacroError: always.
        """
        raise MacroError(message)


def estimation_macros() -> Path:
    """Return the folder of the estimation macros."""
    return paths().dbt_project / "macros" / "estimation"


def render(macro: str, *arguments: object, **named: object) -> str:
    """Call one macro and return its SQL.

    Args:
        macro: name of the macro, such as `survey_estimates`.
        arguments: its arguments: text, numbers, dicts and lists, as in a dbt model.
        named: the same, by name.

    Returns:
        The SQL text.

    Raises:
        MacroError: the macro refused an argument, or there is no such macro.
    """
    found = getattr(_module(estimation_macros()), macro, None)
    if found is None:
        raise MacroError(f"there is no estimation macro {macro!r} in {estimation_macros()}")
    return str(found(*map(_plain, arguments), **{key: _plain(v) for key, v in named.items()}))


@cache
def _module(folder: Path) -> TemplateModule:
    """All files as one template, so that the macros see each other as they do in dbt."""
    environment = Environment(  # noqa: S701 - the output is SQL, not HTML
        extensions=["jinja2.ext.do"], undefined=StrictUndefined
    )
    environment.globals["exceptions"] = _Exceptions()
    files = sorted(folder.glob("*.sql"))
    if not files:
        raise MacroError(f"no estimation macros in {folder}")
    return environment.from_string("\n".join(map(Path.read_text, files))).module


def _plain(value: object) -> object:
    """Give the macros plain dicts and lists, as dbt would from YAML."""
    if isinstance(value, Mapping) or (isinstance(value, Sequence) and not isinstance(value, str)):
        return json.loads(json.dumps(value))
    return value
