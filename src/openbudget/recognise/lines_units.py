"""Whose figures a statement holds: the department's, or those of a unit that its title names."""

from __future__ import annotations

import re
from collections.abc import Iterator

from openbudget.recognise.goals import Context
from openbudget.recognise.layout import Layouts
from openbudget.recognise.lines_statement import Statement
from openbudget.recognise.rows import Read, text_origin
from openbudget.recognise.sections import Grid, Section, Text
from openbudget.recognise.words import Folded, fold, plain

LONGEST_TITLE = 60
SHORTEST_NAME = 5
_KINDS = r"(?:部门|单位|本级)*(?:收支|收入|支出|预算|决算|财政拨款|一般公共|政府性基金|国有资本|三公)"
_LEAD = r"^(?:附?[表件]?[\d一二三四五六七八九十.、:()-]*|第[\d一二三四五六七八九十]+部分)?"
_TITLE = re.compile(
    rf"{_LEAD}(?:(?P<organization>[^,。;:\d]{{4,40}}?)(?:\(本级\)|本级)?20\d\d年?度?{_KINDS}"
    rf"|20\d\d年?度?(?P<behind>[^,。;:\d]{{4,40}}?)(?:\(本级\)|本级)?{_KINDS})"
)
_PLACES = re.compile(r"(?:[^省市区县旗州盟]{2,8}(?:自治区|自治州|自治县|省|市|区|县|旗|盟))+")
_SELF = re.compile(r"\((?:部门|单位|汇总|本级|本部|机关)\)$|(?:部门|单位|本级|本部|机关|汇总)$|^\d{3,15}[-_.]?")


_BEHIND = re.compile(r"\(?(?:局|院|厅)?(?:机关)?(?:本级|本部)\)?|\((?:本级)?(?:局|院|厅|委)?机关\)")
_OFFICE = re.compile(r"(?:\(?(?:局|院|厅)?(?:机关)?(?:本级|本部)\)?|\((?:本级)?(?:局|院|厅|委)?机关\))$")


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
    if named is not None and not same_body(named[0], context.organization):
        return add_unit(*named, None, context)
    whole = context.rows.whole
    office = named is not None and _OFFICE.search(named[0]) is not None and not _OFFICE.search(context.organization)
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
    """The name behind `编制单位：` and the like; a superior (主管部门) is not whose figures they are."""
    folded = fold(text.printed)
    match = re.search(layouts["facts"]["labelled"], folded.text) if len(folded.text) <= 80 else None
    if match is None or "主管" in folded.text[: match.start("organization")]:
        return None
    return _name(text, folded, match, "organization", layouts)


def _titled(text: Text, layouts: Layouts) -> tuple[str, Read] | None:
    """The name that a title begins with, before or behind its year; no sentence is a title."""
    folded = fold(text.printed)
    if len(folded.text) > LONGEST_TITLE or re.search(r"[。;,]", folded.text):
        return None
    match = _TITLE.search(folded.text)
    if match is None:
        return None
    return _name(text, folded, match, "organization" if match["organization"] else "behind", layouts)


def _name(text: Text, folded: Folded, match: re.Match[str], group: str, layouts: Layouts) -> tuple[str, Read] | None:
    facts = layouts["facts"]
    name = match[group].strip(":,、-·")
    behind = _BEHIND.match(folded.text, match.end(group))
    if behind is not None and match[group].endswith(name):
        name += behind.group()
    bare = _OFFICE.sub("", name)
    if len(bare) < SHORTEST_NAME or not bare.endswith(tuple(facts["name_ends"])):
        return None
    if any(re.search(word, name) for word in facts["not_names"]):
        return None
    start = match.start(group) + match[group].find(bare)
    origin = text_origin(text, *folded.span(start, start + len(name)), "cell")
    return name, Read(origin.printed, origin)


def same_body(name: str, organization: str) -> bool:
    """True where both names are of one body: equal but for words such as （部门） or 本级, or for a division left out
    (`甲市财政局` over a table of `甲市乙区财政局`: no unit is above its department)."""
    one, other = _SELF.sub("", plain(name)), _SELF.sub("", plain(organization))
    if one == other or one.endswith(other) or other.endswith(one):
        return True
    return bool(_places(one) and other.startswith(_places(one)) and other.endswith(one[len(_places(one)) :]))


def _places(name: str) -> str:
    """The divisions that a name begins with."""
    match = _PLACES.match(name)
    return match.group() if match else ""


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
