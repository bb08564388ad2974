"""Patterns as automata over the bytes of UTF-8: one step a byte, whatever the pattern.

Only patterns whose parts mean the same to everybody are taken; of others, and of those that need too many states,
nothing is accepted at once. Quotes are never accepted, since within quoted cells they stand twice.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

_STATES = 1000
_MOVES = 30_000
_PARTS = 20_000
_LAST = 0x10FFFF
_QUOTE = 34
_CATCH = frozenset(r".\[](){}*+?|^$")
_QUANTIFIER = re.compile(r"\{([0-9]{1,3})(?:(,)([0-9]{1,3})?)?\}")
_ESCAPED = frozenset(r".\/[](){}*+?|^$-")
Range = tuple[int, int]
_DIGITS: list[Range] = [(48, 57)]
_SPACES: list[Range] = [
    (0x09, 0x0D), (0x1C, 0x20), (0x85, 0x85), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A), (0x2028, 0x2029),
    (0x202F, 0x202F), (0x205F, 0x205F), (0x3000, 0x3000),
]  # fmt: skip


@dataclass(frozen=True)
class Automaton:
    """`moves[state + classes[byte]]` is the next state, counted in `width`s; state 0 is lost, 1 the first."""

    moves: np.ndarray
    classes: np.ndarray
    final: np.ndarray
    width: int

    def accepts(self, text: str) -> bool:
        """Whether it takes a text."""
        state = self.width
        for byte in text.encode():
            state = int(self.moves[state + int(self.classes[byte])])
        return bool(self.final[state])


class UnsafeError(ValueError):
    """A pattern that does not mean the same to everybody, or is too large."""


@dataclass
class Net:
    """States with moves by ranges of bytes, and moves without any."""

    moves: list[list[tuple[int, int, int]]] = field(default_factory=list)
    free: list[list[int]] = field(default_factory=list)

    def state(self) -> int:
        if len(self.moves) > _PARTS:
            raise UnsafeError("too large")
        self.moves.append([])
        self.free.append([])
        return len(self.moves) - 1


def automaton(patterns: Sequence[str], without: Sequence[str] = ()) -> Automaton | None:
    """That which takes the texts that fit all patterns as a whole, and are none of `without`; None where a pattern is not
    safe."""
    try:
        nets = [_net(pattern) for pattern in patterns]
        if without:
            nets.append(_net("|".join(map(_literally, without))))
        return _determined(nets, len(patterns))
    except UnsafeError:
        return None


def one_of(texts: Sequence[str]) -> str:
    """A pattern for some texts."""
    return "|".join(map(_literally, texts))


def _literally(text: str) -> str:
    return "".join(f"\\{char}" if char in _CATCH else char for char in text)


def _net(pattern: str) -> tuple[Net, int, int]:
    parser = Parser(unanchored(pattern))
    start, end = parser.choice()
    if parser.place < len(parser.pattern):
        raise UnsafeError(pattern)
    return parser.net, start, end


def unanchored(pattern: str) -> str:
    """Without `^` and `$` about the whole."""
    body = pattern.removeprefix("^")
    if body.endswith("$") and (len(body) - len(body[:-1].rstrip("\\"))) % 2 == 1:
        body = body[:-1]
    if body != pattern and _has_outer_choice(body):
        raise UnsafeError(pattern)  # the anchors belong to the first and last branch only
    return body


def _has_outer_choice(body: str) -> bool:
    depth, inside, place = 0, False, 0
    while place < len(body):
        char = body[place]
        if char == "\\":
            place += 1
        elif inside:
            inside = char != "]"
        elif char == "[":
            inside = True
        elif char in "()":
            depth += 1 if char == "(" else -1
        elif char == "|" and depth == 0:
            return True
        place += 1
    return False


class Parser:
    """A pattern, part by part, into a net; each method gives the first and the last state of what it read."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.place = 0
        self.net = Net()

    def _peek(self) -> str:
        return self.pattern[self.place : self.place + 1]

    def _take(self) -> str:
        char = self._peek()
        if not char:
            raise UnsafeError(self.pattern)
        self.place += 1
        return char

    def choice(self) -> tuple[int, int]:
        start, end = self.net.state(), self.net.state()
        while True:
            first, last = self._sequence()
            self.net.free[start].append(first)
            self.net.free[last].append(end)
            if self._peek() != "|":
                return start, end
            self.place += 1

    def _sequence(self) -> tuple[int, int]:
        start = end = self.net.state()
        while self._peek() not in ("", "|", ")"):
            first, last = self._repeated()
            self.net.free[end].append(first)
            end = last
        return start, end

    def _repeated(self) -> tuple[int, int]:
        begin = self.place
        self._atom()
        body = self.place
        least, most = self._quantifier()
        end, start = self.place, self.net.state()
        last = start
        exits = [start] if least == 0 else []
        for number in range(max(least, most or least or 1)):
            self.place = begin
            first, after = self._atom()
            if self.place != body:
                raise UnsafeError(self.pattern)
            self.net.free[last].append(first)
            if most is None and number == max(least, 1) - 1:
                self.net.free[after].append(first)
            last = after
            if number + 1 >= least:
                exits.append(after)
        self.place = end
        if most == 0:
            exits = [start]
        final = self.net.state()
        for state in exits:
            self.net.free[state].append(final)
        return start, final

    def _quantifier(self) -> tuple[int, int | None]:
        """How often at least, and at most (None: without end)."""
        char = self._peek()
        bounds: tuple[int, int | None] = (1, 1)
        if char and char in "*+?":
            self.place += 1
            bounds = {"*": (0, None), "+": (1, None), "?": (0, 1)}[char]
        elif char == "{":
            match = _QUANTIFIER.match(self.pattern, self.place)
            if match is None:
                raise UnsafeError(self.pattern)
            self.place = match.end()
            low = int(match[1])
            bounds = (low, low if not match[2] else int(match[3]) if match[3] else None)
            if bounds[1] is not None and bounds[1] < low:
                raise UnsafeError(self.pattern)
        else:
            return bounds
        if self._peek() and self._peek() in "*+?{":
            raise UnsafeError(self.pattern)  # lazy and possessive
        return bounds

    def _atom(self) -> tuple[int, int]:
        char = self._take()
        if char == "(":
            if self._peek() == "?":
                if self.pattern[self.place : self.place + 2] != "?:":
                    raise UnsafeError(self.pattern)
                self.place += 2
            made = self.choice()
            if self._take() != ")":
                raise UnsafeError(self.pattern)
            return made
        if char == "[":
            return self._ranges(self._class())
        if char == ".":
            return self._ranges([(0, 9), (11, _LAST)])
        if char == "\\":
            return self._ranges(self._escape())
        if char in _CATCH:
            raise UnsafeError(self.pattern)
        return self._ranges([(ord(char), ord(char))])

    def _escape(self) -> list[Range]:
        char = self._take()
        if char == "d":
            return _DIGITS
        if char == "S":
            return _complement(_SPACES)
        if char not in _ESCAPED:
            raise UnsafeError(self.pattern)
        return [(ord(char), ord(char))]

    def _class(self) -> list[Range]:
        negated = self._peek() == "^"
        self.place += negated
        ranges: list[Range] = []
        while True:
            char = self._take()
            if char == "]" and ranges:
                break
            if char in "[]^&~|" or (char == "-" and self._peek() != "]"):
                raise UnsafeError(self.pattern)  # sets within sets, and what may come to mean them
            found = self._escape() if char == "\\" else [(ord(char), ord(char))]
            if negated and char == "\\" and found[0][0] != found[0][1]:
                raise UnsafeError(self.pattern)  # digits of other scripts are meant as well
            if self._peek() == "-" and self.pattern[self.place + 1 : self.place + 2] != "]":
                self.place += 1
                upper = self._take()
                last = self._escape() if upper == "\\" else [(ord(upper), ord(upper))]
                if upper in "[]" or found[0][0] != found[0][1] or last[0][0] != last[0][1] or last[0][0] < found[0][0]:
                    raise UnsafeError(self.pattern)
                found = [(found[0][0], last[0][0])]
            ranges += found
        return _complement(ranges) if negated else ranges

    def _ranges(self, ranges: Sequence[Range]) -> tuple[int, int]:
        net = self.net
        start, end = net.state(), net.state()
        for low, high in ranges:
            for parts in _sequences(low, high):
                state = start
                for index, (first, last) in enumerate(parts):
                    after = end if index == len(parts) - 1 else net.state()
                    net.moves[state].append((first, last, after))
                    state = after
        return start, end


