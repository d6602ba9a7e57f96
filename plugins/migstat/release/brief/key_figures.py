"""Which figures a brief is about, and by which status each is told apart.

Key are the indicators of the country's own recommendations, in their order. A country that the
report does not speak of has those it releases, in the catalogue's order.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from migstat.declarations.catalogue import Code
from migstat.release.brief.shown import Figure, Table
from migstat.release.brief.source import Source
from migstat.release.brief.words import REFERENCES
from migstat.release.declared import Declared

STATUS_DIMENSIONS = ("mig_status", "hh_mig", "birth", "citizenship")
WITHOUT_STATUS = frozenset({"_U", "_X", "_Z"})
MOST_OF_A_COUNTRY_WITHOUT_RECOMMENDATIONS = 12
DEEPEST = 2  # levels of the status list that a brief tells apart


@dataclass(frozen=True)
class Key:
    """A key indicator.

    Attributes:
        indicator: Its code.
        table: Survey and wave that speak for it; None where the release holds none.
        headline: Its total; of shares by status, that of the largest group of migrants.
        dimension: The status it is broken down by; None where by none.
        groups: Its figures by that, in the order of the code list.
        is_told_apart: Whether at least two of the groups are shown and can be compared.
        is_collected: Whether any survey of the release asks for it.
    """

    indicator: str
    table: Table | None
    headline: Figure | None
    dimension: str | None
    groups: tuple[Figure, ...]
    is_told_apart: bool
    is_collected: bool


def own_recommendations(source: Source) -> list[str]:
    """List the recommendations that are the country's alone."""
    iso3 = source.country.iso3
    listed = source.declared.recommendations.items()
    return [name for name, one in listed if one.countries == (iso3,)]


def key_indicators(source: Source) -> list[str]:
    """List the codes of the key indicators."""
    own = [source.declared.recommendations[name] for name in own_recommendations(source)]
    if own:
        return list(dict.fromkeys(code for one in own for code in one.indicators))
    released = {table.indicator for table in source.shown.tables}
    codes = [code for code in source.declared.indicators if code in released]
    return codes[:MOST_OF_A_COUNTRY_WITHOUT_RECOMMENDATIONS]


def find_key(source: Source, indicator: str) -> Key:
    """Find what the release says of an indicator: in the wave that the evidence rests on."""
    table = _table_of(source, indicator)
    if table is None:
        is_collected = _is_collected(source, indicator)
        return Key(indicator, None, None, None, (), is_told_apart=False, is_collected=is_collected)
    headline = headline_of(source, table)
    apart = _dimension_of(source, table, only_shown=True)
    dimension = apart or _dimension_of(source, table, only_shown=False)
    groups = groups_of(source, table, dimension) if dimension else ()
    is_apart = apart is not None
    return Key(
        indicator, table, headline, dimension, groups, is_told_apart=is_apart, is_collected=True
    )


def headline_of(source: Source, table: Table) -> Figure | None:
    """Find the total of an indicator, or the largest group of migrants of shares by status."""
    if source.declared.indicators[table.indicator].kind != "distribution":
        return source.shown.find(table)
    migrants = [one for one in shown_groups(source, table) if one.code != REFERENCES["mig_status"]]
    return next(iter(migrants), None)


def shown_groups(source: Source, table: Table) -> list[Figure]:
    """List the shown shares of the groups at the top of the status list, the largest first."""
    codes = source.declared.code_lists["CL_MIG_STATUS"]
    groups = [
        figure
        for figure in source.shown.along(table, "mig_status")
        if figure.is_shown
        and codes[figure.code].parent is None
        and figure.code not in WITHOUT_STATUS
    ]
    return sorted(groups, key=lambda figure: (-figure.value, figure.code))


def groups_of(source: Source, table: Table, dimension: str) -> tuple[Figure, ...]:
    """List the figures by a status, in the order of its list, two levels deep.

    A level that holds one group only, the same people as its parent, is left out.
    """
    codes = source.declared.code_lists[list_of(dimension)]
    place = {code: i for i, code in enumerate(codes)}
    found = {
        figure.code: figure
        for figure in source.shown.along(table, dimension)
        if figure.code not in WITHOUT_STATUS and level_of(codes, figure.code) <= DEEPEST
    }
    kept = [figure for figure in found.values() if not _repeats_its_parent(figure, found, codes)]
    return tuple(sorted(kept, key=lambda figure: place[figure.code]))


def is_told_by_definition(declared: Declared, indicator: str, dimension: str) -> bool:
    """Whether households of different status differ in an indicator by definition.

    Remittances make the status of a household: by it, they are 100 % or 0 %.
    """
    needs = set(declared.indicators[indicator].needs)
    return dimension == "hh_mig" and not needs.isdisjoint(declared.household_answers)


def _is_collected(source: Source, indicator: str) -> bool:
    rows = source.coverage[source.coverage["indicator_code"] == indicator]
    return bool((rows["coverage"] != "not_collected").any())


def _table_of(source: Source, indicator: str) -> Table | None:
    """Take the wave of the evidence where it is released; else the latest that is."""
    tables = [table for table in source.shown.tables if table.indicator == indicator]
    rows = source.evidence[source.evidence["indicator_code"] == indicator]
    named = {Table(str(r.survey_code), str(r.wave), indicator) for r in rows.itertuples()}
    periods = source.shown.periods
    return max(
        tables,
        key=lambda table: (table in named, periods[table.survey, table.wave], table),
        default=None,
    )


def _dimension_of(source: Source, table: Table, *, only_shown: bool) -> str | None:
    """Take the first status that has two groups at the top of its list."""
    for name in STATUS_DIMENSIONS:
        if is_told_by_definition(source.declared, table.indicator, name):
            continue
        codes = source.declared.code_lists[list_of(name)]
        groups = [f for f in groups_of(source, table, name) if codes[f.code].parent is None]
        if sum(figure.is_shown or not only_shown for figure in groups) > 1:
            return name
    return None


def list_of(dimension: str) -> str:
    """Name the code list of a dimension."""
    return f"CL_{dimension.upper()}"


def level_of(codes: Mapping[str, Code], code: str) -> int:
    """Say how deep a code lies in its list; 1 at the top."""
    parent = codes[code].parent
    return 1 if parent is None else 1 + level_of(codes, parent)


def _repeats_its_parent(
    figure: Figure, found: Mapping[str, Figure], codes: Mapping[str, Code]
) -> bool:
    parent = found.get(codes[figure.code].parent or "")
    if parent is None:
        return False
    siblings = [one for one in found if codes[one].parent == parent.code]
    return siblings == [figure.code] and figure.n == parent.n
