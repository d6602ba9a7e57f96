"""Which sheet is which table, how they hang together, and what identifies a record."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, islice

from migstat.declarations import TableName, Unit
from migstat.declarations.survey import UNIT_OF_TABLE
from migstat.drafting.look import Column, Sheet
from migstat.drafting.mapping_guess import Proposal, propose
from migstat.drafting.words import hints, mentions
from migstat.drafting.xlsform import LAST, Form, Question

TABLE_OF_UNIT = {unit: table for table, unit in UNIT_OF_TABLE.items()}
TOGETHER = 3  # columns that may identify a record together
CANDIDATES = 15
MANY = 0.05  # share of households; the data test on rosters draws the line at the same place


@dataclass(frozen=True)
class Plan:
    """One table of the draft.

    Attributes:
        name: Its name.
        sheet: Where its rows are.
        beside: Sheets that continue its rows.
        columns: Every column that it declares.
        link: The column that leads to its parent, where it is a repeat.
        key: What identifies a record.
        key_note: What the engineer must know of the key.
        proposals: The harmonised variables found in it.
        doubts: Columns that look like a variable and are not mapped, a line each.
    """

    name: TableName
    sheet: Sheet
    beside: tuple[Sheet, ...]
    columns: tuple[Column, ...]
    link: str | None
    key: tuple[str, ...]
    key_note: str
    proposals: Mapping[str, Proposal]
    doubts: tuple[str, ...] = ()

    @property
    def unit(self) -> Unit:
        """What a row is."""
        return UNIT_OF_TABLE[self.name]


def questions_of(columns: Sequence[Column], form: Form) -> dict[str, Question]:
    """Find the form's question of each column that has one."""
    found = {column.name: form.question(column.name) for column in columns}
    return {name: question for name, question in found.items() if question}


def plan_tables(sheets: Sequence[Sheet], form: Form, unit: Unit) -> list[Plan]:
    """Find the tables of an export.

    Args:
        sheets: What the export holds.
        form: The form, maybe empty.
        unit: What a row is where the export is one table.

    Returns:
        One table of ``unit``; or the households of the main sheet and the persons of its repeats.
    """
    linked = _linked(sheets)
    if linked is None:
        main = max(sheets, key=lambda sheet: len(sheet.columns))
        key = _record_key(main, None, form)
        return [_plan(TABLE_OF_UNIT[unit], (main,), None, key, form)]
    main, repeats, record, link = linked
    ranked = sorted(repeats, key=lambda sheet: -_weight(_proposals(sheet, form)))
    persons, others = ranked[0], ranked[1:]
    beside = _continuing(persons, others, link, form)
    key = _record_key(persons, link, form)
    households = _plan(TableName.HOUSEHOLDS, (main,), None, ((record,), _key_note(record)), form)
    listed = Counter(persons.rows[link])
    return [
        _without_another_size(households, [listed[key] for key in main.rows[record]]),
        _plan(TableName.PERSONS, (persons, *beside), link, key, form),
    ]


def _plan(
    name: TableName,
    sheets: tuple[Sheet, ...],
    link: str | None,
    key: tuple[tuple[str, ...], str],
    form: Form,
) -> Plan:
    first: dict[str, Column] = {}
    for column in (c for sheet in sheets for c in sheet.columns):
        first.setdefault(column.name, column)
    columns = tuple(first.values())
    asked = [column for column in columns if column.name not in key[0]]
    proposals = propose(name, asked, questions_of(columns, form))
    return Plan(name, sheets[0], sheets[1:], columns, link, *key, proposals)


def _without_another_size(households: Plan, listed: Sequence[int]) -> Plan:
    """Leave out a size of the household that the rows of the roster speak against."""
    size = households.proposals.get("n_members")
    if size is None:
        return households
    said = households.sheet.rows[size.column]
    stated = [(text, n) for text, n in zip(said, listed, strict=True) if _is_number(text)]
    n_other = sum(float(text or 0) != n for text, n in stated)
    if n_other <= MANY * len(stated):
        return households
    doubt = (
        f"n_members: {size.column} is not mapped; in {n_other:,} of {len(stated):,} households it "
        f"is not the number of members listed. Find out what it counts"
    )
    others = {name: p for name, p in households.proposals.items() if name != "n_members"}
    return replace(households, proposals=others, doubts=(doubt,))


