"""What a browser makes of a page beyond its tags, put into the tree: style sheets that hide words or lay blocks out as
a table, values of form fields, raised digits, words struck out.

Only plain selectors count (`.name`, `#name`, `tag.name`). What a style sheet hides is taken out within cells and lines
only: whole blocks may be pages that a click brings up. A block that is laid out as a table has the tag of one
afterwards, in its path too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element

_NEEDED = re.compile(r"<(?:style|input|sup|s|strike)\b|display\s*:\s*(?:inline-)?table|line-through", re.I)
MOST = 2000  # characters of one rule or attribute
_BRACE = re.compile(r"[{};]")
_SIMPLE = re.compile(r"([a-z][a-z0-9]*)?([.#][\w-]+)", re.I)
_DISPLAY = re.compile(r"display\s*:\s*([\w-]+)", re.I)
_INVISIBLE = re.compile(r"visibility\s*:\s*hidden", re.I)
_STRUCK = re.compile(r"text-decoration[\w-]*\s*:[^;]*line-through", re.I)
_TABLE_TAGS = {
    "table": "table", "inline-table": "table", "table-row": "tr", "table-cell": "td", "table-row-group": "tbody",
    "table-header-group": "thead", "table-footer-group": "tfoot",
}  # fmt: skip
_LAID_OUT = frozenset({"div", "span", "ul", "li", "dl", "dt", "dd", "section", "article", "p", "a", "label"})
_INLINE = frozenset({"span", "font", "b", "i", "em", "strong", "small", "sub", "sup", "u", "a", "label"})
_FIELDS = frozenset({"text", "number", "tel", "date", "search", ""})


def show(root: _Element, text: str) -> int:
    """Change the tree of a page (whose source is `text`) into what a browser shows. Gives the number of texts that
    a style hides."""
    if _NEEDED.search(text) is None:
        return 0
    hidden = 0
    rules = _rules(root)
    for element in root.iter("*"):
        tag = element.tag
        style = _style(element, rules)
        if tag == "input" and (element.get("type") or "").lower() in _FIELDS:
            element.tag, element.text = "span", element.get("value")
        elif tag in ("s", "strike") or (tag in _INLINE and _STRUCK.search(style)):
            element.tag = "del"
        elif tag == "sup":
            _raise(element)
        shown = _DISPLAY.search(style)
        display = shown[1].lower() if shown else ""
        if display in _TABLE_TAGS and tag in _LAID_OUT:
            element.tag = _TABLE_TAGS[display]
        elif (display == "none" or _INVISIBLE.search(style)) and (tag in _INLINE or _in_cell(element)):
            hidden += any(str(part).strip() for part in element.itertext())
            element.tag = "template"  # which no browser shows
    return hidden


def _rules(root: _Element) -> dict[str, str]:
    """Declarations by selector; later ones stand behind earlier ones."""
    rules: dict[str, str] = {}
    for sheet in root.iter("style"):
        for selectors, declarations in _plain_rules("".join(map(str, sheet.itertext()))):
            for selector in selectors.split(","):
                if _SIMPLE.fullmatch(selector.strip()):
                    key = selector.strip().lower()
                    rules[key] = f"{declarations};{rules.get(key, '')}"[:MOST]
    return rules


def _plain_rules(source: str) -> Iterator[tuple[str, str]]:
    """The rules of a style sheet that stand in no block such as `@media print`: selectors and declarations."""
    first, *rest = source.replace("<!--", "").replace("-->", "").split("/*")
    source = first + "".join(part.partition("*/")[2] for part in rest)
    depth = start = opened = 0
    for brace in _BRACE.finditer(source):
        at = brace.start()
        if brace[0] == "{":
            depth += 1
            opened = at if depth == 1 else opened
        elif brace[0] == "}":
            depth = max(0, depth - 1)
            if depth == 0:
                if source[start:opened].lstrip()[:1] != "@":
                    yield source[start:opened][:MOST].strip(), source[opened + 1 : at][:MOST]
                start = at + 1
        elif depth == 0:
            start = at + 1  # `@charset "utf-8";`


def _style(element: _Element, rules: dict[str, str]) -> str:
    """What is declared of an element, the strongest first."""
    own = (element.get("style") or "")[:MOST]
    if not rules:
        return own
    names = [
        f"#{element.get('id', '')}",
        *(f".{name}" for name in reversed((element.get("class") or "")[:MOST].split())),
    ]
    found = [rules.get(f"{prefix}{name}".lower(), "") for name in names for prefix in (element.tag, "")]
    return ";".join([own, *found])


def _in_cell(element: _Element) -> bool:
    return any(parent.tag in ("td", "th") for parent in element.iterancestors())


def _raise(element: _Element) -> None:
    """A raised digit behind a digit: `10^4`, a note `12.5^1`; never 104 or 12.51."""
    previous, parent = element.getprevious(), element.getparent()
    before = previous.tail if previous is not None else parent.text if parent is not None else None
    text = "".join(map(str, element.itertext())).strip()
    if before and before.rstrip()[-1:].isdigit() and text[:1].isdigit():
        element.text = f"^{(element.text or '').lstrip()}"
