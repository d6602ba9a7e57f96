"""SDMX time periods as ranges of months: which period lies in which, and when one begins."""

import re
from datetime import date

MONTHS_OF = {"Q": 3, "S": 6}


def months_of(period: str) -> tuple[int, int]:
    """Turn ``2021``, ``2021-S1``, ``2021-Q2`` or ``2021-05`` into its first and last month.

    Returns:
        Months counted from year 0 (2021-05 is 2021 * 12 + 4), both inside the period.

    Raises:
        ValueError: It is none of these.
    """
    match = re.fullmatch(r"(\d{4})(?:-(?:([QS])(\d)|(\d\d)))?", period)
    if not match:
        raise ValueError(f"{period!r} is no time period like 2021, 2021-Q2 or 2021-05")
    year, letter, part, month = match.groups()
    first = int(year) * 12
    if letter:
        length = MONTHS_OF[letter]
        first += (int(part) - 1) * length
    else:
        length = 1 if month else 12
        first += int(month) - 1 if month else 0
    return first, first + length - 1


def covers(wide: str, narrow: str) -> bool:
    """Whether a period lies inside another."""
    (first, last), (begins, ends) = months_of(wide), months_of(narrow)
    return first <= begins and ends <= last


def first_day(period: str) -> date:
    """The day a period begins."""
    year, month = divmod(months_of(period)[0], 12)
    return date(year, month + 1, 1)
