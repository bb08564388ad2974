"""Where a piece of a source stands: locators, and their form as URI fragments.

A locator is one of four frozen values, each with `.fragment` (the text after `#`) and `.within(a, b)` (the
characters a to b, counted from 0, of the piece's text). `parse_fragment` is the inverse of `.fragment`.

    TextPlace   line=71,72 · char=5120,5126          RFC 5147: positions between lines / characters, from 0;
                                                     `line=71,72` is the 72nd line. Line ends count as one.
    PagePlace   page=3&table=2&cell=R4C1&bbox=x0,top,x1,bottom    page from 1, boxes in points from top left
    SheetPlace  sheet=表1&cell=B4                     sheet name percent-encoded where a URI needs it
    NodePlace   /body/tbl[3]/tr[4]/tc[2]             element path, counted from 1

The last three take `&char=a,b` for a piece of their text.
"""

import re
from typing import NamedTuple, Self


class TextPlace(NamedTuple):
    """Lines `first` to `last` of a plain text (numbered from 1, inclusive), whose piece of text begins
    at character `offset` of the whole (after line ends are made `\\n`); or, with `length`, just so many
    characters from `offset`."""

    first: int
    last: int
    offset: int
    length: int | None = None

    @property
    def fragment(self) -> str:
        if self.length is None:
            return f"line={self.first - 1},{self.last}"
        return f"char={self.offset},{self.offset + self.length}"

    def within(self, start: int, end: int) -> Self:
        return self._replace(offset=self.offset + start, length=end - start)


class PagePlace(NamedTuple):
    """A box on a page (from 1) of a PDF, an OFD or a scan; with table (from 1 on that page), row and column
    (from 1) where it is a cell. `bbox` = x0, top, x1, bottom in points, origin top left."""

    page: int
    bbox: tuple[float, float, float, float]
    table: int | None = None
    row: int | None = None
    col: int | None = None
    chars: tuple[int, int] | None = None

    @property
    def fragment(self) -> str:
        parts = [f"page={self.page}"]
        if self.table is not None:
            parts.append(f"table={self.table}")
        if self.row is not None and self.col is not None:
            parts.append(f"cell=R{self.row}C{self.col}")
        parts.append("bbox=" + ",".join(f"{edge:.1f}" for edge in self.bbox))
        return "&".join(parts) + _chars(self.chars)

    def within(self, start: int, end: int) -> Self:
        return self._replace(chars=(start, end))


class SheetPlace(NamedTuple):
    """A cell of a workbook: sheet name and A1 reference."""

    sheet: str
    cell: str
    chars: tuple[int, int] | None = None

    @property
    def fragment(self) -> str:
        from urllib.parse import quote

        return f"sheet={quote(self.sheet, safe='')}&cell={self.cell}" + _chars(self.chars)

    def within(self, start: int, end: int) -> Self:
        return self._replace(chars=(start, end))


class NodePlace(NamedTuple):
    """An element of a Word, HTML or OpenDocument file: its path from the body, counted from 1."""

    path: str
    chars: tuple[int, int] | None = None

    @property
    def fragment(self) -> str:
        return self.path + _chars(self.chars)

    def within(self, start: int, end: int) -> Self:
        return self._replace(chars=(start, end))


Locator = TextPlace | PagePlace | SheetPlace | NodePlace


def whole_of(place: Locator) -> Locator:
    """The table that a cell stands in, told by its place without row and cell; any other place as it is."""
    match place:
        case PagePlace(table=int()):
            return PagePlace(place.page, (0.0, 0.0, 0.0, 0.0), place.table)
        case SheetPlace():
            return SheetPlace(place.sheet, "")
        case NodePlace() if "/tr[" in place.path:
            return NodePlace(place.path[: place.path.rindex("/tr[")])
    return place


def _chars(chars: tuple[int, int] | None) -> str:
    return "" if chars is None else f"&char={chars[0]},{chars[1]}"


_TAIL = re.compile(r"^(.*)&char=(\d+),(\d+)$", re.S)


def split_chars(fragment: str) -> tuple[str, tuple[int, int] | None]:
    """The fragment of the whole piece, and the range of characters within it (None: all of it)."""
    match = _TAIL.match(fragment)
    if match is None:
        return fragment, None
    return match[1], (int(match[2]), int(match[3]))


def parse_fragment(fragment: str) -> Locator:
    """The locator that `fragment` (with or without `#`) stands for; ValueError where it is none.

    A text fragment `char=a,b` gives a place with lines 0 (they are not in the fragment).
    """
    body, chars = split_chars(fragment.removeprefix("#"))
    if match := re.fullmatch(r"line=(\d+),(\d+)", body):
        return TextPlace(int(match[1]) + 1, int(match[2]), -1)
    if match := re.fullmatch(r"char=(\d+),(\d+)", body):
        return TextPlace(0, 0, int(match[1]), int(match[2]) - int(match[1]))
    if match := re.fullmatch(r"sheet=([^&]*)&cell=([A-Z]+[0-9]+)", body):
        from urllib.parse import unquote

        return SheetPlace(unquote(match[1]), match[2], chars)
    if match := re.fullmatch(
        r"page=(\d+)(?:&table=(\d+))?(?:&cell=R(\d+)C(\d+))?&bbox=(-?[\d.]+),(-?[\d.]+),(-?[\d.]+),(-?[\d.]+)", body
    ):
        page, table, row, col = (int(part) if part else None for part in match.groups()[:4])
        x0, top, x1, bottom = (float(part) for part in match.groups()[4:])
        assert page is not None
        return PagePlace(page, (x0, top, x1, bottom), table, row, col, chars)
    if body.startswith("/"):
        return NodePlace(body, chars)
    raise ValueError(f"not a locator: {fragment!r}")
