"""The lines over a table without ruling lines: where its header begins, and what the pages before tell of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from openbudget.readers.lattice_gap_columns import Column, fits
from openbudget.readers.lattice_gap_header import Header, header_of, reprinted
from openbudget.readers.lattice_gap_lines import Line, is_between_tables
from openbudget.readers.lattice_lines import Glyph
from openbudget.readers.lattice_open import Level

MOST_LINES = 9  # of a header
MOST_LABELS = 3  # lines of words between a header and the first row with figures
OVER = 3.3  # of the size: the step from line to line that is too far within a header
TITLE = 1.4  # of the size: a title stands at least so far above the header
CLEAR = 1.25  # times the step between the next two lines: so far at least, too

WHOLE = 0.9  # of a table's width: a line drawn over it parts rows

Print = tuple[tuple[str, int], ...]  # the words of a header, and where on the line each begins


class Layout(NamedTuple):
    """Where the columns of a table stand, for the page on which it goes on without its header."""

    columns: tuple[Column, ...]
    xs: tuple[float, ...]


class Seen(NamedTuple):
    """What the pages before tell of the next: the columns of the table that goes on, and the headers that were read, by
    their print; `missed` are those that could not be. A page adds its own to the last two."""

    carried: Layout | None
    headers: dict[Print, tuple[Header, list[Glyph]]]
    missed: set[Print]


class Top(NamedTuple):
    """At which line a table begins, at which its rows do, and its header; None where there is none that is sure."""

    first: int
    under: int
    header: Header | None
    known: bool = False  # another page told the header

    def tell(self, lines: Sequence[Line], seen: Seen) -> None:
        """Lets other pages know the header."""
        if self.header is not None:
            seen.headers[_printed(lines[self.first : self.under])] = (
                self.header,
                _glyphs(lines[self.first : self.under]),
            )

    def ask(self, lines: Sequence[Line], seen: Seen) -> None:
        """Notes that another page might tell the header, though the table was not read here."""
        seen.missed.update(_printed(lines[self.first : end]) for end in range(self.first + 1, self.under + 1))


def top_of(
    lines: Sequence[Line], under: int, floor: int, columns: Sequence[Column], levels: Sequence[Level], seen: Seen
) -> Top:
    """The top of a table whose rows begin at the line `under`; `floor`: the first line that may be of it. `levels`: the
    level lines of the page that no plumb line meets."""
    first = _highest(lines, under, floor, drawn_over(levels, columns))
    while first < under:
        known = _known(lines, first, under, columns, seen)
        if known is not None:
            return known
        ruled = [level for level in levels if lines[first].at < level.at < lines[under].at]
        header = header_of(lines[first:under], columns, lines[under].size, ruled)
        if header is not None and not header.is_title_only:
            return Top(first, under, header)
        Top(first, under, None).ask(lines, seen)
        if not _is_title(lines, first, columns):
            break
        first += 1
    return Top(first, under, None)


def drawn_over(levels: Sequence[Level], columns: Sequence[Column]) -> list[float]:
    """Where lines are drawn over the whole width of a table."""
    left, right = columns[0].x0, columns[-1].x1
    return [at for at, start, end in levels if min(end, right) - max(start, left) > WHOLE * (right - left)]


def _highest(lines: Sequence[Line], under: int, floor: int, drawn: Sequence[float]) -> int:
    """The highest line that may be of the header."""
    size = lines[under].size
    top = min(drawn, default=None)
    first = under
    while first > floor and under - first < MOST_LINES:
        line = lines[first - 1]
        if lines[first].at - line.at > OVER * size or is_between_tables(line, lines[under]):
            break
        if top is not None and line.at < top < lines[first].at and len(line.pieces) == 1:
            break
        first -= 1
    return first


def _known(lines: Sequence[Line], first: int, under: int, columns: Sequence[Column], seen: Seen) -> Top | None:
    """The top with a header that another page tells; lines of words between it and the first row with figures are of
    the rows."""
    for end in range(under, max(first, under - MOST_LABELS - 1), -1):
        told = seen.headers.get(_printed(lines[first:end]))
        if told is not None and all(fits(line, columns) for line in lines[end:under]):
            header = reprinted(*told, _glyphs(lines[first:end]))
            return None if header is None else Top(first, end, header, known=True)
    return None


def _printed(lines: Sequence[Line]) -> Print:
    return tuple((piece.text, round(piece.x0)) for line in lines for piece in line.pieces)


def _glyphs(lines: Sequence[Line]) -> list[Glyph]:
    return [glyph for line in lines for piece in line.pieces for glyph in piece.glyphs]


def _is_title(lines: Sequence[Line], at: int, columns: Sequence[Column]) -> bool:
    """True for a single piece of print in the middle of the table, clearly further above the next line than that is
    above the one after it."""
    if at + 2 >= len(lines):
        return False
    piece = lines[at].pieces[0]
    off = abs(piece.centre - (columns[0].x0 + columns[-1].x1) / 2)
    step, next_step = (lines[i + 1].at - lines[i].at for i in (at, at + 1))
    clear = step > TITLE * lines[at].size and step > CLEAR * next_step
    return len(lines[at].pieces) == 1 and clear and off < 2 * lines[at].size
