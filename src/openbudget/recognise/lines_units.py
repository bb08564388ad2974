"""Whose figures a statement holds: the department's, or those of a unit that its title names."""

from __future__ import annotations

import re

from openbudget.recognise.layout import Layouts
from openbudget.recognise.outline import Grid, Text
from openbudget.recognise.performance import Context
from openbudget.recognise.rows import Read, text_origin
from openbudget.recognise.words import fold, plain

_SELF = re.compile(r"\((?:部门|单位|汇总|本级|本部|机关)\)$|(?:部门|单位|本级|本部|机关|汇总)$|^\d{3,15}[-_.]?")


def table_organization(grid: Grid, begin: int, head_first: int, context: Context) -> str:
    """The id of the organisation that the title rows [begin, head_first) or the texts before a grid name
    (`编制单位：…`); the department where they name none. Another organisation than the department is added to
    `organizations` as one of its units."""
    texts = [Text(grid.file, cell.text, cell.place) for cell in grid.table.cells if begin <= cell.row < head_first]
    for text in [*texts, *reversed(grid.before)]:
        named = _named(text, context.layouts)
        if named is None:
            continue
        name, read = named
        return context.organization if same_body(name, context.organization) else add_unit(name, read, None, context)
    return context.organization


def _named(text: Text, layouts: Layouts) -> tuple[str, Read] | None:
    folded = fold(text.printed)
    if len(folded.text) > 80:
        return None
    match = re.search(layouts["facts"]["labelled"], folded.text)
    if match is None:
        return None
    name = match["organization"].strip(":,、-·")
    if not name.endswith(tuple(layouts["facts"]["name_ends"])):
        return None
    start = match.start("organization") + match["organization"].find(name)
    origin = text_origin(text, *folded.span(start, start + len(name)), "cell")
    return name, Read(origin.printed, origin)


def same_body(name: str, organization: str) -> bool:
    """True where both names are of one body: equal but for words such as （部门） or 本级."""
    one, other = _SELF.sub("", plain(name)), _SELF.sub("", plain(organization))
    return one == other or one.endswith(other) or other.endswith(one)


def add_unit(name: str, read: Read, code: Read | None, context: Context) -> str:
    """The id of a unit of the department; it is added to `organizations` where it is not there yet."""
    key = plain(name)
    rows = context.rows
    if key == context.organization or any(row.id == key for row in rows.tables.get("organizations", ())):
        return key
    fields = {"name": read, "parent_id": Read(context.organization)} | (
        {"agency_code": code} if code is not None else {}
    )
    return rows.add("organizations", key, fields)
