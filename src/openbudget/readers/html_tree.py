"""The blocks of a web page in reading order, each with the path of its element: `/html/body/div[2]/p[1]`.

Where an element holds several runs of text (parted by line breaks or by other blocks), the nth has
`/text()[n]` behind its element's path.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from openbudget.model.document import Block, Diagnostic, Heading, Paragraph, Table
from openbudget.model.place import NodePlace
from openbudget.readers import limits
from openbudget.readers.grid import build_table
from openbudget.readers.html_bars import read_bars
from openbudget.readers.html_table import Span, place_cells
from openbudget.readers.stitch import stitch

if TYPE_CHECKING:
    from lxml.etree import _Element

_BLOCKS = frozenset(
    {"address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dir", "div", "dl",
     "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr",
     "html", "legend", "li", "main", "menu", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "td",
     "tfoot", "th", "thead", "tr", "ul"}
)  # fmt: skip
_LEFT_OUT = frozenset(
    {"head", "script", "style", "noscript", "template", "select", "button", "datalist", "object", "embed", "applet",
     "svg", "map", "del", "audio", "video"}
)  # fmt: skip
_FRAMES = frozenset({"frame", "iframe"})
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.I)
_SPACE = re.compile(r"[ \f]*[\t\n\r][ \t\n\r\f]*")
_LAYOUT = re.compile(r"[\t\n\r]")
_PAGE_CELL = (1500, 8)  # characters and lines of a cell that is a page's column
_PAGE_ROWS = 12


@dataclass(slots=True)
class Page:
    """Reads one page; `name` is the source's, for errors."""

    name: str
    cells: int = 0
    hidden: int = 0
    deletions: int = 0
    pictures: int = 0
    clamped: list[str] = field(default_factory=list)
    frames: list[str] = field(default_factory=list)
    overlaps: list[int] = field(default_factory=list)
    stitched: list[Diagnostic] = field(default_factory=list)

    def blocks(self, root: _Element, path: str) -> tuple[Block, ...]:
        """The blocks of the page whose root element is `root`."""
        blocks, self.stitched = stitch(read_bars(list(self._walk(root, path))))
        return blocks

    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """What is to be said about the page."""
        counted = (
            ("readers.hidden_text", self.hidden),
            ("readers.tracked_deletions", self.deletions),
            ("readers.embedded_object", self.pictures),
        )
        found = [*self.stitched, *(Diagnostic(key, {"count": str(count)}) for key, count in counted if count)]
        found += [Diagnostic("readers.span_clamped", {"span": span, "limit": "1000"}) for span in self.clamped[:1]]
        found += [Diagnostic("readers.external_reference", {"target": target[:200]}) for target in self.frames]
        found += [Diagnostic("readers.overlapping_cells", {"row": str(row + 1)}) for row in self.overlaps[:1]]
        return tuple(found)

    def _walk(self, element: _Element, path: str) -> Iterator[Block]:
        """The blocks in an element: its own runs of text, and the blocks among them."""
        if element.tag == "pre":
            lines = "".join(map(str, element.itertext())).splitlines()
            for index, line in enumerate((line.strip() for line in lines if line.strip()), 1):
                yield Paragraph(line, NodePlace(f"{path}/text()[{index}]"))
            return
        runs: list[list[str]] = [[]]
        inner: list[tuple[int, _Element, str]] = []  # run before it, element, path
        self._runs(element, path, runs, inner)
        texts = [clean("".join(run)) for run in runs]
        alone = sum(1 for text in texts if text) == 1 and not inner
        level = _HEADINGS.get(element.tag)
        ordinal = 0
        position = 0
        for index, text in enumerate(texts):
            if text:
                ordinal += 1
                place = NodePlace(path if alone else f"{path}/text()[{ordinal}]")
                yield Paragraph(text, place) if level is None else Heading(level, text, place)
            while position < len(inner) and inner[position][0] == index:
                _, child, child_path = inner[position]
                position += 1
                yield from self._table(child, child_path) if child.tag == "table" else self._walk(child, child_path)

    def _runs(
        self, element: _Element, path: str, runs: list[list[str]], inner: list[tuple[int, _Element, str]]
    ) -> None:
        """Collect the text in an element into runs, and the blocks in it, those within inline elements too."""
        if element.text:
            runs[-1].append(element.text)
        counts: dict[str, int] = {}
        for child in element:
            tag = child.tag
            counts[tag] = counts.get(tag, 0) + 1
            if tag == "br":
                runs.append([])
            elif self._shown(child):
                child_path = f"{path}/{tag}[{counts[tag]}]"
                if tag in _BLOCKS:
                    inner.append((len(runs) - 1, child, child_path))
                    runs.append([])
                else:
                    self._runs(child, child_path, runs, inner)
            if child.tail:
                runs[-1].append(child.tail)

    def _shown(self, element: _Element) -> bool:
        tag = element.tag
        if tag in _LEFT_OUT:
            self.deletions += tag == "del"
            self.pictures += tag in ("object", "embed", "applet", "svg")
            return False
        if tag in _FRAMES:
            self.frames.append(element.get("src") or tag)
            return False
        if tag == "img":
            self.pictures += 1
            return False
        if _hides(element):
            self.hidden += any(str(text).strip() for text in element.itertext())
            return False
        return True

    def _table(self, element: _Element, path: str) -> Iterator[Block]:
        rows = list(self._rows(element, path))
        caption = next(element.iterchildren("caption"), None)
        title = None
        if caption is not None and self._shown(caption):
            title = " ".join(self.lines(caption)) or None
            yield from self._walk(caption, f"{path}/caption[1]")
        if next(element.iterdescendants("table"), None) is not None or self._is_column(rows):
            for row in rows:
                for span in row:
                    yield from self._walk(span.element, span.path)
            return
        if not any(rows):
            yield from self._walk_loose(element, path)
            return
        placed = place_cells(self.name, rows, self.lines, self.overlaps)
        table = build_table(placed, len(rows), NodePlace(path))
        self.cells += table.n_rows * table.n_cols
        limits.check_cells(self.name, self.cells)
        yield from self._stray(element, path)
        yield Table(table.n_rows, table.n_cols, table.cells, table.place, name=title)

    def _rows(self, element: _Element, path: str) -> Iterator[list[Span]]:
        """The rows of a table with their cells; rows that only set column widths (of Word and Excel) are left out."""
        counts: dict[str, int] = {}
        feet: list[tuple[_Element, str]] = []
        for child in element:
            tag = child.tag
            counts[tag] = counts.get(tag, 0) + 1
            child_path = f"{path}/{tag}[{counts[tag]}]"
            if tag == "tfoot" and self._shown(child):
                feet.append((child, child_path))  # shown last wherever it stands
            elif tag in ("thead", "tbody") and self._shown(child):
                yield from self._rows(child, child_path)
            elif tag == "tr" and self._shown(child):
                spans = list(self._cells(child, child_path))
                if child.get("height") == "0" and not any(self.lines(span.element) for span in spans):
                    continue
                yield spans
        for child, child_path in feet:
            yield from self._rows(child, child_path)

    def _cells(self, row: _Element, path: str) -> Iterator[Span]:
        counts: dict[str, int] = {}
        for child in row:
            tag = child.tag
            counts[tag] = counts.get(tag, 0) + 1
            if tag in ("td", "th") and self._shown(child):
                wide, high = child.get("colspan"), child.get("rowspan")
                colspan = limits.clamp_span(wide, limits.COLSPAN)
                if wide is not None and len(wide.strip()) > 4:
                    self.clamped.append(wide.strip()[:20])
                rowspan = limits.ROWSPAN if (high or "").strip() == "0" else limits.clamp_span(high, limits.ROWSPAN)
                yield Span(child, f"{path}/{tag}[{counts[tag]}]", colspan, rowspan)

    def _is_column(self, rows: list[list[Span]]) -> bool:
        """A table of single cells one under the other, of a row or two with a whole page in a cell, or of a few rows
        (title, date, page) with a whole page alone in one: layout."""
        if all(len(row) <= 1 for row in rows):
            return True
        if len(rows) > _PAGE_ROWS:
            return False
        texts = [[lines for span in row if (lines := self.lines(span.element))] for row in rows]
        pages = [
            len(row) == 1
            for row in texts
            for lines in row
            if len(lines) >= _PAGE_CELL[1] and sum(map(len, lines)) >= _PAGE_CELL[0]
        ]
        return bool(pages) and (len(rows) <= 2 or (any(pages) and all(len(row) <= 2 for row in texts)))

    def _stray(self, element: _Element, path: str) -> Iterator[Block]:
        """Text that stands in a table but in none of its cells: browsers print it before the table."""
        parts: list[str] = []
        for part in (element, *element.iterdescendants("thead", "tbody", "tfoot", "tr")):
            parts.append(part.text or "")
            parts += [child.tail or "" for child in part]
        text = clean(" ".join(part for part in parts if part.strip()))
        if text:
            yield Paragraph(text, NodePlace(f"{path}/text()[1]"))

    def _walk_loose(self, element: _Element, path: str) -> Iterator[Block]:
        counts: dict[str, int] = {}
        for child in element:
            counts[child.tag] = counts.get(child.tag, 0) + 1
            if child.tag != "caption" and self._shown(child):
                yield from self._walk(child, f"{path}/{child.tag}[{counts[child.tag]}]")
        yield from self._stray(element, path)

    def lines(self, element: _Element) -> list[str]:
        """The lines of text in an element, as in a cell: blocks and line breaks part them, blank ones are dropped."""
        runs: list[list[str]] = [[]]
        self._lines(element, runs)
        return [text for text in (clean("".join(run)) for run in runs) if text]

    def _lines(self, element: _Element, runs: list[list[str]]) -> None:
        if element.text:
            runs[-1].append(element.text)
        for child in element:
            tag = child.tag
            if tag == "br":
                runs.append([])
            elif tag not in _LEFT_OUT and tag not in _FRAMES and not _hides(child):
                if tag in _BLOCKS:
                    runs.append([])
                self._lines(child, runs)
                if tag in _BLOCKS:
                    runs.append([])
            if child.tail:
                runs[-1].append(child.tail)


def _hides(element: _Element) -> bool:
    return element.get("hidden") is not None or _HIDDEN.search(element.get("style") or "") is not None


def clean(text: str) -> str:
    """Text without the white space that lays out its source: a wrapped line goes on after one blank, as browsers show
    it. Blanks within a line stay, as in other formats."""
    text = text.strip()
    return _SPACE.sub(" ", text) if _LAYOUT.search(text) else text
