"""Text of others that is shown to people: what cannot be seen in it is named.

What a document, a package or a server says may hold control characters, which command a terminal, and marks that turn
the direction of text, which make it read as something else. They are shown by their code point, `[U+202E]`.
"""

from __future__ import annotations

import re
from functools import cache

# C0 and C1 but for tab and line end, and every mark that changes direction, joins nothing, or marks nothing visible
UNSEEN = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\uffff\ud800-\udfff"
    "\U000e0000-\U000e0fff"
)


def seen(text: str) -> str:
    """`text` with what cannot be seen made visible; tabs and line ends stay."""
    line = text.replace("\n", "").replace("\t", "")
    if line.isprintable() and (line.isascii() or max(line) < "\ufff9"):  # nearly all: no need of the expression
        return text
    return _one().sub(_named, text)


@cache
def _one() -> re.Pattern[str]:
    return re.compile(f"[{UNSEEN}]")


def _named(match: re.Match[str]) -> str:
    return f"[U+{ord(match[0]):04X}]"