def _complement(ranges: Sequence[Range]) -> list[Range]:
    left, made = 0, []
    for low, high in sorted(ranges):
        if low > left:
            made.append((left, low - 1))
        left = max(left, high + 1)
    return [*made, (left, _LAST)] if left <= _LAST else made


def _sequences(low: int, high: int) -> Iterator[tuple[Range, ...]]:
    """Some characters as ranges of the bytes of UTF-8."""
    for first, last in ((0, 0x7F), (0x80, 0x7FF), (0x800, 0xD7FF), (0xE000, 0xFFFF), (0x10000, _LAST)):
        start, end = max(low, first), min(high, last)
        if start <= end:
            yield from _bytes(tuple(chr(start).encode()), tuple(chr(end).encode()))


def _bytes(low: tuple[int, ...], high: tuple[int, ...]) -> Iterator[tuple[Range, ...]]:
    if len(low) == 1:
        yield ((low[0], high[0]),)
        return
    least, most = (0x80,) * (len(low) - 1), (0xBF,) * (len(low) - 1)
    if low[0] == high[0]:
        for rest in _bytes(low[1:], high[1:]):
            yield ((low[0], low[0]), *rest)
        return
    first, last = low[0], high[0]
    if low[1:] != least:
        for rest in _bytes(low[1:], most):
            yield ((first, first), *rest)
        first += 1
    if high[1:] != most:
        for rest in _bytes(least, high[1:]):
            yield ((last, last), *rest)
        last -= 1
    if first <= last:
        yield ((first, last), *((0x80, 0xBF) for _ in least))


