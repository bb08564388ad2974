"""The source view of a plain text: its lines, numbered as people count them, with an anchor at every place that data
came from (`L72`, `L72-75`, `c5120-5126`: RFC 5147 positions)."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from itertools import accumulate

from openbudget.site.places import Spot
from openbudget.site.view import Block, View, marked, split

LONGEST = 20_000  # characters of one block: a longer line goes on in the next
_LINE_END = re.compile(r"\r\n|[\r\v\f\x85\u2028\u2029]")
_PLACE = re.compile(r"#(line|char)=(\d{1,12}),(\d{1,12})")


def decoded(content: bytes, encoding: str | None) -> str:
    """The text as the reader of plain texts saw it: decoded, byte order mark removed, line ends made `\\n`. An encoding
    that is not known counts as UTF-8."""
    try:
        text = content.decode(encoding or "utf-8", errors="replace").removeprefix("\ufeff")
    except (LookupError, ValueError):
        text = content.decode("utf-8", errors="replace").removeprefix("\ufeff")
    return _LINE_END.sub("\n", text)


def text_view(name: str, number: int, text: str, spots: Mapping[str, list[Spot]]) -> View:
    """The view of a text with the places of `spots` (locator → what was read there)."""
    lines = text.split("\n")
    starts = [0, *accumulate(len(line) + 1 for line in lines)]
    whole: dict[int, list[tuple[str, int]]] = {}
    within: dict[int, list[tuple[int, int, str]]] = {}
    for locator in spots:
        match = _PLACE.fullmatch(locator)
        if match is None:
            continue
        first, last = int(match[2]), int(match[3])
        if match[1] == "line" and first < len(lines):
            whole.setdefault(first, []).append((locator, last))
        elif match[1] == "char" and last <= len(text):
            within.setdefault(bisect_right(starts, first) - 1, []).append((first, last, locator))
    blocks = split(_blocks(lines, starts, whole, within, spots))
    return View(name, number, "text", blocks)


def _blocks(
    lines: list[str],
    starts: list[int],
    whole: Mapping[int, list[tuple[str, int]]],
    within: Mapping[int, list[tuple[int, int, str]]],
    spots: Mapping[str, list[Spot]],
) -> Iterator[Block]:
    for index, line in enumerate(lines):
        anchors: dict[str, str] = {}
        ranges: list[tuple[int, int, str]] = []
        for locator, last in whole.get(index, ()):
            if last == index + 1:
                anchors[locator] = f"L{last}"
            else:
                anchors[locator] = f"L{index + 1}-{last}"
                attributes = f'id="{anchors[locator]}" class="n{last - index}"'
                ranges.append((starts[index], starts[index] + len(line), attributes))
        for start, end, locator in within.get(index, ()):
            anchors[locator] = f"c{start}-{end}"
            ends = bisect_right(starts, end - 1) - 1
            following = f' class="n{ends - index + 1}"' if ends > index else ""
            ranges.append((start, end, f'id="{anchors[locator]}"{following}'))
        found = tuple([spot for locator in anchors for spot in spots[locator]])
        if len(line) <= LONGEST:
            yield Block(marked(line, ranges, starts[index]), "line", anchors, found, str(index + 1))
        else:
            yield from _cut(index, line, starts[index], anchors, ranges, found)


def _cut(
    index: int,
    line: str,
    start: int,
    anchors: Mapping[str, str],
    ranges: list[tuple[int, int, str]],
    found: tuple[Spot, ...],
) -> Iterator[Block]:
    """A very long line as several blocks; an anchor is in the block where it begins."""
    for cut in range(0, len(line), LONGEST):
        piece, offset = line[cut : cut + LONGEST], start + cut
        inside = [one for one in ranges if offset <= one[0] < offset + len(piece)]
        named = {one[2].split('"')[1] for one in inside}
        here = {key: name for key, name in anchors.items() if name in named or (not cut and name == f"L{index + 1}")}
        yield Block(marked(piece, inside, offset), "line", here, () if cut else found, "" if cut else str(index + 1))
