"""Lines of print → paragraphs, by indent and width: a line that reaches the right margin goes on in the next
one, unless that is indented. A paragraph may go on over a page."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from openbudget.readers.lattice_lines import TextLine, first_word, print_width
from openbudget.readers.lattice_stitch import PageTable, Stitched

if TYPE_CHECKING:
    from openbudget.readers.lattice_pages import Page

LONG = 15  # characters of a line that tells where the margins are
NUMBERED = re.compile(
    r"[（(]?[一二三四五六七八九十百\d]{1,4}[)）、.．，](?!\d)"
    r"|第[一二三四五六七八九十\d]+[部章节条]|注[:：\d]|说明[:：]"
)
ENDS = "。；：！？;:!?”）)"


class Prose(NamedTuple):
    """A paragraph: its text, and the box of its lines on the page where it begins."""

    page: int
    text: str
    box: tuple[float, float, float, float]
    score: float


class Margins(NamedTuple):
    left: float
    right: float


def joined(
    pages: Sequence[Page], tables: Mapping[PageTable, Stitched | None], feet: Mapping[int, float]
) -> Iterator[Prose | Stitched]:
    """The paragraphs and tables in reading order. `tables` says for each table of a page which whole table
    begins with it (None: it is a later part of one); `feet` how far down the print of each page can reach."""
    margins = _margins(pages)
    lines: list[TextLine] = []
    for page in pages:
        for item in page.items:
            if isinstance(item, TextLine):
                if lines and not _goes_on(lines, item, margins, feet):
                    yield _prose(lines)
                    lines = []
                lines.append(item)
            elif (whole := tables[item]) is not None:
                if lines:
                    yield _prose(lines)
                    lines = []
                yield whole
    if lines:
        yield _prose(lines)


def _margins(pages: Sequence[Page]) -> dict[int, Margins]:
    """The margins of the print on each page: where its long lines end together; else where those of pages of the
    same width do; else the furthest that anything on it reaches."""
    ends: dict[int, float | None] = {}
    by_width: dict[int, list[TextLine]] = defaultdict(list)
    for page in pages:
        lines = _long_lines(page)
        by_width[round(page.sheet.width)].extend(lines)
        ends[page.sheet.number] = _common_end(lines, 2)
    alike = {width: _common_end(lines, 4) for width, lines in by_width.items()}
    result: dict[int, Margins] = {}
    for page in pages:
        boxes = [line.box for line in _long_lines(page)]
        starts = [box[0] for box in boxes] or [item.box[0] for item in page.items if isinstance(item, TextLine)]
        boxes += [item.grid.box for item in page.items if isinstance(item, PageTable)]
        right = ends[page.sheet.number] or alike[round(page.sheet.width)] or max((b[2] for b in boxes), default=0.0)
        if starts and right:
            result[page.sheet.number] = Margins(min(starts), right)
    return result


def _long_lines(page: Page) -> list[TextLine]:
    return [item for item in page.items if isinstance(item, TextLine) and len(item.text) >= LONG]


def _common_end(lines: Sequence[TextLine], least: int) -> float | None:
    """The furthest place at which at least so many lines (and a tenth of all) end, within half a character."""
    ends = sorted((line.box[2] for line in lines), reverse=True)
    slack = 0.6 * max((line.size for line in lines), default=0.0)
    needed = max(least, len(ends) // 10)
    return next(
        (end for i, end in enumerate(ends) if i + needed <= len(ends) and end - ends[i + needed - 1] <= slack), None
    )


def _goes_on(lines: list[TextLine], line: TextLine, margins: Mapping[int, Margins], feet: Mapping[int, float]) -> bool:
    last = lines[-1]
    before, here = margins.get(last.page), margins.get(line.page)
    if before is None or here is None or not 0.85 < line.size / last.size < 1.18:
        return False
    room = before.right - last.box[2]
    if room > 0.7 * last.size + print_width(first_word(line.text), last.size):
        return False
    if last.page == line.page and not 0 <= line.box[1] - last.box[1] < 3.2 * last.size:
        return False
    if last.page != line.page and last.box[3] < feet[last.page] - 3 * last.size:
        return False
    if NUMBERED.match(line.text) and last.text[-1] in ENDS:
        return False
    if line.box[0] - here.left <= 1.2 * line.size:
        return True
    return len(lines) > 1 and abs((line.box[0] - here.left) - (last.box[0] - before.left)) <= 0.5 * line.size


def _prose(lines: Sequence[TextLine]) -> Prose:
    text = lines[0].text
    for line in lines[1:]:
        text += _between(text[-1], line.text[0]) + line.text
    first = [line.box for line in lines if line.page == lines[0].page]
    box = (min(b[0] for b in first), first[0][1], max(b[2] for b in first), first[-1][3])
    return Prose(lines[0].page, text, box, min(line.score for line in lines))


def _between(left: str, right: str) -> str:
    """What stands for a line end within a paragraph: a blank between two Latin words, else nothing."""
    words = left.isascii() and right.isascii() and (left.isalpha() or right.isalpha())
    return " " if words and (left.isalnum() or left in ",.;:)") and (right.isalnum() or right == "(") else ""
