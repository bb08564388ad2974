"""The text of a Word paragraph as printed: insertions kept, deletions and hidden text left out, results of fields
without their codes, each alternative once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from openbudget.readers.docx_names import MC, M, W, flag, number, value
from openbudget.readers.docx_styles import Numbering, Style

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_RUN, _TEXT, _R_PR, _P_PR, _VANISH = W + "r", W + "t", W + "rPr", W + "pPr", W + "vanish"
_P_STYLE, _OUTLINE, _NUM_PR, _VAL = W + "pStyle", W + "outlineLvl", W + "numPr", W + "val"
_FIELD_CHAR = W + "fldChar"
_RAISED, _R_STYLE, _STRIKE, _DOUBLE_STRIKE = W + "vertAlign", W + "rStyle", W + "strike", W + "dstrike"
_NO_STYLE = Style()
_PRIVATE = re.compile("[\uf020-\uf0ff]")  # where signs of symbol fonts are kept
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

    styles: Mapping[str, Style]
    numbering: Numbering
    trust_fields: bool = True  # every field that begins also ends
    fields: list[Field] = field(default_factory=list)
    deletions: int = 0
    hidden: int = 0
    default: Style = _NO_STYLE
    contents_lines: int = 0
    in_contents: int = 0  # pieces of text left out as a table of contents
    pictures: int = 0
    hidden_styles: frozenset[str] = frozenset()  # of characters

    def read(self, paragraph: Element) -> tuple[str, Style, list[Element]]:
        """The text of a paragraph with its number, its style, and the text boxes that are anchored in it.

        Lines of a table of contents give an empty text: they say again what stands elsewhere.
        """
        style = self.default
        if len(paragraph) == 1 and not self.fields:  # one text in one run, as in most cells
            run = paragraph[0]
            if len(run) == 1 and run.tag == _RUN and run[0].tag == _TEXT:
                return (run[0].text or "").strip(), style, []
        parts: list[str] = []
        boxes: list[Element] = []
        contents = self.in_contents
        for child in paragraph:
            if child.tag == _RUN:
                self._run(child, parts, boxes)
            elif child.tag == _P_PR:
                style = self._style(child)
            else:
                self._other(child, parts, boxes)
        text = "".join(parts).strip()
        if style is self.default and self.in_contents == contents:
            return text, style, boxes
        if text and style.contents:
            self.in_contents += 1
            text = ""
        self.contents_lines += self.in_contents > contents
        if style.num_id is not None and style.num_id != "0" and not style.contents:
            text = (self.numbering.label(style.num_id, style.level) + text).strip()
        return text, style, boxes

    def _style(self, properties: Element) -> Style:
        """The style of a paragraph with its own outline level and list."""
        style = self.default
        outline: int | None = None
        num_id, level = None, None
        for child in properties:
            tag = child.tag
            if tag == _P_STYLE:
                style = self.styles.get(child.get(_VAL) or "", style)
            elif tag == _OUTLINE:
                outline = number(child, None)
            elif tag == _NUM_PR:
                num_id = value(child.find(W + "numId"))
                level = number(child.find(W + "ilvl"), None)
        if outline is None and num_id is None and level is None:
            return style
        return Style(
            style.outline if outline is None else outline,
            num_id or style.num_id,
            style.level if level is None else level,
            style.contents,
        )

    def _shown(self) -> bool:
        """Whether text here is printed: no open field's code is being written, and none is a table of contents."""
        if not self.trust_fields:
            return True
        if any(each.result and each.code.split()[:1] == ["TOC"] for each in self.fields):
            self.in_contents += 1
            return False
        return all(each.result for each in self.fields)

    def _collect(self, element: Element, parts: list[str], boxes: list[Element]) -> None:
        for child in element:
            if child.tag == _RUN:
                self._run(child, parts, boxes)
            else:
                self._other(child, parts, boxes)

    def _other(self, child: Element, parts: list[str], boxes: list[Element]) -> None:
        tag = child.tag
        if tag in _DELETED:
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

    def _run(self, run: Element, parts: list[str], boxes: list[Element]) -> None:
        properties = None
        for child in run:
            tag = child.tag
            if tag == _TEXT:
                if not self.fields or self._shown():
                    text = child.text or ""
                    if (
                        properties is not None
                        and text[:1].isdigit()
                        and value(properties.find(_RAISED)) == "superscript"
                    ):
                        text = (
                            f"^{text}" if parts and parts[-1][-1:].isdigit() else text
                        )  # a note, a power: never 12.51
                    parts.append(text if text.isascii() or not _PRIVATE.search(text) else _plain_text(text, properties))
            elif tag == _R_PR:
                properties = child
                if self._is_kept_out(child):
                    for char in run.iterfind(_FIELD_CHAR):
                        self._field(char)
                    return
            elif (plain := _PLAIN.get(tag)) is not None:
                if not self.fields or self._shown():
                    parts.append(plain)
            elif tag == _FIELD_CHAR:
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

    def _is_kept_out(self, properties: Element) -> bool:
        """Whether a run does not show, or is struck out; counted."""
        if flag(properties.find(_VANISH)) or (
            self.hidden_styles and value(properties.find(_R_STYLE)) in self.hidden_styles
        ):
            self.hidden += 1
        elif flag(properties.find(_STRIKE)) or flag(properties.find(_DOUBLE_STRIKE)):
            self.deletions += 1
        else:
            return False
        return True

    def _drawn(self, element: Element, boxes: list[Element]) -> None:
        outer = list(_outer_boxes(element))
        boxes.extend(outer)
        if not outer:
            self.pictures += 1

    def _field(self, char: Element) -> None:
        kind = value(char, "fldCharType")
        if kind == "begin":
            self.fields.append(Field())
        elif kind == "separate" and self.fields:
            self.fields[-1].result = True
        elif kind == "end" and self.fields:
            self.fields.pop()


def alternative(element: Element) -> Element:
    """The one of the alternatives of mc:AlternateContent to read: the first choice, else the fallback."""
    for name in (MC + "Choice", MC + "Fallback"):
        if (found := element.find(name)) is not None:
            return found
    return element


def _outer_boxes(drawing: Element) -> Iterator[Element]:
    """The text boxes in a drawing that are in no other and in no alternative that was not chosen."""
    for child in drawing:
        if child.tag == _BOX:
            yield child
        elif child.tag != MC + "Fallback":
            yield from _outer_boxes(child)


def _plain_text(text: str, properties: Element | None) -> str:
    if properties is None:
        return text
    font = value(properties.find(W + "rFonts"), "ascii") or ""
    return "".join(_from_symbol(ord(char)) for char in text) if font.lower() == "symbol" else text


def _from_symbol(code: int) -> str:
    low = code & 0xFF
    return _SYMBOL.get(low, chr(low)) if 0xF020 <= code <= 0xF0FF and (low in _SYMBOL or low < 0x7F) else chr(code)


def _symbol(element: Element) -> str:
    try:
        code = int(value(element, "char") or "", 16)
    except ValueError:
        return "\ufffd"
    if (value(element, "font") or "").lower() == "symbol":
        return _from_symbol(0xF000 | (code & 0xFF))
    return chr(code) if 0 < code < 0xD800 or 0xE000 <= code < 0x10000 else "\ufffd"
