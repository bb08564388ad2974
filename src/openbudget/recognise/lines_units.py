"""Whose figures a statement holds: the department's, or those of a unit that its title names."""

from __future__ import annotations

import re
from collections.abc import Iterator

from openbudget.recognise.bodies import is_office, office_behind, same_body, without_office
from openbudget.recognise.goals import Context
from openbudget.recognise.layout import Layouts, stands
from openbudget.recognise.lines_statement import Statement
from openbudget.recognise.rows import Read, text_origin
from openbudget.recognise.sections import Grid, Section, Text
from openbudget.recognise.words import Folded, fold, plain

LONGEST_TITLE = 60
SHORTEST_NAME = 5


def table_organization(grid: Grid, statement: Statement, section: Section, context: Context) -> str:
    """The id of the organisation whose statement this is: the one that its title rows or the texts before the grid
    name (`编制单位：…`), else the one that they or the headings above are titles of (`某中心2024年单位预算`); the
    department where none is named. Another than the department is added to `organizations` as its unit, and so is the
    department's own office (`某局（本级）`) where the same statement was read for the whole department before."""
    cells = (cell for cell in grid.table.cells if statement.begin <= cell.row < statement.head.first)
    texts = [*(Text(grid.file, cell.text, cell.place) for cell in cells), *reversed(grid.before)]
    named = next((found for text in texts if (found := _labelled(text, context.layouts))), None)
    if named is None:
        texts += _headings(section)
        named = next((found for text in texts if (found := _titled(text, context.layouts))), None)
    if named is not None and not same_body(named[0], context.organization, context.layouts):
        return add_unit(*named, None, context)
    whole = context.rows.whole
    office = (
        named is not None
        and is_office(named[0], context.layouts)
        and not is_office(context.organization, context.layouts)
    )
    if named is not None and office and statement.code in whole:
        return add_unit(*named, None, context)
    if not office:
        whole.add(statement.code)
    return context.organization


def _headings(section: Section | None) -> Iterator[Text]:
    """The heading of a section and those above it, from the innermost out."""
    while section is not None:
        if section.place is not None and section.printed:
            yield Text(section.file, section.printed, section.place)
        section = section.parent


def _labelled(text: Text, layouts: Layouts) -> tuple[str, Read] | None:
    """The name behind `编制单位：` and the like; a superior's is not that of the body whose figures they are."""
    folded = fold(text.printed)
    match = re.search(layouts["facts"]["labelled"], folded.text) if len(folded.text) <= 80 else None
    if match is None or stands(layouts["facts"]["superiors"], folded.text[: match.start("organization")]):
        return None
    return _name(text, folded, match, layouts)


def _titled(text: Text, layouts: Layouts) -> tuple[str, Read] | None:
    """The name that a title begins with, before or behind its year; no sentence is a title."""
    folded = fold(text.printed)
    if len(folded.text) > LONGEST_TITLE or re.search(r"[。;,]", folded.text):
        return None
    found = (re.search(pattern, folded.text) for pattern in layouts["facts"]["table_titles"])
    match = next(filter(None, found), None)
    return _name(text, folded, match, layouts) if match is not None else None


def _name(text: Text, folded: Folded, match: re.Match[str], layouts: Layouts) -> tuple[str, Read] | None:
    facts = layouts["facts"]
    printed = match["organization"]
    name = printed.strip(":,、-·")
    if printed.endswith(name):
        name += office_behind(folded.text, match.end("organization"), layouts)
    bare = without_office(name, layouts)
    if len(bare) < SHORTEST_NAME or not bare.endswith(tuple(facts["name_ends"])):
        return None
    if any(re.search(word, name) for word in facts["not_names"]):
        return None
    start = match.start("organization") + printed.find(bare)
    origin = text_origin(text, *folded.span(start, start + len(name)), "cell")
    return name, Read(origin.printed, origin)


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
