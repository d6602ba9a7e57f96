"""Protect one table with pytauargus: run by the yardstick's own Python, which has no migstat.

Reads JSON from the file named first: dims (name -> code per leaf), counts, groups (name -> code ->
group), k, method. Prints JSON: suppressed cells as lists of codes, and the processor seconds.
"""

import json
import sys
import time
from pathlib import Path

from pytauargus import protect

TOTAL = ("", "Total", "_T")


def main(task: Path) -> None:
    """Protect the table of a task and print what was suppressed."""
    asked = json.loads(task.read_text(encoding="utf-8"))
    names = list(asked["dims"])
    records = {
        name: [
            c for c, n in zip(asked["dims"][name], asked["counts"], strict=True) for _ in range(n)
        ]
        for name in names
    }
    records["v"] = [1.0] * sum(asked["counts"])
    hierarchies = {
        name: str(_hierarchy(task.with_name(f"{task.stem}_{name}.hrc"), groups))
        for name, groups in asked["groups"].items()
    }
    began = time.process_time()
    result = protect(
        records,
        names,
        "v",
        safety_rules=f"FREQ({asked['k']},100)",
        suppress=asked["method"],
        decimals=0,
        hrc=hierarchies or None,
        hierleadstring="@" if hierarchies else None,
        workdir=str(task.with_suffix("")),
    )
    spent = time.process_time() - began
    withheld = [
        ["_T" if row[name] in TOTAL else row[name] for name in names]
        for row in result.tables[0].rows
        if row["status"] in {"U", "M"}
    ]
    print(json.dumps({"withheld": withheld, "cpu": spent}))


def _hierarchy(file: Path, groups: dict[str, str]) -> Path:
    """Write a hierarchy of two levels as tau-argus reads it."""
    lines = []
    for group in sorted(set(groups.values())):
        lines.append(group)
        lines += [f"@{code}" for code, of in sorted(groups.items()) if of == group]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


if __name__ == "__main__":
    main(Path(sys.argv[1]))