def _is_number(text: str | None) -> bool:
    try:
        float(text or "")
    except ValueError:
        return False
    return True


def _linked(sheets: Sequence[Sheet]) -> tuple[Sheet, list[Sheet], str, str] | None:
    """Find the main sheet, its repeats, and the columns that join them."""
    for record, link in hints()["links"]:
        for main in sheets:
            own = set(main.rows.get(record, ()))
            is_repeat = record != link and link in main.rows
            if is_repeat or not own or None in own or len(own) < main.n_rows:
                continue
            repeats = [
                sheet
                for sheet in sheets
                if sheet is not main
                and sheet.n_rows
                and own.issuperset(sheet.rows.get(link, [None]))
            ]
            if repeats:
                return main, repeats, record, link
    return None


def _proposals(sheet: Sheet, form: Form) -> dict[str, Proposal]:
    return propose(TableName.PERSONS, sheet.columns, questions_of(sheet.columns, form))


def _weight(proposals: Mapping[str, Proposal]) -> int:
    """Say how much a sheet looks like the roster; sex and age make one."""
    return len(proposals) + 5 * sum(
        variable in proposals for variable in ("sex", "relation_to_head")
    )


def _continuing(persons: Sheet, others: Sequence[Sheet], link: str, form: Form) -> list[Sheet]:
    """Find repeats about the same persons that answer what the roster does not."""
    known = set(_proposals(persons, form))
    sizes = Counter(persons.rows[link])
    found = []
    for sheet in others:
        new = set(_proposals(sheet, form)) - known
        fits = all(n <= sizes[parent] for parent, n in Counter(sheet.rows[link]).items())
        if new and fits:
            found.append(sheet)
            known |= new
    return found


def _record_key(sheet: Sheet, link: str | None, form: Form) -> tuple[tuple[str, ...], str]:
    """Find columns that tell every record apart, and what to say of them."""
    first = (link,) if link else ()
    named = [*_numbering(sheet, form)] if link else [*_naming(sheet)]
    for column in named:
        if _is_unique(sheet, (*first, column)):
            return (*first, column), _key_note(column)
    if link and _is_unique(sheet, (link,)):
        return (link,), "CHECK THIS: one row per parent in this export; add the line number"
    filled = [c.name for c in sheet.columns if c.n_filled == c.n_rows and c.name not in first]
    for size in range(1, TOGETHER + 1):
        for columns in combinations(islice(filled, CANDIDATES), size):
            if _is_unique(sheet, (*first, *columns)):
                return (*first, *columns), "CHECK THIS: the first columns that tell all rows apart"
    fallback = (*first, *filled[:1]) or (sheet.columns[0].name,)
    return fallback, "CHECK THIS: no columns tell all rows apart; the doubled ones are held back"


def _numbering(sheet: Sheet, form: Form) -> list[str]:
    """List columns that may number the rows of a parent, best first."""
    asked = questions_of(sheet.columns, form)
    sure = [name for name, question in asked.items() if question.is_position]
    phrases = hints()["line_numbers"]
    named = [c.name for c in sheet.columns if mentions(LAST.split(c.name)[-1], phrases)]
    tool = [name for name in ("_index",) if sheet.column(name)]
    roster = [c.name for c in sheet.columns if c.name.endswith("__id")]
    own = [name for name in ("KEY",) if sheet.column(name)]
    return [*sure, *own, *roster, *named, *tool]


def _naming(sheet: Sheet) -> list[str]:
    tool = [name for name in hints()["tool_columns"]["record_key"] if sheet.column(name)]
    phrases = hints()["record_ids"]
    named = [c.name for c in sheet.columns if mentions(LAST.split(c.name)[-1], phrases)]
    return [*tool, *named]


def _key_note(column: str) -> str:
    if column == "_index":
        return (
            "CHECK THIS: _index is made anew at every export, so corrected interviews look new; "
            "export with _uuid, or add a question that numbers the rows"
        )
    return ""


def _is_unique(sheet: Sheet, columns: Sequence[str]) -> bool:
    rows = list(zip(*(sheet.rows[name] for name in columns), strict=True))
    return len(set(rows)) == len(rows) and all(None not in row for row in rows)
