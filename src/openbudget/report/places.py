"""Places in words: lines, pages and cells, sheets and cells, paragraphs and tables."""

from __future__ import annotations

import re

from openbudget.model.place import Locator, NodePlace, PagePlace, SheetPlace, TextPlace, parse_fragment
from openbudget.report.source_lines import position
from openbudget.report.wording import words


def place_words(finding_place: str | None, language: str, *, path: str | None = None, file: str | None = None) -> str:
    """A locator's fragment in words: `line=71,72` → 第 72 行; empty where there is none. `path` of the package and
    `file` in it: with these, characters of a text are told by their lines."""
    if not finding_place:
        return ""
    try:
        place = parse_fragment(finding_place)
    except ValueError:
        return finding_place
    return locator_words(place, language, path=path, file=file)


def locator_words(place: Locator, language: str, *, path: str | None = None, file: str | None = None) -> str:
    """`place_words` of a locator: 第 72 行, 第 3 页, 工作表“表1”B4, 第 3 张表第 4 行第 2 格."""
    if isinstance(place, TextPlace):
        return _text_place(place, language, path, file)
    if isinstance(place, PagePlace):
        key = "place_page" if place.table is None else "place_page_table" if place.row is None else "place_page_cell"
        return words(key, language, page=place.page, table=place.table, row=place.row, col=place.col)
    if isinstance(place, SheetPlace):
        return words("place_sheet", language, sheet=place.sheet, cell=place.cell)
    assert isinstance(place, NodePlace)
    return _node_place(place, language)


_NODE = re.compile(
    r"(?:/html)?/body(?:\[1\])?/(?:p\[(\d+)\]|(?:tbl|table)\[(\d+)\](?:/tr\[(\d+)\](?:/t[cdh]\[(\d+)\])?)?)"
)


def _node_place(place: NodePlace, language: str) -> str:
    """A paragraph or a cell of a table that stands in the body itself; the path of anything else."""
    found = _NODE.fullmatch(place.path)
    if found is None:
        return words("place_node", language, path=place.path)
    paragraph, table, row, cell = found.groups()
    if paragraph:
        return words("place_paragraph", language, number=paragraph)
    key = "place_table" if row is None else "place_table_row" if cell is None else "place_table_cell"
    return words(key, language, table=table, row=row, cell=cell)


def _text_place(place: TextPlace, language: str, path: str | None, file: str | None) -> str:
    if place.length is None or (place.first and path is None):
        key = "place_line" if place.first == place.last else "place_lines"
        return words(key, language, first=place.first, last=place.last)
    first = position(path, file, place.offset)
    last = position(path, file, place.offset + max(place.length, 1) - 1)
    if first is None or last is None:
        return words("place_chars", language, first=place.offset + 1, last=place.offset + place.length)
    if first[0] != last[0]:
        return words("place_lines", language, first=first[0], last=last[0])
    key = "place_line_char" if first == last else "place_line_chars"
    return words(key, language, line=first[0], first=first[1], last=last[1])
