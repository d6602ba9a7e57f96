"""What may pass the border, by name, label and content; what can't be judged is dropped."""

import re
from dataclasses import dataclass
from typing import Literal

from migstat.declarations import ColumnType
from migstat.declarations.survey_check import IDENTIFIER_NAME
from migstat.drafting.look import Column
from migstat.drafting.words import hints, mentions
from migstat.drafting.xlsform import LAST, Question

FEW = 40
LONG = 60  # letters; an answer to choose is shorter
OFTEN = 0.2  # share of the answers that look like a number of a telephone or document
EMAIL = re.compile(r"[^@\s]+@[^@\s]+[.][^@\s]+")
POSITION = re.compile(r"-?[0-9]{1,3}[.][0-9]{3,}[\s,;]+-?[0-9]{1,3}[.][0-9]{3,}.*")
PHONE = re.compile(r"[+]?[0-9][0-9 ()/-]{6,}[0-9]|[0-9.]+[eE][+]?(0?[89]|1[0-4])")
DOCUMENT = re.compile(r"[A-Za-z]{0,3}[-. ]?[0-9]{2,}[0-9.\- ]{4,}[0-9]?[A-Za-z0-9]{0,3}")
SAFE_KINDS = frozenset({"integer", "decimal", "range", "date", "dateTime", "datetime", "time"})
SAFE_KINDS |= {"start", "end", "today", "acknowledge"}
MOMENTS = frozenset({ColumnType.DATE, ColumnType.TIMESTAMP})
SAFE_TYPES = MOMENTS | {ColumnType.INTEGER, ColumnType.DECIMAL}
OF_PARENT = "_submission_"


@dataclass(frozen=True)
class Verdict:
    """What the border does with a column, and why."""

    does: Literal["pass", "drop", "year", "place"]
    why: str = ""


PASS = Verdict("pass")


def judge(column: Column, question: Question | None, *, is_mapped: bool) -> Verdict:
    """Judge one column.

    Args:
        column: The column.
        question: Its question, where there is a form.
        is_mapped: Whether its answers were recognised as those of a harmonised variable or design.
    """
    found = (
        _of_tool(column.name)
        or _birth_date(column, question)
        or _place(column, question)
        or _content(column, is_mapped=is_mapped)
        or _named(column, question, is_mapped=is_mapped)
    )
    if found or is_mapped:
        return found or PASS
    return _by_form(question) if question else _by_answers(column)


def _of_tool(name: str) -> Verdict | None:
    """Judge the columns that survey tools add by themselves."""
    bare = name.removeprefix(OF_PARENT)
    tool = hints()["tool_columns"]
    for spelling in (name, bare, f"_{bare}"):
        if why := tool["drop"].get(spelling):
            return Verdict("drop", why)
        if spelling in tool["keep"]:
            return PASS
    return None


def _birth_date(column: Column, question: Question | None) -> Verdict | None:
    text = f"{_last(column)} {question.text if question else column.label}"
    is_moment = column.type in MOMENTS
    if is_moment and mentions(text, hints()["birth_dates"]):
        return Verdict("year", "a date of birth: only its year passes")
    return None


def _place(column: Column, question: Question | None) -> Verdict | None:
    if question and question.kind.startswith("geo"):
        return Verdict("place", "a position")
    if any(POSITION.fullmatch(text) for text in column.answers):
        return Verdict("place", "holds positions")
    return None


def _content(column: Column, *, is_mapped: bool) -> Verdict | None:
    """Find what gives away a person in the answers themselves; never quotes them."""
    texts = column.answers
    if any(EMAIL.search(text) for text in texts):
        return Verdict("drop", "holds e-mail addresses")
    if column.type in MOMENTS or column.choices or is_mapped or column.n_distinct <= FEW:
        return None
    for form, what in ((PHONE, "telephone numbers"), (DOCUMENT, "numbers of documents")):
        like = sum(form.fullmatch(text) is not None for text in texts)
        if like > OFTEN * len(texts):
            return Verdict("drop", f"holds what may be {what}")
    return None


def _named(column: Column, question: Question | None, *, is_mapped: bool) -> Verdict | None:
    """Find identifiers by name; by label too, unless the answers are there to choose from."""
    if IDENTIFIER_NAME.search(column.name):
        return Verdict("drop", "its name looks like a direct identifier's")
    has_choices = bool(column.choices or (question and question.choices))
    label = question.text if question else column.label
    text = _last(column) if has_choices else f"{_last(column)} {label}"
    said = None if is_mapped else mentions(text, hints()["identifiers"])
    return Verdict("drop", f'"{said}": looks like a direct identifier') if said else None


def _by_form(question: Question) -> Verdict:
    if question.kind.startswith(("select", "rank")):
        if question.choices:
            return PASS
        return Verdict("drop", "its choices come from other answers, maybe names")
    if question.kind in SAFE_KINDS:
        return PASS
    if question.kind == "calculate":
        return Verdict("drop", "calculated: may hold anything")
    return Verdict("drop", f"{question.kind or 'unknown kind'}: may hold anything")


def _by_answers(column: Column) -> Verdict:
    if column.n_filled == 0:
        return Verdict("drop", "empty in this export, so it can't be judged")
    if column.choices or column.type in SAFE_TYPES:
        return PASS
    if mentions(f"{_last(column)} {column.label}", hints()["free_text"]):
        return Verdict("drop", "free text may hold anything")
    is_choice = column.n_distinct <= FEW and column.longest <= LONG
    if is_choice and (column.n_distinct * 3 <= column.n_filled or column.n_distinct == 1):
        return PASS
    return Verdict("drop", "text that can't be judged: it may hold anything")


def _last(column: Column) -> str:
    return LAST.split(column.name)[-1]
