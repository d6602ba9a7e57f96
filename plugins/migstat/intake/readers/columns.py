"""Are the declared columns there, once each, under their own names?"""

from collections import Counter
from collections.abc import Sequence

from rapidfuzz import fuzz, process, utils

from migstat.intake.errors import RefusedDelivery

NEAREST_SCORE = 60
NAMELESS = "(column {position}, no name)"


def check_columns(
    place: str,
    where: str,
    header: Sequence[str],
    expected: Sequence[str],
    optional: Sequence[str] = (),
) -> tuple[str, ...]:
    """Compare a file's header with the declared columns.

    Args:
        place: Survey and wave, for the message.
        where: The file or sheet, for the message.
        header: The names in the file, in its order.
        expected: The declared names, as this wave spells them.
        optional: Declared names that may be missing, but not be doubled.

    Returns:
        The names in the file that nobody declared, in its order.

    Raises:
        RefusedDelivery: A declared column is missing, doubled or spelt in another case. A header
            without any declared name is not quoted, for it may be a row of answers.
    """
    if not set(expected) & set(header):
        raise RefusedDelivery(
            f"{place}: the header of {where} names none of the {len(expected)} declared "
            "columns; is its header missing, or is it another survey's file? Nothing was taken in. "
            "Export it again, with its header."
        )
    declared = [*expected, *(name for name in optional if name in header)]
    problems = [
        problem for name in declared if (problem := _problem(name, header, declared, where))
    ]
    if problems:
        raise RefusedDelivery(
            f"{place}: {'; '.join(problems)}. Nothing was taken in. Export it again with every "
            "declared column once. Where this wave's questionnaire itself named a column "
            "otherwise, say so under the wave in delivery.yml, `renames: {<declared name>: <name "
            "in the file>}`, and `migstat requeue` this delivery."
        )
    return tuple(
        name or NAMELESS.format(position=position)
        for position, name in enumerate(header, start=1)
        if name not in declared
    )


def _problem(name: str, header: Sequence[str], expected: Sequence[str], where: str) -> str | None:
    times = Counter(header)[name]
    alike = [other for other in header if other != name and _folded(other) == _folded(name)]
    alike = [other for other in alike if other not in expected]
    if times == 1 and not alike:
        return None
    if times > 1 or (times == 1 and alike):
        also = f" (also as {alike[0]!r})" if alike else ""
        return f"column {name!r} stands {times + len(alike)} times in {where}{also}"
    if alike:
        return f"column {name!r} is not in {where}; {alike[0]!r} differs only in case or spaces"
    return f"column {name!r} is not in {where}{_nearest(name, header, expected)}"


def _nearest(name: str, header: Sequence[str], expected: Sequence[str]) -> str:
    candidates = [other for other in header if other and other not in expected]
    match = process.extractOne(
        name,
        candidates,
        scorer=fuzz.ratio,
        processor=utils.default_process,
        score_cutoff=NEAREST_SCORE,
    )
    return f"; nearest: {match[0]!r}" if match else ""


def _folded(name: str) -> str:
    return name.strip().casefold()
