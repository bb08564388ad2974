"""Patterns that Python's `re` may try in more ways than anybody can wait for, matched one character after the other.

`(a+)+` tries every division of a text into parts, `.*a.*b.*` every place of each part: a table from anybody could keep
the program busy for ever. Such a pattern is made a net of states (Thompson, “Regular expression search algorithm”,
1968) of which all that a text can be in are followed at once, so that time grows with the text only. What characters
a class holds is asked of `re` itself, so that both say the same.
"""

from __future__ import annotations

import re
import sys
from functools import cache

from openbudget.tabular.fast.automata import Parser, Range, UnsafeError, closed, unanchored

_KEPT = 10_000  # moves that are remembered
_HEX = {"x": 2, "u": 4, "U": 8}  # digits of the number of a character


class Linear:
    """A pattern with `fullmatch`, as that of `re`, but in time that grows with the text only."""

    def __init__(self, pattern: str) -> None:
        """Raises UnsafeError for a pattern that is more than choices, repeats and classes, or too large."""
        parser = _Parser(unanchored(pattern))
        start, self._end = parser.choice()
        if parser.place < len(parser.pattern):
            raise UnsafeError(pattern)
        self._net = parser.net
        self._first = closed(self._net, (start,))
        self._moves: dict[tuple[frozenset[int], str], frozenset[int]] = {}

    def fullmatch(self, text: str) -> bool | None:
        """True where the whole text fits, else None."""
        states = self._first
        for char in text:
            if not states:
                return None
            states = self._after(states, char)
        return True if self._end in states else None

    def _after(self, states: frozenset[int], char: str) -> frozenset[int]:
        found = self._moves.get((states, char))
        if found is None:
            code, moves = ord(char), self._net.moves
            reached = {after for state in states for low, high, after in moves[state] if low <= code <= high}
            if len(self._moves) >= _KEPT:
                self._moves.clear()
            found = self._moves[states, char] = closed(self._net, reached)
        return found


class _Parser(Parser):
    """A pattern as a net of characters, each class of which holds what `re` says."""

    def _escape(self) -> list[Range]:
        char = self._take()
        self.place += (more := _HEX.get(char, 0))
        return _held(f"\\{char}{self.pattern[self.place - more : self.place]}")

    def _class(self) -> list[Range]:
        begin = self.place - 1
        self.place += self._peek() == "^"
        self.place += self._peek() == "]"
        while (char := self._take()) != "]":
            self.place += char == "\\"
        return _held(self.pattern[begin : self.place])

    def _ranges(self, ranges: list[Range]) -> tuple[int, int]:  # type: ignore[override]
        start, end = self.net.state(), self.net.state()
        self.net.moves[start] += [(low, high, end) for low, high in ranges]
        return start, end


@cache
def _held(one: str) -> list[Range]:
    """The characters that a class or an escape holds."""
    if len(one) == 2 and (one[1].isdigit() or one[1] in "AbBZ"):
        raise UnsafeError(one)  # a place or a group, no character
    try:
        compiled = re.compile(f"(?:{one})+")
    except re.error as error:
        raise UnsafeError(one) from error
    found = compiled.finditer("".join(map(chr, range(sys.maxunicode + 1))))
    return [(match.start(), match.end() - 1) for match in found]
