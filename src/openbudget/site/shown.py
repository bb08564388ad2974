"""Text of a package as it may stand in a page: escaped, nothing in it active, nothing in it invisible.

What a package says may be hostile: markup, control characters, marks that turn the direction of text. All is shown
as text; a control or direction mark is shown by its code point, `[U+202E]`, so that it can be seen and does nothing.
"""

from __future__ import annotations

import re

from markupsafe import Markup

from openbudget.messages.seen import UNSEEN, seen

_SPECIAL = re.compile(f"[{UNSEEN}&<>\"']")
_ESCAPED = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"})
_UNSAFE_IN_FRAGMENT = re.compile(r"""[\s"'<>%#`^{}|\\&]|[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u206f]""")

CUT = 2000  # characters of one cell that a page shows; the rest is in the files


def escape(text: str) -> str:
    """Markup of `text` for element content and attribute values, unseen characters made visible."""
    if _SPECIAL.search(text) is None:
        return text
    return seen(text).translate(_ESCAPED)


def shown(text: object) -> Markup:
    """`escape` for templates."""
    return Markup(escape("" if text is None else str(text)))


def clipped(text: str, limit: int = CUT) -> tuple[str, int]:
    """The text, cut after `limit` characters, and how many characters were left out."""
    return (text, 0) if len(text) <= limit else (text[:limit], len(text) - limit)


def width(text: str) -> int:
    """About how many pixels a label of 15 pixels takes."""
    return sum(15 if ord(char) > 0x2E80 else 9 for char in text)


def plain(text: str) -> str:
    """`text` for places without markup (titles, JSON for scripts): one line, unseen characters made visible."""
    return " ".join(seen(text).split())


def fragment(row_id: str) -> str:
    """A row's identifier as an element's `id` and as a URI fragment, the same text in both."""
    return "r-" + _UNSAFE_IN_FRAGMENT.sub(lambda match: f"~{ord(match[0]):x}", row_id)


def with_code(text: str) -> Markup:
    """`escape` for templates, of a text of the standard that has names `in such marks`."""
    parts = escape(text).split("`")
    if len(parts) % 2 == 0:
        return Markup("`".join(parts))
    return Markup("".join(f"<code>{part}</code>" if number % 2 else part for number, part in enumerate(parts)))
