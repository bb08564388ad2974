"""Names and small values of WordprocessingML (ECMA-376 part 1)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
PACKAGE = "{http://schemas.openxmlformats.org/package/2006/relationships}"

_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_TRANSITIONAL = b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def transitional(data: bytes) -> bytes:
    """A part in the one namespace that the reader knows: Strict files differ in its address only."""
    return data.replace(_STRICT, _TRANSITIONAL) if _STRICT in data[:8192] else data


_BOUND = b'xmlns:w="' + _TRANSITIONAL + b'"'
_LOOKS = re.compile(
    rb"<w:(?:tcW|shd|vAlign|jc|ind|spacing|bidi|top|left|bottom|right|start|end|insideH|insideV|widowControl|snapToGrid|kinsoku"
    rb"|adjustRightInd|autoSpaceD[EN]|trHeight|tblW|noWrap|lastRenderedPageBreak|proofErr)(?: [^<>]*)?/>"
)


_TELLS = (b"vanish", b"ymbol", b"rPrChange", b"superscript", b"<w:strike", b"<w:dstrike")


def without_looks(data: bytes) -> bytes:
    """A part without most of what only says how the text looks: half of what Word writes, and nothing that the reader
    asks for. As it is where it is not written in the usual way, or its properties tell more (hidden text, symbol
    fonts, raised digits, properties within properties)."""
    if b"!--" in data or b"![" in data or b"?>" in data[64:] or data.count(b"xmlns:w=") != 1 or _BOUND not in data:
        return data
    if not any(word in data for word in _TELLS):
        data = _without(data, b"w:rPr")
    return _LOOKS.sub(b"", _without(data, b"w:tcBorders"))


def styles_in(data: bytes) -> set[str]:
    """The styles of paragraphs that a part without looks names, but for names that are escaped."""
    return {name.decode(errors="replace") for name in re.findall(rb'<w:pStyle w:val="([^"&<]*)"/>', data)}


def without_styles(data: bytes, names: Iterable[str]) -> bytes:
    """A part without these styles of paragraphs, and without the properties that are empty then."""
    for name in names:
        data = data.replace(f'<w:pStyle w:val="{name}"/>'.encode(), b"")
    for properties in (b"w:pPr", b"w:tcPr", b"w:trPr"):
        data = data.replace(b"<" + properties + b"></" + properties + b">", b"")
    return data


def _without(data: bytes, name: bytes) -> bytes:
    """A part without the elements of this name, which hold none of the same name."""
    first, *rest = data.split(b"<" + name + b">")
    end = b"</" + name + b">"
    kept = [first]
    for piece in rest:
        at = piece.find(end)
        if at < 0:
            return data
        kept.append(piece[at + len(end) :])
    return b"".join(kept)


def mentions(data: bytes, word: bytes) -> bool:
    """Whether a part can hold an element or attribute of that name; always where it is UTF-16."""
    return word in data or 0 in data[:4]


def value(element: Element | None, name: str = "val") -> str | None:
    """An attribute of an element that may be absent."""
    return None if element is None else element.get(W + name)


def number(element: Element | None, default: int | None, name: str = "val") -> int | None:
    """An attribute as a whole number; `default` where it is absent or none."""
    text = value(element, name)
    if text is None or not text.lstrip("-").isdigit() or len(text) > 12:
        return default
    return int(text)


def flag(element: Element | None) -> bool:
    """An on/off property: absent is off, present is on unless it says otherwise."""
    return element is not None and (element.get(W + "val") or "true") not in ("0", "false", "off")
