"""XML Schema regular expressions (Part 2, appendix F), which Table Schema names for `pattern`, as Python's.

Most are the same in both. Translated: `\\i`, `\\c`, `\\p{..}` and `\\P{..}` (general categories), and the
subtraction of classes `[a-z-[aeiou]]`. `^` and `$` are anchors, as everybody writes them, not characters.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from functools import cache

_NAME_START = (
    r":A-Z_a-z\xC0-\xD6\xD8-\xF6\xF8-\u02FF\u0370-\u037D\u037F-\u1FFF"
    r"\u200C-\u200D\u2070-\u218F\u2C00-\u2FEF\u3001-\uD7FF\uF900-\uFDCF\uFDF0-\uFFFD"
)
_NAME = _NAME_START + r"\-.0-9\xB7\u0300-\u036F\u203F-\u2040"
_SUBTRACTION = r"\[((?:[^\[\]\\]|\\.)+)-\[((?:[^\[\]\\]|\\.)+)\]\]"
_ESCAPE = r"(?s)\\(\\|[icIC]|[pP]\{\^?(\w+)\}|.)|(\[\^?)|(\])"
_TRANSLATED = ("-[", r"\i", r"\I", r"\c", r"\C", r"\p", r"\P")


def compile_pattern(pattern: str) -> re.Pattern[str]:
    """The compiled pattern, for `fullmatch`. Raises ValueError where it cannot be read."""
    try:
        if any(sign in pattern for sign in _TRANSLATED):
            pattern = _translate(re.sub(_SUBTRACTION, r"(?:(?![\2])[\1])", pattern))
        return re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        raise ValueError(str(error)) from error


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
