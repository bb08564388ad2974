"""The text of a Word paragraph as printed: insertions kept, deletions and hidden text left out, results of fields
without their codes, each alternative once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from openbudget.readers.docx_names import MC, M, W, flag, value
from openbudget.readers.docx_styles import Numbering, Style

if TYPE_CHECKING:
    from lxml.etree import _Element

_RUN, _TEXT, _PROPERTIES = W + "r", W + "t", W + "rPr"
_PLAIN = {
    W + "tab": "\t", W + "ptab": "\t", W + "br": "\n", W + "cr": "\n", W + "noBreakHyphen": "-", W + "softHyphen": "",
}  # fmt: skip
_DELETED = frozenset({W + "del", W + "moveFrom"})
_LEFT_OUT = frozenset(
    {W + "pPr", W + "instrText", W + "delText", W + "delInstrText", W + "fldData", W + "rt", W + "rubyPr",
     W + "sdtPr", W + "sdtEndPr", W + "rPr", MC + "Fallback"}
)  # fmt: skip
_DRAWN = frozenset({W + "drawing", W + "pict", W + "object"})
_BOX = W + "txbxContent"

# Adobe Symbol's code page, in which Word stores signs that it inserts from that font
_SYMBOL = {0xA3: "≤", 0xB3: "≥", 0xB1: "±", 0xB4: "×", 0xB8: "÷", 0xB9: "≠", 0xBB: "≈", 0xB7: "·", 0x2D: "−"}


@dataclass(slots=True)
class Field:
    """A complex field that is open: its code so far, and whether its result has begun."""

    code: str = ""
    result: bool = False


@dataclass(slots=True)
class Words:
    """What stays the same, and what runs on, from paragraph to paragraph of one document."""

    styles: dict[str, Style]
    numbering: Numbering
    trust_fields: bool = True  # every field that begins also ends
    fields: list[Field] = field(default_factory=list)
    deletions: int = 0
    hidden: int = 0
    contents_lines: int = 0
    pictures: int = 0

    def style_of(self, paragraph: _Element) -> Style:
        """The style of a paragraph with its own outline level and list."""
        properties = paragraph.find(W + "pPr")
        if properties is None:
            return self.styles.get("", Style())
        style = self.styles.get(value(properties.find(W + "pStyle")) or "", Style())
        outline, num_id, level = style.outline, style.num_id, style.level
        own = value(properties.find(W + "outlineLvl"))
        if own is not None and own.isdigit():
            outline = int(own)
        if (listing := properties.find(W + "numPr")) is not None:
            num_id = value(listing.find(W + "numId")) or num_id
            depth = value(listing.find(W + "ilvl"))
            level = int(depth) if depth is not None and depth.isdigit() else level
        return Style(outline, num_id, level, style.contents)

    def text(self, paragraph: _Element, style: Style) -> tuple[str, list[_Element]]:
        """The text of a paragraph with its number, and the text boxes that are anchored in it.

        Lines of a table of contents give an empty text: they say again what stands elsewhere.
        """
        parts: list[str] = []
        boxes: list[_Element] = []
        in_contents = self._in_contents()
        self._collect(paragraph, parts, boxes)
        text = "".join(parts).strip()
        if text and (style.contents or (in_contents and self._in_contents())):
            self.contents_lines += 1
            return "", boxes
        if style.num_id is not None and style.num_id != "0":
            text = (self.numbering.label(style.num_id, style.level) + text).strip()
        return text, boxes

    def _in_contents(self) -> bool:
        return bool(self.fields) and self.trust_fields and any(each.code.split()[:1] == ["TOC"] for each in self.fields)

    def _shown(self) -> bool:
        """No field is open whose code is still being written."""
        return not self.fields or not self.trust_fields or all(each.result for each in self.fields)

    def _collect(self, element: _Element, parts: list[str], boxes: list[_Element]) -> None:
        for child in element:
            tag = child.tag
            if tag == _RUN:
                self._run(child, parts, boxes)
            elif tag in _DELETED:
                self.deletions += 1
            elif tag == W + "sdt":
                if flag(child.find(f"{W}sdtPr/{W}showingPlcHdr")):
                    self.hidden += 1  # a prompt such as “click here”, not content
                else:
                    self._collect(child, parts, boxes)
            elif tag == M + "t":
                parts.append(child.text or "")
            elif tag == MC + "AlternateContent":
                self._collect(alternative(child), parts, boxes)
            elif tag not in _LEFT_OUT:
                self._collect(child, parts, boxes)

    def _run(self, run: _Element, parts: list[str], boxes: list[_Element]) -> None:
        properties = run.find(_PROPERTIES)
        if properties is not None and flag(properties.find(W + "vanish")):
            self.hidden += 1
            for child in run.iterfind(W + "fldChar"):
                self._field(child)
            return
        for child in run:
            tag = child.tag
            if tag == _TEXT:
                if self._shown():
                    parts.append(_plain_text(child.text or "", properties))
            elif (plain := _PLAIN.get(str(tag))) is not None:
                if self._shown():
                    parts.append(plain)
            elif tag == W + "fldChar":
                self._field(child)
            elif tag == W + "instrText":
                if self.fields and not self.fields[-1].result:
                    self.fields[-1].code += child.text or ""
            elif tag == W + "sym":
                parts.append(_symbol(child))
            elif tag in _DRAWN:
                self._drawn(child, boxes)
            elif tag == MC + "AlternateContent":
                self._run(alternative(child), parts, boxes)
            elif tag == W + "ruby":
                self._collect(child, parts, boxes)

    def _drawn(self, element: _Element, boxes: list[_Element]) -> None:
        outer = [box for box in element.iter(_BOX) if _is_outer(box, element)]
        boxes.extend(outer)
        if not outer:
            self.pictures += 1

    def _field(self, char: _Element) -> None:
        kind = value(char, "fldCharType")
        if kind == "begin":
            self.fields.append(Field())
        elif kind == "separate" and self.fields:
            self.fields[-1].result = True
        elif kind == "end" and self.fields:
            self.fields.pop()


def alternative(element: _Element) -> _Element:
    """The one of the alternatives of mc:AlternateContent to read: the first choice, else the fallback."""
    for name in (MC + "Choice", MC + "Fallback"):
        if (found := element.find(name)) is not None:
            return found
    return element


def _is_outer(box: _Element, drawing: _Element) -> bool:
    """A text box that is in no other and in no alternative that was not chosen."""
    parent = box.getparent()
    while parent is not None and parent is not drawing:
        if parent.tag in (_BOX, MC + "Fallback"):
            return False
        parent = parent.getparent()
    return True


def _plain_text(text: str, properties: _Element | None) -> str:
    if "\n" in text:
        text = text.replace("\n", " ")
    if properties is None or not any("\uf020" <= char <= "\uf0ff" for char in text):
        return text
    font = value(properties.find(W + "rFonts"), "ascii") or ""
    return "".join(_from_symbol(ord(char)) for char in text) if font.lower() == "symbol" else text


def _from_symbol(code: int) -> str:
    low = code & 0xFF
    return _SYMBOL.get(low, chr(low)) if 0xF020 <= code <= 0xF0FF and (low in _SYMBOL or low < 0x7F) else chr(code)


def _symbol(element: _Element) -> str:
    try:
        code = int(value(element, "char") or "", 16)
    except ValueError:
        return "\ufffd"
    if (value(element, "font") or "").lower() == "symbol":
        return _from_symbol(0xF000 | (code & 0xFF))
    return chr(code) if 0 < code < 0xD800 or 0xE000 <= code < 0x10000 else "\ufffd"
