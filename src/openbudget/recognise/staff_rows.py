"""A row of a table of staff: a kind of people with its posts (编制) and its actual number (实有)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from openbudget.errors import NotRecognisedError
from openbudget.model.document import Cell
from openbudget.recognise.layout import Layouts, matches, one_of, without_ends
from openbudget.recognise.rows import Read, read_number, read_text
from openbudget.recognise.words import OF_WHICH, plain, unnumbered


def staff_row(cells: dict[str, Cell | None], context: dict[str, Any], as_of: Read) -> None:
    """Adds the row; one whose kind is not known is refused, since its number could be of anything."""
    rows, grid, last = context["rows"], context["grid"], context["last"]
    cell = cells["item"]
    item = read_text(grid.file, cell)
    if item.value is None:
        raise NotRecognisedError("recognise.row_without_item")
    category = _category(str(item.value), context["layouts"])
    if category is None:
        raise NotRecognisedError("recognise.staff_kind_unknown")
    fields = {
        "organization_id": Read(context["organization"]),
        "as_of": as_of,
        "item": item,
        "category": Read(category, item.origin),
        "parent_id": Read(_parent(category, last)),
        "quota": read_number(rows, grid.file, cells.get("quota")),
        "actual": read_number(rows, grid.file, cells.get("actual")),
        "origin": Read("table"),
    }
    last[category] = rows.add("staff", category, fields)


def _category(printed: str, layouts: Layouts) -> str | None:
    label = OF_WHICH.sub("", plain(unnumbered(printed)))
    leads, totals = layouts["counts"]["leads"], layouts["statements"]["totals"]
    label = _without_unit(next((label[len(lead) :] for lead in leads if label.startswith(lead)), label), layouts)
    if matches(totals["any"], label) and not matches(totals["part"], label):
        return "total"
    return next((code for code, words in _kinds(layouts) if words.fullmatch(label)), None)


def staff_measure(heading: str, layouts: Layouts) -> tuple[str, str] | None:
    """The kind of staff that a folded heading names (`total` where it names none) and what it counts of it: `quota`,
    `actual`, or blank where it does not say; None for other headings."""
    label = _without_unit(heading, layouts)
    for code, words in layouts["counts"]["staff"].items():
        if matches(words, label):
            kind, _, measure = str(code).rpartition(".")
            return "total" if kind == "same" else kind, "" if measure == "any" else measure
    return None


def _without_unit(label: str, layouts: Layouts) -> str:
    return without_ends([f"({unit})" for unit in layouts["counts"]["people"]], label)


@lru_cache(maxsize=4)
def _kinds(layouts: Layouts) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Each kind of staff and the pattern of its words, whatever is counted of it."""
    return tuple(
        (code.rpartition(".")[0], re.compile(one_of(words)))
        for code, words in layouts["counts"]["staff"].items()
        if not code.startswith("same.")
    )


def _parent(category: str, last: dict[str, str]) -> str | None:
    """The nearest kind above that the table has already; those retired and students are in no total of others."""
    above = category.rpartition(".")[0]
    while above and above not in last:
        above = above.rpartition(".")[0]
    return last.get(above) if above else None
