"""Whether the variables that a profile would release exist, and may be released."""

import re
from collections.abc import Iterator

from migstat.declarations.catalogue import Catalogue, Variable
from migstat.declarations.catalogue_check import Finding
from migstat.declarations.microdata import Microdata
from migstat.declarations.nearest import proposal
from migstat.declarations.survey import TableName

AREA = "ref_area"
# what the status rules make of the answers: of these, what is no list is Y or N, or true or false
STATUS = {"persons": ("mig_status", "birth", "citizenship", "is_usual_resident")}
NUMBERS = ("int", "bigint", "double", "decimal")


def check_microdata(catalogue: Catalogue) -> list[Finding]:
    """Find variables that do not exist, that no file may hold, or that nothing coarsens."""
    return [
        Finding(("disclosure", "profiles", name, "microdata", *location), message)
        for name, profile in catalogue.disclosure.profiles.items()
        if profile.microdata is not None
        for location, message in _problems(profile.microdata, catalogue)
    ]


def releasable(table: str, catalogue: Catalogue) -> dict[str, Variable | None]:
    """Give the variables that a file may draw on; None for what the status rules make."""
    if table == "households":
        flags = catalogue.migratory_status.household_flags
        return {**dict.fromkeys(flags), **catalogue.variables[TableName.HOUSEHOLDS]}
    return {**dict.fromkeys(STATUS["persons"]), **catalogue.variables[TableName.PERSONS]}


def _problems(
    rules: Microdata, catalogue: Catalogue
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    forbidden = {*rules.never, *_sensitive(catalogue)}
    for table, file in rules.files.items():
        known = releasable(table, catalogue)
        for part in ("quasi_identifiers", "others"):
            for i, name in enumerate(getattr(file, part)):
                at = (table, part, i)
                if file.variables.count(name) > 1:
                    yield at, f"{name} stands twice"
                if name in forbidden:
                    yield at, f"{name} is sensitive: no file of records may hold it"
                elif name not in known:
                    yield at, f"{name} is no variable of {table}{proposal(name, known)}"
                elif message := _unfit(name, known[name], rules, part):
                    yield at, message
    for name in rules.coarsen:
        if not any(name in file.quasi_identifiers for file in rules.files.values()):
            yield ("coarsen", name), f"{name} is no quasi-identifier"


def _unfit(name: str, variable: Variable | None, rules: Microdata, part: str) -> str | None:
    if variable is None or name == AREA or variable.codes or variable.type == "boolean":
        return None
    if not variable.type.startswith(NUMBERS):
        return f"{name} is a {variable.type} without a code list: it may single a person out"
    if part == "quasi_identifiers" and name not in rules.coarsen:
        return f"{name} is a number that others may know: say under coarsen how far it is told"
    return None


def _sensitive(catalogue: Catalogue) -> Iterator[str]:
    """The answers of sensitive indicators, and flags of households that tell a sensitive status."""
    sensitive = catalogue.disclosure.sensitive
    for code in sensitive.indicators:
        if (indicator := catalogue.indicators.get(code)) is not None:
            words = set(re.findall(r"\w+", indicator.y or ""))
            yield from words & {*indicator.needs, *indicator.instead}
    codes = {code for one in sensitive.codes.values() for code in one.codes}
    for name, flag in catalogue.migratory_status.household_flags.items():
        if flag.of in codes:
            yield name
