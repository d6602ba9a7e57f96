"""Reading a YAML file into a model, with the line of every problem.

Files are read twice only when something is wrong: the fast loader gives values, the node tree
gives lines.
"""

from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from migstat.declarations.model import DeclarationError, Problem

M = TypeVar("M", bound=BaseModel)


class _Loader(yaml.CSafeLoader):  # type: ignore[misc] # yaml ships no types
    """The fast loader, but a key that stands twice is an error instead of the last one winning."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Build a mapping from distinct keys.

        Raises:
            yaml.MarkedYAMLError: A key stands twice.
        """
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.MarkedYAMLError(
                    problem=f"key {key.value!r} stands twice", problem_mark=key.start_mark
                )
            seen.add(key.value)
        mapping: dict[Any, Any] = super().construct_mapping(node, deep=deep)
        return mapping


def load_yaml(file: Path) -> Any:  # noqa: ANN401 - YAML holds anything until a model has judged it
    """Read a YAML file.

    Raises:
        DeclarationError: The file is missing, not UTF-8, or not YAML.
    """
    try:
        return yaml.load(file.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 - a safe loader
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise DeclarationError([Problem(file, line, error.problem or "is not YAML")]) from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise DeclarationError([Problem(file, 1, f"can't be read: {error}")]) from error


def parse_file(file: Path, model: type[M]) -> M:
    """Read a YAML file into a model.

    Raises:
        DeclarationError: With every problem of the file and its line.
    """
    content = load_yaml(file)
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise DeclarationError(
            [
                Problem(file, line_of(file, item["loc"]), _message(item["loc"], item["msg"]))
                for item in error.errors()
            ]
        ) from error


def line_of(file: Path, location: tuple[str | int, ...]) -> int:
    """Find the line where a key or item stands; the nearest parent's when it is missing."""
    node = yaml.compose(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    line = 1
    for step in location:
        found = _child(node, step)
        if found is None:
            continue  # pydantic puts names of union members into the location
        mark, node = found
        line = mark.line + 1
    return line


def _child(node: yaml.Node | None, step: str | int) -> tuple[yaml.Mark, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(step):
                return key.start_mark, value
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step].start_mark, node.value[step]
    return None


def _message(location: tuple[str | int, ...], message: str) -> str:
    where = ".".join(str(step) for step in location)
    return f"{where}: {message}" if where else message
