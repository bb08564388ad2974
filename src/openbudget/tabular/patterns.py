"""XML Schema regular expressions (Part 2, appendix F), which Table Schema names for `pattern`, as Python's.

Most are the same in both. Translated: `\\i`, `\\c`, `\\p{..}` and `\\P{..}` (general categories), and the
subtraction of classes `[a-z-[aeiou]]`. `^` and `$` are anchors, as everybody writes them, not characters.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from functools import cache, cached_property
from typing import Protocol

_NAME_START = (
    r":A-Z_a-z\xC0-\xD6\xD8-\xF6\xF8-\u02FF\u0370-\u037D\u037F-\u1FFF"
    r"\u200C-\u200D\u2070-\u218F\u2C00-\u2FEF\u3001-\uD7FF\uF900-\uFDCF\uFDF0-\uFFFD"
)
_NAME = _NAME_START + r"\-.0-9\xB7\u0300-\u036F\u203F-\u2040"
_SUBTRACTION = r"\[((?:[^\[\]\\]|\\.)+)-\[((?:[^\[\]\\]|\\.)+)\]\]"
_ESCAPE = r"(?s)\\(\\|[icIC]|[pP]\{\^?(\w+)\}|.)|(\[\^?)|(\])"
_PIECES = re.compile(r"\\.|\((?:\?(?:P<\w+>|<?[=!]|:))?|\[\^?\]?(?:\\.|[^\]\\])*\]|\{\d*,?\d*\}|.", re.S)
_QUANTIFIERS = {"*": (0, sys.maxsize), "+": (1, sys.maxsize), "?": (0, 1)}
_LONG = 64  # repeats of as many are as good as endless
_SHORT = (0, 0, 1000, 64, 24, 0)  # characters of a text that `re` may have, by the number of endless repeats
_TRANSLATED = ("-[", r"\i", r"\I", r"\c", r"\C", r"\p", r"\P")


class Pattern(Protocol):
    """What tells whether a whole text fits."""

    def fullmatch(self, text: str, /) -> object:
        """None where it does not."""


def compile_pattern(pattern: str) -> Pattern:
    """The compiled pattern, for `fullmatch`. Raises ValueError where it cannot be read, or could take without end."""
    try:
        if any(sign in pattern for sign in _TRANSLATED):
            pattern = _translate(re.sub(_SUBTRACTION, r"(?:(?![\2])[\1])", pattern))
        compiled = re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        raise ValueError(str(error)) from error
    explosive, endless = dangers(pattern)
    if explosive:
        return _linear(pattern)
    return compiled if endless < 2 else _Guarded(compiled, _SHORT[min(endless, 5)])


def _linear(pattern: str) -> Pattern:
    from openbudget.tabular.fast.automata import UnsafeError
    from openbudget.tabular.linear import Linear

    try:
        return Linear(pattern)
    except UnsafeError:
        raise ValueError("it repeats a part that repeats, and could take without end") from None


class _Guarded:
    """A pattern with several endless repeats, which `re` may be asked for short texts only."""

    def __init__(self, compiled: re.Pattern[str], short: int) -> None:
        self._compiled, self._short = compiled, short

    @cached_property
    def _safe(self) -> Pattern:
        try:
            return _linear(self._compiled.pattern)
        except ValueError:
            return self._compiled

    def fullmatch(self, text: str, /) -> object:
        return (self._compiled if len(text) <= self._short else self._safe).fullmatch(text)


def dangers(pattern: str) -> tuple[bool, int]:
    """Whether a group is repeated that holds choices or repeats of any number, so that a text can be divided in ever so
    many ways; and the number of repeats that are endless, or nearly so."""
    within: list[bool] = [False]  # for each open group: whether it holds choices or repeats of any number
    explosive, endless, closed = False, 0, False
    for piece in _PIECES.findall(pattern):
        least, most = _times(piece)
        explosive = explosive or (closed and most > 1)
        endless += least < most and most >= _LONG
        within[-1] = within[-1] or least < most or piece == "|"
        closed = False
        if piece[0] == "(":
            within.append(False)
        elif piece == ")" and len(within) > 1:
            closed = within.pop()
            within[-1] = within[-1] or closed
    return explosive, endless


def _times(piece: str) -> tuple[int, int]:
    """How often a quantifier repeats, at least and at most; once where a piece is none."""
    if piece in _QUANTIFIERS:
        return _QUANTIFIERS[piece]
    if piece[0] != "{" or len(piece) < 3:
        return 1, 1
    low, comma, high = piece[1:-1].partition(",")
    return int(low or 0), int(high) if high else sys.maxsize if comma else int(low)


def bounded(schema: object) -> bool:
    """Whether all patterns of a JSON Schema, which others match, can be read, and none repeats what can be divided in many
    ways."""
    if isinstance(schema, Mapping):
        patterns = [schema.get("pattern"), *_keys(schema.get("patternProperties"))]
        return not any(map(_explosive, patterns)) and all(map(bounded, schema.values()))
    return all(map(bounded, schema)) if isinstance(schema, list) else True


def _keys(value: object) -> list[object]:
    return list(value) if isinstance(value, Mapping) else []


def _explosive(pattern: object) -> bool:
    if not isinstance(pattern, str):
        return False
    try:
        re.compile(pattern)
    except (re.error, ValueError, OverflowError, RecursionError):
        return True
    return dangers(pattern)[0]


def _translate(pattern: str) -> str:
    inside = False

    def replace(match: re.Match[str]) -> str:
        nonlocal inside
        if match[3] or match[4]:
            inside = bool(match[3])
            return match[0]
        escape = match[1]
        letter = escape[0]
        if letter not in "icICpP" or (letter in "pP" and len(escape) == 1):
            return match[0]
        if letter in "pP":
            chars = _category(match[2])
            negated = (letter == "P") != escape.startswith(("p{^", "P{^"))
        else:
            chars = _NAME_START if letter in "iI" else _NAME
            negated = letter in "IC"
        if not inside:
            return f"[{'^' if negated else ''}{chars}]"
        if negated:
            raise ValueError(f"\\{escape} within [] is not supported")
        return chars

    return re.sub(_ESCAPE, replace, pattern)


@cache
def _category(name: str) -> str:
    """The ranges of a Unicode general category (`L`, `Lu` …), as they stand within []."""
    import unicodedata

    ranges: list[tuple[int, int]] = []
    for code in range(sys.maxunicode + 1):
        if unicodedata.category(chr(code)).startswith(name):
            if ranges and ranges[-1][1] == code - 1:
                ranges[-1] = (ranges[-1][0], code)
            else:
                ranges.append((code, code))
    if not ranges or len(name) > 2:
        raise ValueError(f"\\p{{{name}}} is not a general category")
    return "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in ranges)
