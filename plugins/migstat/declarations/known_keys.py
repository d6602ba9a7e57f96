"""What a model's problem is called: an unknown key is told with the nearest known one."""

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from migstat.declarations.nearest import nearest

Location = tuple[str | int, ...]


def message_of(
    model: type[BaseModel], location: Location, kind: str, message: str
) -> tuple[Location, str]:
    """Word a problem that pydantic found.

    Args:
        model: The model of the whole file.
        location: Where pydantic found it.
        kind: pydantic's name of the problem.
        message: pydantic's words.

    Returns:
        The location to tell, and what to say of it.
    """
    if kind != "extra_forbidden":
        return location, message.removeprefix("Value error, ")
    key = str(location[-1])
    known = sorted(_keys_at(model.model_json_schema(), location[:-1]))
    near = nearest(key, known)
    hint = f" — did you mean {near!r}?" if near else f"; known keys: {', '.join(known)}"
    return location, f"unknown key {key!r}{hint}"


def _keys_at(schema: dict[str, Any], location: Location) -> set[str]:
    """Find the keys that a model knows at a path."""
    parts = [schema]
    for step in location:
        parts = [child for part in _resolved(schema, parts) for child in _inside(part, step)]
    return {key for part in _resolved(schema, parts) for key in part.get("properties", {})}


def _resolved(schema: dict[str, Any], parts: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Follow references and alternatives."""
    for part in parts:
        if "$ref" in part:
            yield from _resolved(schema, [schema["$defs"][part["$ref"].rsplit("/", 1)[1]]])
        elif "anyOf" in part:
            yield from _resolved(schema, part["anyOf"])
        else:
            yield part


def _inside(part: dict[str, Any], step: str | int) -> Iterator[dict[str, Any]]:
    if step in part.get("properties", {}):
        yield part["properties"][step]
    elif isinstance(step, int) and isinstance(part.get("items"), dict):
        yield part["items"]
    else:
        yield from part.get("patternProperties", {}).values()
        if isinstance(part.get("additionalProperties"), dict):
            yield part["additionalProperties"]
