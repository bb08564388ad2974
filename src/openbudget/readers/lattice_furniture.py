"""Page numbers, running lines and contents lists: taken out of the text, never silently."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

from openbudget.model.document import Diagnostic
from openbudget.model.place import PagePlace
from openbudget.readers.lattice_lines import TextLine

if TYPE_CHECKING:
    from openbudget.readers.lattice_pages import Page

EDGE = 0.12  # of the page's height: where running lines stand
_RULE = r"[-—–－~·.\s]*"
PAGE_NUMBER = re.compile(_RULE + r"(?:第\s*)?(\d{1,3})(?:\s*页)?(?:\s*[/／,，]?\s*共?\s*\d{1,3}\s*页?)?" + _RULE)
# a running line that ends with the number of its page: `某局2024年部门预算 第3页`, `http://… 3/10`
WITH_NUMBER = re.compile(rf"(.{{6,}}?[^表件\d\s])(?:\s|[-—–·])+(?:{PAGE_NUMBER.pattern})")
UNIT = re.compile(r"单\s*位|元")
CONTENTS = re.compile(r"(?:目录|目次|contents|tableofcontents)", re.I)
LEADERS = re.compile(r"(?:[.…·．‥⋯•_]\s*){5,}[-—(（\s]*\d{0,3}[-—)）\s]*$")
SENTENCE = re.compile(r"[。；;]")


def without_furniture(pages: Sequence[Page], diagnostics: list[Diagnostic]) -> None:
    """Takes page numbers that count on with the pages, and lines repeated at the edge of most pages, out."""
    numbers: dict[int, list[tuple[Page, TextLine]]] = defaultdict(list)
    repeated: dict[tuple[str, int], list[tuple[Page, TextLine]]] = defaultdict(list)
    for page in pages:
        for line in _at_edges(page):
            if match := PAGE_NUMBER.fullmatch(line.text):
                numbers[int(match[1]) - page.sheet.number].append((page, line))
            elif not UNIT.search(line.text):
                match = WITH_NUMBER.fullmatch(line.text)
                said = f"{match[1]}{int(match[2]) - page.sheet.number:+}" if match else line.text
                repeated[_squeezed(said), round(line.box[1] / 4)].append((page, line))
    for found in numbers.values():
        if len(found) >= 2:
            _take("readers.page_numbers", found, diagnostics)
    for found in repeated.values():
        if len(found) >= max(3, len(pages) / 2):
            _take("readers.running_line", found, diagnostics)


def _at_edges(page: Page) -> list[TextLine]:
    high = page.sheet.height
    lines = [item for item in (page.items[:2] + page.items[-2:]) if isinstance(item, TextLine)]
    return [line for line in dict.fromkeys(lines) if line.box[3] < EDGE * high or line.box[1] > (1 - EDGE) * high]


def _take(key: str, found: list[tuple[Page, TextLine]], diagnostics: list[Diagnostic]) -> None:
    for page, line in found:
        page.items.remove(line)
    page, line = found[0]
    args = {"count": str(len(found)), "text": line.text}
    diagnostics.append(Diagnostic(key, args, PagePlace(page.sheet.number, page.sheet.back(line.box))))


def without_contents(pages: Sequence[Page], diagnostics: list[Diagnostic]) -> None:
    """Takes lists of contents out: lines with leaders, and the short lines under a title 目录 up to where the
    first of them comes again."""
    first: str | None = None
    within = False
    for page in pages:
        taken: list[TextLine] = []
        lines = [item for item in page.items if isinstance(item, TextLine)]
        if within and not _only_entries(page, lines, first):
            within = False
        for line in lines:
            squeezed = _squeezed(line.text)
            if not within and CONTENTS.fullmatch(squeezed) and len(lines) == len(page.items):
                within, first = True, None
                taken.append(line)
            elif within and (_entry(line.text) == first or _says_something(line)):
                within = False  # the body begins on the page of the list
            elif within:
                first = first or _entry(line.text)
                taken.append(line)
        leaders = [line for line in lines if LEADERS.search(line.text)]
        if len(leaders) >= 3:
            taken.extend(line for line in leaders if line not in taken)
        if taken:
            page.items[:] = [item for item in page.items if item not in taken]
            args = {"count": str(len(taken)), "text": taken[0].text}
            place = PagePlace(page.sheet.number, page.sheet.back(taken[0].box))
            diagnostics.append(Diagnostic("readers.contents_list", args, place))


def _says_something(line: TextLine) -> bool:
    return not LEADERS.search(line.text) and SENTENCE.search(line.text) is not None


def _only_entries(page: Page, lines: list[TextLine], first: str | None) -> bool:
    """True where a page can be a list of contents that goes on: short lines, no sentence, no table, and not
    the place where the body begins."""
    if not lines or len(lines) != len(page.items):
        return False
    return not any(
        _entry(line.text) == first or SENTENCE.search(line.text) or line.box[2] - line.box[0] > 0.75 * page.sheet.width
        for line in lines
        if not LEADERS.search(line.text)
    )


def _entry(text: str) -> str:
    return re.sub(r"[.…·．\s]+[\d\s]*$", "", _squeezed(text))


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)
