"""Which paragraphs are a contents list: a copy of the headings that stand again further on."""

from __future__ import annotations

import re
from collections.abc import Sequence

from openbudget.model.amount import UNIT_WORDS
from openbudget.model.document import Document, Table
from openbudget.model.place import Locator, SheetPlace
from openbudget.recognise.layout import Layouts, ends_with, matches
from openbudget.recognise.words import plain, unnumbered

LONGEST_ENTRY = 60
LONGEST_LIST = 150  # entries
LONGEST_SHEET = 10  # characters of its name

_LEADER = re.compile(r"(?:\.{4}|…{2}|·{4}|-{4}|_{4})\(?-?\d{1,3}(?:-\d{1,3})?-?\)?$|PAGEREF|\\h")
_SENTENCE = re.compile(rf"[。;!?]|\d{UNIT_WORDS}")


def contents(document: Document, layouts: Layouts) -> set[int]:
    """The blocks that are a contents list: lines with leaders and page numbers, what stands behind a `目录` up to where
    its first entry stands again, and the texts of a sheet of that name."""
    words = layouts["markers"]["contents"]
    blocks = document.blocks
    texts = [None if isinstance(block, Table) else block.text for block in blocks]
    found = {at for at, text in enumerate(texts) if text is not None and _LEADER.search(plain(text))}
    found |= {at for at, text in enumerate(texts) if text is not None and _is_on_list(blocks[at].place, words)}
    begin = next((at for at, text in enumerate(texts) if text is not None and matches(words, plain(text))), None)
    if begin is None:
        return found
    found.add(begin)
    return found | set(range(begin + 1, _end(texts, begin + 1, found)))


def _is_on_list(place: Locator, words: Sequence[str]) -> bool:
    name = plain(place.sheet) if isinstance(place, SheetPlace) else ""
    return 0 < len(name) <= LONGEST_SHEET and ends_with(words, name)


def _end(texts: list[str | None], begin: int, leaders: set[int]) -> int:
    """The block after the last entry of a list that begins at `begin`."""
    last = begin
    while last < min(len(texts), begin + LONGEST_LIST) and (last in leaders or _is_entry(texts[last])):
        last += 1
    titles = [_bare_title(text) if text else "" for text in texts]
    for at in range(begin, last):  # the body begins where the first entry that stands twice stands again
        if at in leaders or not titles[at]:
            continue
        again = next((later for later in range(at + 1, len(texts)) if titles[later] == titles[at]), None)
        if again is not None and again <= last:
            return again - 1 if again - 1 > at and titles[again - 1] == "" and again - 1 not in leaders else again
        if again is not None:
            break
    return _repeated(titles, begin, last, leaders)


def _repeated(titles: list[str], begin: int, last: int, leaders: set[int]) -> int:
    """The end of a list none of whose entries stands again within the short lines: its entries that stand again at
    all (the body may have sentences before its first heading)."""
    later = {title: at for at, title in enumerate(titles)}
    at = begin
    while at < last and (at in leaders or not titles[at] or later[titles[at]] > at):
        at += 1
    return at


def _is_entry(text: str | None) -> bool:
    """True where a block can be an entry of a contents list: a short line that says nothing."""
    return text is not None and len(plain(text)) <= LONGEST_ENTRY and _SENTENCE.search(plain(text)) is None


def _bare_title(printed: str) -> str:
    """A heading without its number and its page number."""
    rest = plain(unnumbered(printed))
    return re.sub(r"[.…·\-_]*\(?\d{1,3}\)?$", "", rest) or rest
