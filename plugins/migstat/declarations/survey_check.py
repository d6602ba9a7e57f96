"""Whether the parts of a ``delivery.yml`` fit together: every name that one part uses, another has.

``survey_check`` looks at the survey as a whole, ``export_check`` at the files and tables handed in.
"""

import re
from collections.abc import Iterator

from migstat.declarations.catalogue_check import Finding
from migstat.declarations.export_check import check_export
from migstat.declarations.nearest import proposal
from migstat.declarations.survey import Survey

Column = tuple[tuple[str | int, ...], str]


def check_survey(survey: Survey) -> list[Finding]:
    """Find everything in a declaration that leads nowhere or can't be meant."""
    return [
        *_country_and_unit(survey),
        *check_export(survey),
        *_raw_columns(survey),
        *_withheld_twice(survey),
        *_keys(survey),
        *_record_keys(survey),
        *_design(survey),
        *_replicates(survey),
        *_renames(survey),
        *_open_identifiers(survey),
    ]


def _country_and_unit(survey: Survey) -> Iterator[Finding]:
    if survey.survey.split("_", 1)[0].upper() != survey.country:
        yield Finding(("country",), f"{survey.survey} is not a survey of {survey.country}")
    units = {table.unit.value for table in survey.export.tables.values()}
    if survey.unit.value not in units:
        message = f"no table holds {survey.unit}s; the tables hold {', '.join(sorted(units))}s"
        yield Finding(("unit",), message)


def _raw_columns(survey: Survey) -> Iterator[Finding]:
    """Names of raw columns that no table declares."""
    privacy = survey.privacy
    used: list[Column] = [(("privacy", "drop", i), name) for i, name in enumerate(privacy.drop)]
    used += [(("privacy", "coarsen", name), name) for name in privacy.coarsen]
    used += [
        (("privacy", "keys", key, i), name)
        for key, names in privacy.keys.items()
        for i, name in enumerate(names)
    ]
    used += [
        (("privacy", "links", link, i), name)
        for link, names in privacy.links.items()
        for i, name in enumerate(names)
    ]
    for code, wave in survey.waves.items():
        used += [(("waves", code, "renames", name), name) for name in wave.renames]
        if wave.interview_date:
            used.append((("waves", code, "interview_date"), wave.interview_date))
    declared = _declared(survey)
    for location, name in used:
        if name not in declared:
            message = f"column {name!r} is in no table's columns{proposal(name, declared)}"
            yield Finding(location, message)


def _withheld_twice(survey: Survey) -> Iterator[Finding]:
    """Columns that the border is told two things about."""
    drop = survey.privacy.drop
    sources = {name: key for key, names in survey.privacy.keys.items() for name in names}
    for i, name in enumerate(drop):
        if name in drop[:i]:
            yield Finding(("privacy", "drop", i), f"column {name!r} stands twice; keep one")
    for name in survey.privacy.coarsen:
        if name in drop:
            other = "under privacy.drop too"
        elif name in sources:
            other = f"the raw material of the key {sources[name]!r} too, so it never passes"
        else:
            continue
        yield Finding(("privacy", "coarsen", name), f"column {name!r} is {other}; keep one")


def _keys(survey: Survey) -> Iterator[Finding]:
    for key, sources in survey.privacy.keys.items():
        at = ("privacy", "keys", key)
        if not sources:
            yield Finding(at, "is made of no column; name those that identify a record")
        for table in survey.export.tables:
            if key in survey.passing_columns(table):
                message = f"is also a column of {table}, which passes; call the key otherwise"
                yield Finding(at, message)


def _record_keys(survey: Survey) -> Iterator[Finding]:
    keys, declared = survey.privacy.keys, _declared(survey)
    for name, table in survey.export.tables.items():
        at = ("export", "tables", name.value, "key")
        if table.key not in keys:
            known = proposal(table.key, keys)
            yield Finding(at, f"{table.key!r} is not in privacy.keys{known}")
        for column in keys.get(table.key, ()):
            if column in declared and column not in table.columns:
                message = f"{table.key!r} is made of {column!r}, which is no column of {name}"
                yield Finding(at, message)


def _design(survey: Survey) -> Iterator[Finding]:
    design = survey.design
    known = {*_declared(survey), *survey.privacy.keys}
    parts = {
        "weight": design.weight,
        "stratum": design.stratum,
        "psu": design.psu,
        "fpc": design.fpc,
    }
    for part, column in parts.items():
        if column is None:
            continue
        if column not in known:
            message = f"column {column!r} is not declared{proposal(column, known)}"
            yield Finding(("design", part), message)
        elif column in survey.withheld_columns and column not in survey.privacy.keys:
            message = f"column {column!r} does not pass the border{how_withheld(survey, column)}"
            yield Finding(("design", part), message)


def _replicates(survey: Survey) -> Iterator[Finding]:
    """Replicate weights stand in the table that holds the weight, and pass the border."""
    given = survey.design.replicates
    if given is None:
        return
    at = ("design", "replicates")
    for name, table in survey.export.tables.items():
        if survey.design.weight in table.columns:
            passing = survey.passing_columns(name)
            for column in given.columns:
                if column not in passing:
                    message = f"column {column!r} does not pass the border of {name}"
                    yield Finding(at, message + proposal(column, passing))
            try:
                given.columns_of(passing)
            except ValueError as error:
                yield Finding(at, f"{name}: {error}")


def how_withheld(survey: Survey, column: str) -> str:
    """Say what the border does with a column that does not pass."""
    if column in survey.privacy.drop:
        return ": it is dropped there (privacy.drop)"
    keys = [key for key, names in survey.privacy.keys.items() if column in names]
    return f": it becomes the key {keys[0]!r}" if keys else ": it only links to the parent table"


def _renames(survey: Survey) -> Iterator[Finding]:
    for code, wave in survey.waves.items():
        taken: set[str] = set()
        for column, spelling in wave.renames.items():
            tables = [t for t in survey.export.tables.values() if column in t.columns]
            others = {name for table in tables for name in table.columns} - set(wave.renames)
            if spelling in others or spelling in taken:
                message = f"{spelling!r} is the name of another column in this wave too"
                yield Finding(("waves", code, "renames", column), message)
            taken.add(spelling)


def _open_identifiers(survey: Survey) -> Iterator[Finding]:
    """Names that look like direct identifiers but would pass the border."""
    for name in survey.export.tables:
        for column in survey.passing_columns(name):
            if IDENTIFIER_NAME.search(column) and column not in survey.privacy.coarsen:
                location = ("export", "tables", name.value, "columns", column)
                message = "looks like a direct identifier; put it under privacy.drop"
                yield Finding(location, f"column {column!r} {message}")


def _declared(survey: Survey) -> set[str]:
    return {name for table in survey.export.tables.values() for name in table.columns}


# English, French, Spanish, Indonesian and (transliterated) Russian words for what names a person:
# names, telephones, addresses, documents, devices, positions, recordings
IDENTIFIER_NAME = re.compile(
    r"(?i)(^|[_/. ])(name|nombre|apellido|surname|nama|nom|prenom|imya|familiya|phone|telefono|"
    r"telepon|telephone|mobile|celular|e?mail|correo|passport|pasaporte|dni|cedula|deviceid|"
    r"subscriberid|simid|gps|geolocation|latitude|longitude|latitud|longitud|coordenadas|"
    r"koordinat|photo|foto|audio|signature)($|[_/. 0-9])"
)
