"""Lines of print → paragraphs, by indent and width: a line that reaches the right margin goes on in the next
one, unless that is indented. A paragraph may go on over a page."""

from __future__ import annotations

import re
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


def joined(pages: Sequence[Page], tables: Mapping[PageTable, Stitched | None]) -> Iterator[Prose | Stitched]:
    """The paragraphs and tables in reading order. `tables` says for each table of a page which whole table
    begins with it (None: it is a later part of one)."""
    margins = _margins(pages)
    lines: list[TextLine] = []
    for page in pages:
        for item in page.items:
            if isinstance(item, TextLine):
                if lines and not _goes_on(lines, item, margins):
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
    """The margins of the print on each page; where a page has few long lines, those of its like count too."""
    own: dict[int, Margins] = {}
    count: dict[int, int] = {}
    for page in pages:
        texts = [item for item in page.items if isinstance(item, TextLine) and len(item.text) >= LONG]
        boxes = [item.box for item in texts]
        boxes += [item.grid.box for item in page.items if isinstance(item, PageTable)]
        if boxes:
            own[page.sheet.number] = Margins(min(box[0] for box in boxes), max(box[2] for box in boxes))
            count[page.sheet.number] = len(texts)
    result: dict[int, Margins] = {}
    for page in pages:
        number, width = page.sheet.number, page.sheet.width
        like = [own[p.sheet.number] for p in pages if p.sheet.number in own and abs(p.sheet.width - width) < 1]
        if not like:
            continue
        middle = sorted(margin.right for margin in like)[len(like) // 2]
        left = sorted(margin.left for margin in like)[len(like) // 2]
        mine = own.get(number, Margins(left, middle))
        few = count.get(number, 0) < 3
        result[number] = Margins(min(mine.left, left), max(mine.right, middle)) if few else mine
    return result


def _goes_on(lines: list[TextLine], line: TextLine, margins: Mapping[int, Margins]) -> bool:
    last = lines[-1]
    before, here = margins.get(last.page), margins.get(line.page)
    if before is None or here is None or not 0.85 < line.size / last.size < 1.18:
        return False
    room = before.right - last.box[2]
    if room > 0.7 * last.size + print_width(first_word(line.text), last.size):
        return False
    if last.page == line.page and not 0 <= line.box[1] - last.box[1] < 3.2 * last.size:
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
