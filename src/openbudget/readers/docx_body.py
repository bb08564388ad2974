"""The blocks of a Word document in reading order, each with the path of its element.

A path counts elements of the same name among their siblings, from 1: `/body/tbl[3]/tr[4]/tc[2]`. What a content
control, a custom XML element or an accepted insertion wraps has that element in its path:
`/body/sdt[1]/sdtContent[1]/tbl[1]`. A text box has the path of its paragraph with `/txbxContent[n]` behind.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from openbudget.model.document import Block, Heading, Paragraph, Table
from openbudget.model.place import NodePlace
from openbudget.readers import limits
from openbudget.readers.docx_names import MC, W, flag, number, value
from openbudget.readers.docx_text import Words, alternative
from openbudget.readers.grid import Placed, build_table, count_columns, merge_down

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_P, _TBL, _TR, _TC, _SDT = W + "p", W + "tbl", W + "tr", W + "tc", W + "sdt"
_TR_PR, _TC_PR, _GRID_SPAN, _V_MERGE, _H_MERGE, _CELL_DELETED = (
    W + "trPr", W + "tcPr", W + "gridSpan", W + "vMerge", W + "hMerge", W + "cellDel",
)  # fmt: skip
_NAMES = {_P: "p", _TBL: "tbl", _TR: "tr", _TC: "tc"}
_BLOCKS, _ROWS, _CELLS = frozenset({_P, _TBL}), frozenset({_TR}), frozenset({_TC})
_PROPERTIES = frozenset({_TC_PR, _TR_PR, W + "tblPr", W + "tblGrid", W + "tblPrEx", W + "sectPr"})
_WRAPPERS = frozenset(
    {W + "customXml", W + "smartTag", W + "ins", W + "moveTo", W + "sdtContent", MC + "Choice", MC + "Fallback"}
)
_LONGEST_HEADING = 100  # a longer one is a paragraph that lost its style


@dataclass(slots=True)
class Body:
    """Reads blocks; `name` is the source's, for errors. `absent` names parts that stand elsewhere (altChunk)."""

    name: str
    words: Words
    cells: int = 0
    clamped: list[str] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)

    def blocks(self, parent: Element, path: str, depth: int = 0) -> Iterator[Block]:
        """The blocks in `parent`, whose path is `path`."""
        for child, child_path in self._children(parent, path, _BLOCKS):
            if child.tag == _TBL:
                yield from self._table_or_layout(child, child_path, depth)
            else:
                yield from self._paragraph(child, child_path, depth)

    def _children(self, parent: Element, path: str, wanted: frozenset[str]) -> Iterator[tuple[Element, str]]:
        """The wanted elements in `parent`, those in content controls and other wrappers too."""
        counts: dict[str, int] = {}
        for child in parent:
            tag = child.tag
            count = counts[tag] = counts.get(tag, 0) + 1
            if tag in wanted:
                yield child, f"{path}/{_NAMES[tag]}[{count}]"
            elif tag not in _PROPERTIES:
                yield from self._unwrapped(child, f"{path}/{tag.rpartition('}')[2]}[{count}]", wanted)

    def _unwrapped(self, child: Element, path: str, wanted: frozenset[str]) -> Iterator[tuple[Element, str]]:
        tag = child.tag
        if tag == _SDT:
            content = child.find(W + "sdtContent")
            if content is None:
                return
            if value(child.find(f"{W}sdtPr/{W}docPartObj/{W}docPartGallery")) == "Table of Contents":
                self.words.contents_lines += sum(1 for _ in content.iter(_P))
                return
            if flag(child.find(f"{W}sdtPr/{W}showingPlcHdr")) and wanted == _BLOCKS:
                self.words.hidden += 1  # a prompt such as “click here”, not content
                return
            yield from self._children(content, f"{path}/sdtContent[1]", wanted)
        elif tag in _WRAPPERS:
            yield from self._children(child, path, wanted)
        elif tag == MC + "AlternateContent":
            chosen = alternative(child)
            yield from self._children(chosen, f"{path}/{chosen.tag.rpartition('}')[2]}[1]", wanted)
        elif tag in (W + "del", W + "moveFrom"):
            self.words.deletions += 1
        elif tag in (W + "altChunk", W + "subDoc"):
            self.absent.append(tag.rpartition("}")[2])

    def _paragraph(self, element: Element, path: str, depth: int) -> Iterator[Block]:
        text, style, boxes = self.words.read(element)
        limits.check_characters(self.name, path, len(text))
        if text:
            if style.outline is not None and style.outline < 9 and len(text) <= _LONGEST_HEADING:
                yield Heading(style.outline + 1, text, NodePlace(path))
            else:
                yield Paragraph(text, NodePlace(path))
        limits.check_depth(self.name, depth)
        for index, box in enumerate(boxes, 1):
            yield from self.blocks(box, f"{path}/txbxContent[{index}]", depth + 1)

    def _table_or_layout(self, element: Element, path: str, depth: int) -> Iterator[Block]:
        limits.check_depth(self.name, depth)
        if _is_layout(element):
            for row, row_path in self._children(element, path, _ROWS):
                for cell, cell_path in self._children(row, row_path, _CELLS):
                    yield from self.blocks(cell, cell_path, depth + 1)
        elif (table := self._table(element, path, depth)) is not None:
            yield table

    def _table(self, element: Element, path: str, depth: int) -> Table | None:
        drawn, n_rows = self._drawn(element, path, depth)
        if not drawn:
            return None
        grid = element.find(W + "tblGrid")
        widths = [] if grid is None else [number(each, 0, "w") or 0 for each in grid.iterfind(W + "gridCol")]
        placed = merge_down(drawn, widths)
        self.cells += n_rows * count_columns(placed)
        limits.check_cells(self.name, self.cells)
        return build_table(placed, n_rows, NodePlace(path))

    def _drawn(self, element: Element, path: str, depth: int) -> tuple[list[Placed], int]:
        """The cells of a table as drawn, and the number of its rows."""
        drawn: list[Placed] = []
        n_rows = 0
        for row, row_path in self._children(element, path, _ROWS):
            properties = row.find(_TR_PR)
            left = 0
            if properties is not None:
                if properties.find(W + "del") is not None:
                    self.words.deletions += 1
                    continue
                if flag(properties.find(W + "hidden")):
                    self.words.hidden += 1
                    continue
                left = self._span(number(properties.find(W + "gridBefore"), 0) or 0)
            start = left
            for cell, cell_path in self._children(row, row_path, _CELLS):
                placed, joins_left = self._cell(cell, cell_path, n_rows, left, depth)
                left = placed.right
                if joins_left and placed.left > start:
                    drawn[-1].right = left
                else:
                    drawn.append(placed)
            n_rows += 1
        return drawn, n_rows

    def _cell(self, element: Element, path: str, top: int, left: int, depth: int) -> tuple[Placed, bool]:
        """A cell, and whether it is a horizontally merged part of the one before it."""
        span, joins_up, joins_left, deleted = 1, False, False, False
        texts: list[str] = []
        nested: list[Table] = []
        paragraphs = 0
        counts: dict[str, int] = {}
        read = self.words.read
        for child in element:
            tag = child.tag
            if tag == _P and not deleted:
                paragraphs += 1
                text, _, boxes = read(child)
                texts.append(text)
                for index, box in enumerate(boxes, 1):
                    self._inside(box, f"{path}/p[{paragraphs}]/txbxContent[{index}]", depth, texts, nested)
            elif tag == _TC_PR:
                for each in child:
                    if each.tag == _GRID_SPAN:
                        span = self._span(number(each, 1) or 1) or 1
                    elif each.tag == _V_MERGE:
                        joins_up = value(each) != "restart"
                    elif each.tag == _H_MERGE:
                        joins_left = value(each) != "restart"
                    elif each.tag == _CELL_DELETED:
                        deleted = True
            elif not deleted:
                counts[tag] = counts.get(tag, 0) + 1
                child_path = f"{path}/{tag.rpartition('}')[2]}[{counts[tag]}]"
                if tag == _TBL:
                    self._nested(child, child_path, depth, nested)
                else:
                    self._take(self._unwrapped(child, child_path, _BLOCKS), depth, texts, nested)
        if deleted:  # blank, in its place: the others in its row stay under their headings
            self.words.deletions += 1
        text = texts[0] if len(texts) == 1 else "\n".join(texts).strip()
        if text and (joins_up or joins_left):
            self.words.hidden += 1  # Word keeps but never shows what stands in a cell that was merged away
            text = ""
        return Placed(text, path, top, left, left + span, top + 1, tuple(nested), joins_up), joins_left

    def _inside(self, parent: Element, path: str, depth: int, texts: list[str], nested: list[Table]) -> None:
        """Put the text and the tables of a text box that stands in a cell into that cell's."""
        limits.check_depth(self.name, depth + 1)
        self._take(self._children(parent, path, _BLOCKS), depth + 1, texts, nested)

    def _take(self, children: Iterator[tuple[Element, str]], depth: int, texts: list[str], nested: list[Table]) -> None:
        for child, path in children:
            if child.tag == _TBL:
                self._nested(child, path, depth, nested)
                continue
            text, _, boxes = self.words.read(child)
            texts.append(text)
            for index, box in enumerate(boxes, 1):
                self._inside(box, f"{path}/txbxContent[{index}]", depth, texts, nested)

    def _nested(self, element: Element, path: str, depth: int, nested: list[Table]) -> None:
        limits.check_depth(self.name, depth + 1)
        if (table := self._table(element, path, depth + 1)) is not None:
            nested.append(table)

    def _span(self, count: int) -> int:
        if count > limits.COLSPAN:
            self.clamped.append(str(count))
        return min(max(count, 0), limits.COLSPAN)


def _is_layout(table: Element) -> bool:
    """A table that only holds others in place, or one cell: it holds tables, and what is in its other cells is blank,
    or it has one column."""
    if len(list(islice(_own_cells(table), 2))) == 1:
        return True
    if len(list(islice(table.iter(_TBL), 2))) < 2:
        return False
    own = list(_own_cells(table))
    rows = sum(1 for child in _own_rows(table))
    plain = [cell for cell in own if next(cell.iter(_TBL), None) is None]
    return len(own) == rows or not any((text.text or "").strip() for cell in plain for text in cell.iter(W + "t"))


def _own_rows(table: Element) -> Iterator[Element]:
    for child in table:
        if child.tag == _TR:
            yield child
        elif child.tag in _WRAPPERS or child.tag == _SDT:
            yield from _own_rows(child)


def _own_cells(table: Element) -> Iterator[Element]:
    for row in _own_rows(table):
        for child in row:
            if child.tag == _TC:
                yield child
            elif child.tag in _WRAPPERS or child.tag == _SDT:
                yield from (cell for cell in child.iter(_TC))
