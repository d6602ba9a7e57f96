"""``datapackage.json`` (Data Package v2): each file with size and hash, each table with its schema.

`frictionless validate datapackage.json` then finds a changed byte, a code of no list, a doubled
key.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from migstat.release.about import describe
from migstat.release.changes import COLUMNS as CHANGE_COLUMNS
from migstat.release.changes import Change, Reason
from migstat.release.components import COMPONENTS, Component
from migstat.release.release import Release
from migstat.release.writers.files import Distribution, distributions
from migstat.release.writers.labels import ENGLISH, CodeList, code_lists

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
FILE = "datapackage.json"
SEMVER = "{}.0.0"


def write(release: Release, folder: Path) -> list[Path]:
    """Write the descriptor of the files that lie in the folder.

    Returns:
        ``datapackage.json``.
    """
    package = build_package(release, list(distributions(folder)))
    file = folder / FILE
    file.write_text(json.dumps(package, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return [file]


def build_package(release: Release, files: list[Distribution]) -> dict[str, Any]:
    """Build the descriptor."""
    about, declared = describe(release), release.declared
    schemas = {
        f"{release.stem}.csv": _cells_schema(release),
        f"{release.stem}_changes.csv": _changes_schema(),
    }
    return {
        "$schema": PROFILE,
        "name": release.stem,
        "id": f"urn:migstat:{release.stem}",
        "title": about["title"],
        "description": about["description"],
        "version": SEMVER.format(release.stamp.number),
        "created": f"{release.stamp.issued}T00:00:00Z",
        "licenses": [
            {"path": declared.licence} if "://" in declared.licence else {"name": declared.licence}
        ],
        "contributors": [
            {"title": declared.publisher, "email": declared.contact, "roles": ["publisher"]}
        ],
        "synthetic": release.is_synthetic,
        "resources": [_resource(file, schemas.get(file.name)) for file in files],
    }


def _resource(file: Distribution, schema: dict[str, Any] | None) -> dict[str, Any]:
    resource = {
        "name": file.name.lower().replace(".", "_"),
        "path": file.name,
        "format": file.ending,
        "mediatype": file.media_type,
        "bytes": file.size,
        "hash": f"sha256:{file.sha256}",
    }
    if schema is None:
        return resource | {"type": "file"}  # its bytes are checked, not what they hold
    return resource | {"type": "table", "encoding": "utf-8", "schema": schema}


def _cells_schema(release: Release) -> dict[str, Any]:
    lists = code_lists(release)
    labels = [
        {"name": f"{c.column.removesuffix('_code')}_label", "type": "string"}
        for c in COMPONENTS
        if c.codes and c.role == "dimension"
    ]
    return {
        "missingValues": [""],
        "primaryKey": [c.column for c in COMPONENTS if c.role == "dimension"],
        "fields": [*(_field(c, lists) for c in COMPONENTS), *labels],
    }


def _field(component: Component, lists: dict[str, CodeList]) -> dict[str, Any]:
    constraints: dict[str, Any] = {"required": True} if component.required else {}
    if component.codes:
        constraints["enum"] = list(lists[component.codes].labels)
    field = {
        "name": component.column,
        "type": component.type,
        "title": lists["CS_MIGDIS"].label(component.concept, ENGLISH),
    }
    return field | ({"constraints": constraints} if constraints else {})


def _changes_schema() -> dict[str, Any]:
    return {"missingValues": [""], "fields": list(_change_fields())}


def _change_fields() -> Iterator[dict[str, Any]]:
    enums = {"change": [str(one) for one in Change], "reason": [str(one) for one in Reason]}
    types = {c.column: c.type for c in COMPONENTS}
    for name in CHANGE_COLUMNS:
        side, _, column = name.partition("_")
        is_figure = side in ("old", "new")
        field: dict[str, Any] = {"name": name, "type": types[column] if is_figure else "string"}
        if name in enums:
            field["constraints"] = {"required": True, "enum": enums[name]}
        yield field
