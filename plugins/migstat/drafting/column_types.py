"""What every answer of a column can turn into."""

import re
from collections.abc import Iterable

from migstat.declarations import ColumnType

# a zero in front is part of a code; ten digits and more are numbers of things, not counts
INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,8})")
DECIMAL = re.compile(r"-?[0-9]+([.][0-9]+)?([eE][-+]?[0-9]+)?")
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
TIMESTAMP = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+(Z|[+-][0-9]{2}:?[0-9]{2})?)?")
LEADING_ZERO = re.compile(r"-?0[0-9]")
FORMS = (
    (INTEGER, ColumnType.INTEGER),
    (DECIMAL, ColumnType.DECIMAL),
    (DATE, ColumnType.DATE),
    (TIMESTAMP, ColumnType.TIMESTAMP),
)


def infer_type(answers: Iterable[str]) -> ColumnType:
    """Find the narrowest type that all answers have; text where there is none or no answer."""
    known = list(answers)
    if not known or any(LEADING_ZERO.match(answer) and "-" not in answer[1:] for answer in known):
        return ColumnType.TEXT
    for form, kind in FORMS:
        if all(form.fullmatch(answer) for answer in known):
            return kind
    return ColumnType.TEXT