def closed(net: Net, states: Collection[int]) -> frozenset[int]:
    """The states with all that is reached without a byte."""
    waiting, reached = [*states], {*states}
    while waiting:
        for after in net.free[waiting.pop()]:
            if after not in reached:
                reached.add(after)
                waiting.append(after)
    return frozenset(reached)


def _classes(nets: Sequence[tuple[Net, int, int]]) -> tuple[np.ndarray, list[int]]:
    """Bytes that no net tells apart are of one class; and a byte of each class. Quotes are a class of their own."""
    import numpy as np

    cuts = {0, _QUOTE, _QUOTE + 1}
    for net, _, _ in nets:
        for moves in net.moves:
            for first, last, _ in moves:
                cuts |= {first, last + 1}
    starts = sorted(cut for cut in cuts if cut < 256)
    classes = np.zeros(256, np.uint8)
    for number, start in enumerate(starts):
        classes[start:] = number
    return classes, starts


def _determined(nets: Sequence[tuple[Net, int, int]], wanted: int) -> Automaton:
    """All nets at once: the first `wanted` must accept, the others must not."""
    import numpy as np

    classes, starts = _classes(nets)
    numbered = classes.tolist()
    first = tuple(closed(net, (start,)) for net, start, _ in nets)
    numbers = {first: 1}
    waiting, rows = [first], [[0] * len(starts)]
    while waiting:
        states = waiting.pop(0)
        row = [0] * len(starts)
        after = [_after(net, one, numbered) for (net, _, _), one in zip(nets, states, strict=True)]
        for byte in sorted(set.intersection(*(set(one) for one in after[:wanted])) - {numbered[_QUOTE]}):
            reached = tuple(closed(net, one.get(byte, ())) for (net, _, _), one in zip(nets, after, strict=True))
            if reached not in numbers:
                numbers[reached] = len(numbers) + 1
                waiting.append(reached)
            row[byte] = numbers[reached]
        rows.append(row)
        if len(numbers) > _STATES or len(numbers) * len(starts) > _MOVES:
            raise UnsafeError("too many states")
    width = len(starts)
    final = np.zeros((len(numbers) + 1) * width, np.uint8)
    for states, number in numbers.items():
        ends = [end in one for (_, _, end), one in zip(nets, states, strict=True)]
        final[number * width] = all(ends[:wanted]) and not any(ends[wanted:])
    return Automaton(np.array(rows, np.uint16).ravel() * np.uint16(width), classes, final, width)


def _after(net: Net, states: frozenset[int], classes: Sequence[int]) -> dict[int, set[int]]:
    """By class of bytes: where it leads to from some states."""
    found: dict[int, set[int]] = {}
    for state in states:
        for first, last, to in net.moves[state]:
            for number in range(classes[first], classes[last] + 1):
                found.setdefault(number, set()).add(to)
    return found
