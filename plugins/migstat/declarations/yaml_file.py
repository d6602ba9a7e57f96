"""Reading a YAML file into a model, with the line of every problem.

The fast loader gives values; the node tree, made only when something must be placed, gives lines.
"""

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from migstat.declarations.known_keys import message_of
from migstat.declarations.model import DeclarationError, Problem

M = TypeVar("M", bound=BaseModel)
Location = tuple[str | int, ...]


class _Loader(yaml.CSafeLoader):  # type: ignore[misc] # yaml ships no types
    """The fast loader, which remembers the keys that stand twice: the last one would just win."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.doubled: list[tuple[int, str]] = []

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Build a mapping and note the keys that stand twice."""
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen:
                self.doubled.append((key.start_mark.line + 1, str(key.value)))
            seen.add(key.value)
        mapping: dict[Any, Any] = super().construct_mapping(node, deep=deep)
        return mapping


@dataclass(frozen=True)
class Source:
    """A YAML file that was read.

    Attributes:
        file: The file.
        text: What it holds.
        content: Its values.
        problems: The keys that stand twice.
    """

    file: Path
    text: str
    content: Any
    problems: tuple[Problem, ...]

    @cached_property
    def root(self) -> yaml.Node | None:
        """The node tree, with the place and the spelling of everything."""
        return yaml.compose(self.text, Loader=yaml.CSafeLoader)

    def node(self, location: Location) -> yaml.Node | None:
        """Find what stands at a path of keys and items; None if nothing does."""
        node = self.root
        for step in location:
            found = _child(node, step)
            if found is None:
                return None
            node = found[1]
        return node

    def line(self, location: Location) -> int:
        """Find the line where a key or item stands; the nearest parent's when it is missing."""
        node, line = self.root, 1
        for step in location:
            found = _child(node, step)
            if found is None:
                continue  # pydantic puts names of union members into the location
            mark, node = found
            line = mark.line + 1
        return line

    def problem(self, location: Location, message: str) -> Problem:
        """Place a problem at a path of keys, which the message begins with."""
        where = ".".join(str(step) for step in location)
        return Problem(self.file, self.line(location), f"{where}: {message}" if where else message)


def read_yaml(file: Path) -> Source:
    """Read a YAML file, keys that stand twice included.

    Raises:
        DeclarationError: The file is missing, not UTF-8, or not YAML.
    """
    try:
        text = file.read_text(encoding="utf-8")
        loader = _Loader(text)
        content = loader.get_single_data()
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise DeclarationError([Problem(file, line, error.problem or "is not YAML")]) from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise DeclarationError([Problem(file, 1, f"can't be read: {error}")]) from error
    doubled = (Problem(file, line, f"key {key!r} stands twice") for line, key in loader.doubled)
    return Source(file, text, content, tuple(doubled))


def load_yaml(file: Path) -> Any:  # noqa: ANN401 - YAML holds anything until a model has judged it
    """Read the values of a YAML file.

    Raises:
        DeclarationError: The file can't be read, or a key stands twice.
    """
    source = read_yaml(file)
    if source.problems:
        raise DeclarationError([*source.problems])
    return source.content


def examine(source: Source, model: type[M]) -> tuple[M | None, list[Problem]]:
    """Read a file into a model as far as it goes, so that one problem doesn't hide the others.

    Returns:
        The model, where nothing worse than an unknown or doubled key is wrong, and every problem.
    """
    problems = [*source.problems]
    try:
        return model.model_validate(source.content), problems
    except ValidationError as error:
        found = _causes(error)
    for item in found:
        location, message = message_of(model, item["loc"], item["type"], item["msg"])
        problems.append(source.problem(location, message))
    unknown = [item["loc"] for item in found if item["type"] == "extra_forbidden"]
    if len(unknown) < len(found):
        return None, problems
    try:
        return model.model_validate(_without(source.content, unknown)), problems
    except ValidationError:
        return None, problems


def line_of(file: Path, location: Location) -> int:
    """Find the line of a file where a key or item stands; the nearest parent's if it is missing."""
    return read_yaml(file).line(location)


def _causes(error: ValidationError) -> list[Any]:
    """Leave out that a part is too short because what it holds is wrong."""
    found = error.errors()
    return [
        item
        for item in found
        if item["type"] != "too_short"
        or not any(
            other is not item and other["loc"][: len(item["loc"])] == item["loc"] for other in found
        )
    ]


def _without(content: Any, unknown: Sequence[Location]) -> Any:  # noqa: ANN401 - likewise
    pruned = copy.deepcopy(content)
    for location in unknown:
        part = pruned
        for step in location[:-1]:
            part = part[step]
        del part[location[-1]]
    return pruned


def _child(node: yaml.Node | None, step: str | int) -> tuple[yaml.Mark, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(step):
                return key.start_mark, value
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step].start_mark, node.value[step]
    return None
