"""A source view: what stands in a file of the disclosure, piece by piece, with an anchor at every place that data came
from. The kinds of views (`view_text`, `view_pages`, `view_document`, `view_pieces`) give the same thing: parts made of blocks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple

from openbudget.site.places import Spot, part_name
from openbudget.site.shown import escape

PART_BYTES = 230_000  # of markup in one part, guessed high: with links and frame a page stays below 300 KB


class Block(NamedTuple):
    """A piece of a view: its markup (the same in all languages), the anchors in it, and the values read from it.

    `anchors` leads from locator to the anchor's id. `tag` is how the piece is set: line, paragraph, heading, table,
    page. `label` is its number as people count (a line, a page)."""

    markup: str
    tag: str
    anchors: Mapping[str, str] = MappingProxyType({})
    spots: tuple[Spot, ...] = ()
    label: str = ""
    level: int = 0


@dataclass(frozen=True, slots=True)
class View:
    """The source view of one file: `kind` is text, pages, document or pieces; `parts` are pages of blocks. `files` are further
    files that the view shows (page pictures)."""

    name: str
    number: int
    kind: str
    parts: tuple[tuple[Block, ...], ...]
    files: Mapping[str, bytes] = field(default_factory=dict)

    def links(self) -> dict[tuple[str, str], str]:
        """(file, locator) → link, for every place that the view shows."""
        return {
            (self.name, locator): f"{page}#{anchor}"
            for page, blocks in ((part_name(self.number, index), blocks) for index, blocks in enumerate(self.parts, 1))
            for block in blocks
            if block.anchors
            for locator, anchor in block.anchors.items()
        }


def split(blocks: Iterable[Block], limit: int = PART_BYTES) -> tuple[tuple[Block, ...], ...]:
    """Blocks in parts of at most about `limit` bytes; at least one part."""
    parts: list[list[Block]] = [[]]
    size = 0
    for block in blocks:
        weight = (len(block.markup) if block.markup.isascii() else 3 * len(block.markup)) + 110 * len(block.spots) + 60
        if parts[-1] and size + weight > limit:
            parts.append([])
            size = 0
        parts[-1].append(block)
        size += weight
    return tuple(tuple(part) for part in parts)


def marked(text: str, ranges: Sequence[tuple[int, int, str]], offset: int = 0) -> str:
    """Markup of `text`, whose first character is number `offset`, with a `<span>` for each range. A
    range that crosses the end of another is marked as far as that end."""
    if not ranges:
        return escape(text)
    made: list[str] = []
    ends: list[int] = []
    at = 0

    def until(position: int) -> None:
        nonlocal at
        position = min(max(position - offset, at), len(text))
        made.append(escape(text[at:position]))
        at = position

    for start, end, attributes in sorted(ranges, key=lambda one: (one[0], -one[1])):
        while ends and ends[-1] <= start:
            until(ends.pop())
            made.append("</span>")
        until(start)
        made.append(f"<span {attributes}>")
        ends.append(min(end, ends[-1]) if ends else end)
    while ends:
        until(ends.pop())
        made.append("</span>")
    until(offset + len(text))
    return "".join(made)
