"""Names and small values of WordprocessingML (ECMA-376 part 1)."""

from __future__ import annotations

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
