"""Writing YAML with comments: values by the YAML library, layout by hand."""

import textwrap
from collections.abc import Iterable, Mapping

import yaml

WIDTH = 100


def scalar(value: object) -> str:
    """Write one value so that YAML reads it back as it is, also inside braces."""
    text: str = yaml.safe_dump([value], default_flow_style=True, allow_unicode=True, width=1 << 20)
    return text.strip()[1:-1]


def comment(text: str, indent: int = 0) -> list[str]:
    """Write a comment over as many lines as it takes."""
    lead = " " * indent + "# "
    return textwrap.wrap(" ".join(text.split()), WIDTH, initial_indent=lead, subsequent_indent=lead)


def flow(pairs: Mapping[str, object], indent: int) -> str:
    """Write a mapping in braces, over several lines where it is long."""
    return _enclosed([f"{scalar(k)}: {scalar(v)}" for k, v in pairs.items()], "{}", indent)


def flow_list(values: Iterable[object], indent: int) -> str:
    """Write a list in brackets, over several lines where it is long."""
    return _enclosed([scalar(value) for value in values], "[]", indent)


def _enclosed(items: list[str], braces: str, indent: int) -> str:
    short = f"{braces[0]}{', '.join(items)}{braces[1]}"
    if len(short) + indent <= WIDTH:
        return short
    lines, lead = [""], " " * (indent + 2)
    for item in items:
        if len(lines[-1]) + len(item) + 2 > WIDTH - indent:
            lines.append("")
        lines[-1] += f"{item}, "
    body = "\n".join(f"{lead}{line.strip()}" for line in lines if line)
    return f"{braces[0]}\n{body}\n{' ' * indent}{braces[1]}"
