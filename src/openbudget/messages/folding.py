"""Text in lines of a given width, where a Chinese character is two columns wide."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from unicodedata import east_asian_width

_NO_END = frozenset("（《「『“‘([{<")
_NO_START = frozenset("，。；：、！？）》」』”’…)],.;:!?%")


def text_width(text: str) -> int:
    """The number of columns that `text` takes."""
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)


def _pieces(text: str) -> Iterator[str]:
    """The pieces between which a line may break: blanks, runs of narrow characters, single wide ones."""
    for kind, run in groupby(text, _kind):
        if kind == "wide":
            yield from run
        else:
            yield "".join(run)


def _kind(char: str) -> str:
    if char.isspace():
        return "blank"
    wide = "\u2e80" <= char <= "\u9fff" or "\uf900" <= char <= "\ufaff" or "\uff00" <= char <= "\uffef"
    return "wide" if wide else "narrow"


def wrap(text: str, width: int) -> list[str]:
    """`text` in lines of at most `width` columns (but for a piece that is wider itself); no line begins with a closing
    mark or ends with an opening one."""
    lines: list[str] = []
    line: list[str] = []
    used = 0
    for piece in _pieces(text):
        size = text_width(piece)
        if line and used + size > width and not piece.isspace():
            cut = _cut(line, piece)
            lines.append("".join(line[:cut]).rstrip())
            line = line[cut:]
            used = sum(map(text_width, line))
        if line or not piece.isspace():
            line.append(piece)
            used += size
    rest = "".join(line).rstrip()
    return [*lines, rest] if rest else lines


def _cut(line: Sequence[str], piece: str) -> int:
    """Before which piece a line breaks that `piece` does not fit into: what a closing mark closes goes with it, and an
    opening mark goes with what it opens."""
    cut = len(line)
    while cut > 1 and (piece[0] in _NO_START or piece.isspace() or line[cut - 1][-1] in _NO_END):
        cut -= 1
        piece = line[cut]
    return cut if cut > 1 or piece[0] not in _NO_START else len(line)
