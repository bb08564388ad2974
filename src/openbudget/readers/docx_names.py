"""Names and small values of WordprocessingML (ECMA-376 part 1)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
PACKAGE = "{http://schemas.openxmlformats.org/package/2006/relationships}"

_NUMBER = re.compile(r"-?[0-9]{1,12}")
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_TRANSITIONAL = b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def transitional(data: bytes) -> bytes:
    """A part in the one namespace that the reader knows: Strict files differ in its address only."""
    return data.replace(_STRICT, _TRANSITIONAL) if _STRICT in data[:8192] else data


_BOUND = b'xmlns:w="' + _TRANSITIONAL + b'"'
_LOOKS = re.compile(
    rb"<w:(?:tcW|shd|vAlign|jc|ind|spacing|bidi|top|left|bottom|right|start|end|insideH|insideV|widowControl|snapToGrid|kinsoku"
    rb"|adjustRightInd|autoSpaceD[EN]|trHeight|tblW|noWrap)(?: [^<>]*)?/>"
)


_PROPERTIES = (b"w:pPr", b"w:tcPr", b"w:trPr")
_TELLS = (b"vanish", b"ymbol", b"rPrChange", b"superscript", b"<w:strike", b"<w:dstrike")


def without_looks(data: bytes) -> bytes:
    """A part without most of what only says how the text looks: half of what Word writes, and nothing that the reader
    asks for. As it is where it is not written in the usual way; properties of characters stay where they tell more
    (hidden text, symbol fonts, raised digits, properties within properties)."""
    if (
        b"!--" in data
        or b"![" in data
        or data.find(b"?>", 64) >= 0
        or data.count(b"xmlns:w=") != 1
        or _BOUND not in data
    ):
        return data
    data = _without(data, b"w:rPr", _TELLS).replace(b"<w:lastRenderedPageBreak/>", b"")
    for properties in _PROPERTIES:
        data = _lighter(data, properties)
    if b"<w:rPr" in data:
        return data
    return data.replace(b"<w:r></w:r>", b"").replace(b"</w:t></w:r><w:r><w:t>", b"")  # runs without looks are one


def _lighter(data: bytes, properties: bytes) -> bytes:
    """A part without the looks in properties of this name, and without those that say nothing else. Most say the same
    as others, so each is looked through once."""
    begin, end = b"<" + properties + b">", b"</" + properties + b">"
    known: dict[bytes, bytes] = {}
    first, *rest = data.split(begin)
    kept = [first]
    for piece in rest:
        inside, found, behind = piece.partition(end)
        if not found:
            return data
        light = known.get(inside)
        if light is None:
            light = _LOOKS.sub(b"", _without(inside, b"w:tcBorders"))
            light = known[inside] = begin + light + end if light else b""
        kept += (light, behind)
    return b"".join(kept)


def styles_in(data: bytes) -> set[str]:
    """The styles of paragraphs that a part without looks names, but for names that are escaped."""
    return {name.decode(errors="replace") for name in re.findall(rb'<w:pStyle w:val="([^"&<]*)"/>', data)}


def without_styles(data: bytes, names: Iterable[str]) -> bytes:
    """A part without these styles of paragraphs, and without the properties that are empty then."""
    for name in names:
        data = data.replace(f'<w:pStyle w:val="{name}"/>'.encode(), b"")
    for properties in _PROPERTIES:
        data = data.replace(b"<" + properties + b"></" + properties + b">", b"")
    return data


def _without(data: bytes, name: bytes, tells: Sequence[bytes] = ()) -> bytes:
    """A part without the elements of this name, which hold none of the same name; as it is where any of them holds one
    of the words that tell more."""
    begin, end = b"<" + name + b">", b"</" + name + b">"
    data = data.replace(begin + end, b"")
    first, *rest = data.split(begin)
    kept, removed = [first], []
    for piece in rest:
        inside, found, behind = piece.partition(end)
        if not found:
            return data
        removed.append(inside)
        kept.append(behind)
    if removed and tells:
        looks = b"".join(removed)
        if any(word in looks for word in tells):
            return data
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
    return int(text) if text is not None and _NUMBER.fullmatch(text) is not None else default


def flag(element: Element | None) -> bool:
    """An on/off property: absent is off, present is on unless it says otherwise."""
    return element is not None and (element.get(W + "val") or "true") not in ("0", "false", "off")
