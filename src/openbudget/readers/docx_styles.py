"""Paragraph styles and list numbering of a Word document: which paragraphs are headings, and the labels that Word
prints before numbered ones (`一、`, `（一）`, `1.`), which stand nowhere in the text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from openbudget.readers.docx_names import W, flag, number, value

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_HEADING_NAME = re.compile(r"(?:heading|标题)\s*([1-9])", re.I)
_CONTENTS_NAME = re.compile(r"(?:toc|目录)\s*[1-9]", re.I)
_NO_SPACE_AFTER = "、.．，,）)】〕]：:。"


@dataclass(frozen=True, slots=True)
class Style:
    """What matters of a paragraph style, its base styles included."""

    outline: int | None = None  # 0 is the first level; 9 is body text
    num_id: str | None = None
    level: int = 0
    contents: bool = False  # a line of a table of contents


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list: `text` holds `%1` … `%9` for the numbers of its levels."""

    start: int = 1
    format: str = "decimal"
    text: str = ""
    legal: bool = False
    restarts: bool = True


@dataclass(slots=True)
class Numbering:
    """The lists of a document with their running numbers."""

    lists: dict[str, tuple[str, dict[int, Level], dict[int, int]]] = field(default_factory=dict)
    counts: dict[str, list[int | None]] = field(default_factory=dict)
    begun: set[str] = field(default_factory=set)

    def label(self, num_id: str, level: int) -> str:
        """The label of the next paragraph of this list at this level; empty for bullets and unknown lists."""
        if num_id not in self.lists or not 0 <= level < 9:
            return ""
        abstract, levels, overrides = self.lists[num_id]
        counts = self.counts.setdefault(abstract, [None] * 9)
        if num_id not in self.begun:
            self.begun.add(num_id)
            for index, start in overrides.items():
                counts[index] = start - 1
        for index in range(level):
            if counts[index] is None:
                counts[index] = levels.get(index, Level()).start
        now = levels.get(level, Level())
        before = counts[level]
        counts[level] = now.start if before is None else before + 1
        for index in range(level + 1, 9):
            if levels.get(index, Level()).restarts:
                counts[index] = None
        return _print_label(now, levels, counts)


def _print_label(now: Level, levels: dict[int, Level], counts: list[int | None]) -> str:
    if now.format in ("bullet", "none"):
        return ""

    def show(match: re.Match[str]) -> str:
        index = int(match[1]) - 1
        count = counts[index]
        kind = "decimal" if now.legal else levels.get(index, Level()).format
        return "" if count is None else print_number(count, kind)

    label = re.sub(r"%([1-9])", show, now.text).strip()
    return label if not label or label[-1] in _NO_SPACE_AFTER else label + " "


_STYLE_ID = re.compile(rb'w:styleId="([^"]*)"')
_BASE = re.compile(rb'<w:basedOn w:val="([^"]*)"')


def cut_styles(data: bytes, used: Iterable[str]) -> bytes:
    """A styles part with only the styles in use and those they are based on: it is often larger than the text, and
    most of it is about tables and fonts. The whole part where it is not written as Word and others write it."""
    root = data.find(b"<w:styles")
    head = data[: data.find(b">", root) + 1]
    if root < 0 or head.endswith(b"/>") or b"<!" in data:
        return data
    styles: dict[bytes, bytes] = {}
    for block in data.split(b"</w:style>")[:-1]:
        style = block[block.rfind(b"<w:style ") :]
        if (match := _STYLE_ID.search(style, 0, style.find(b">"))) is not None:
            styles[match[1]] = style + b"</w:style>"
    wanted = [style_id.encode() for style_id in used]
    kept: dict[bytes, bytes] = {}
    while wanted:
        style_id = wanted.pop()
        if style_id in styles and style_id not in kept:
            kept[style_id] = styles[style_id]
            wanted += _BASE.findall(styles[style_id])
    return head + b"".join(kept.values()) + b"</w:styles>"


def hidden_styles(data: bytes) -> frozenset[str]:
    """The ids of the styles in a styles part that hide their text."""
    found = set()
    for block in data.split(b"</w:style>")[:-1]:
        style = block[block.rfind(b"<w:style ") :]
        if b"<w:vanish/>" in style and (match := _STYLE_ID.search(style, 0, style.find(b">"))) is not None:
            found.add(match[1].decode("utf-8", "replace"))
    return frozenset(found)


def read_styles(root: Element | None, used: Iterable[str]) -> dict[str, Style]:
    """The paragraph styles that are used, by id, each with what it takes from its base."""
    if root is None:
        return {}
    elements = {element.get(W + "styleId", ""): element for element in root.iterfind(W + "style")}
    found: dict[str, Style] = {}
    for style_id in used:
        chain: list[str] = []
        current: str | None = style_id
        while current is not None and current not in found and current not in chain and current in elements:
            chain.append(current)
            current = value(elements[current].find(W + "basedOn"))
        for name in reversed(chain):
            base = value(elements[name].find(W + "basedOn"))
            found[name] = _read_style(elements[name], found.get(base or "", Style()))
    return found


def _read_style(element: Element, base: Style) -> Style:
    name = value(element.find(W + "name")) or ""
    outline, num_id, level = base.outline, base.num_id, base.level
    if (match := _HEADING_NAME.fullmatch(name)) is not None:
        outline = int(match[1]) - 1
    properties = element.find(W + "pPr")
    if properties is not None:
        outline = number(properties.find(W + "outlineLvl"), outline)
        if (listing := properties.find(W + "numPr")) is not None:
            num_id = value(listing.find(W + "numId")) or num_id
            level = number(listing.find(W + "ilvl"), level) or 0
    return Style(outline, num_id, level, base.contents or _CONTENTS_NAME.fullmatch(name) is not None)


def read_numbering(root: Element | None) -> Numbering:
    """The lists that a document defines."""
    numbering = Numbering()
    if root is None:
        return numbering
    abstracts: dict[str, dict[int, Level]] = {}
    by_style: dict[str, str] = {}
    links: dict[str, str] = {}
    for element in root.iterfind(W + "abstractNum"):
        key = element.get(W + "abstractNumId", "")
        abstracts[key] = {number(level, 0, "ilvl") or 0: _read_level(level) for level in element.iterfind(W + "lvl")}
        if (style := value(element.find(W + "styleLink"))) is not None:
            by_style[style] = key
        if (style := value(element.find(W + "numStyleLink"))) is not None:
            links[key] = style
    for element in root.iterfind(W + "num"):
        key = value(element.find(W + "abstractNumId")) or ""
        key = by_style.get(links.get(key, ""), key)
        levels, starts = dict(abstracts.get(key, {})), {}
        for override in element.iterfind(W + "lvlOverride"):
            index = number(override, 0, "ilvl") or 0
            if (own := override.find(W + "lvl")) is not None:
                levels[index] = _read_level(own)
            if (start := number(override.find(W + "startOverride"), None)) is not None and index < 9:
                starts[index] = start
        numbering.lists[element.get(W + "numId", "")] = (key, levels, starts)
    return numbering


def _read_level(element: Element) -> Level:
    return Level(
        start=number(element.find(W + "start"), 1) or 0,
        format=value(element.find(W + "numFmt")) or "decimal",
        text=value(element.find(W + "lvlText")) or "",
        legal=flag(element.find(W + "isLgl")),
        restarts=number(element.find(W + "lvlRestart"), 1) != 0,
    )


_DIGITS = "〇一二三四五六七八九"
_LEGAL_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_SERIES = {
    "ideographTraditional": "甲乙丙丁戊己庚辛壬癸",
    "ideographZodiac": "子丑寅卯辰巳午未申酉戌亥",
    "decimalEnclosedCircle": "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳",
    "decimalEnclosedCircleChinese": "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳",
    "decimalEnclosedParen": "⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇",
    "decimalEnclosedFullstop": "⒈⒉⒊⒋⒌⒍⒎⒏⒐⒑⒒⒓⒔⒕⒖⒗⒘⒙⒚⒛",
    "ideographEnclosedCircle": "㊀㊁㊂㊃㊄㊅㊆㊇㊈㊉",
}
_COUNTING = frozenset(
    {"chineseCounting", "chineseCountingThousand", "taiwaneseCounting", "taiwaneseCountingThousand",
     "japaneseCounting", "koreanCounting"}
)  # fmt: skip
_ROMAN = ((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"),
          (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))  # fmt: skip


def print_number(count: int, kind: str) -> str:
    """A running number in a number format of ECMA-376 part 1, §17.18.59; in digits where the format is not known."""
    if kind in _COUNTING:
        return _count(count, _DIGITS, "十百千")
    if kind == "chineseLegalSimplified":
        return _count(count, _LEGAL_DIGITS, "拾佰仟").replace("〇", "零")
    if kind in ("ideographDigital", "taiwaneseDigital", "japaneseDigitalTenThousand"):
        return "".join(_DIGITS[int(digit)] for digit in str(count))
    if kind == "decimalFullWidth":
        return "".join(chr(0xFF10 + int(digit)) for digit in str(count))
    if kind == "decimalZero":
        return f"{count:02d}"
    if kind in _SERIES and 0 < count <= len(_SERIES[kind]):
        return _SERIES[kind][count - 1]
    if kind in ("upperLetter", "lowerLetter") and 0 < count <= 26 * 30:
        letter = chr(ord("A") + (count - 1) % 26) * ((count - 1) // 26 + 1)
        return letter if kind == "upperLetter" else letter.lower()
    if kind in ("upperRoman", "lowerRoman") and 0 < count < 4000:
        roman = ""
        for worth, sign in _ROMAN:
            roman += sign * (count // worth)
            count %= worth
        return roman if kind == "upperRoman" else roman.lower()
    return str(count)


def _count(count: int, digits: str, places: str) -> str:
    """Chinese counting up to 9999: 十二, 二十, 一百〇五."""
    if not 0 < count < 10_000:
        return str(count)
    text, gap = "", False
    for power in (3, 2, 1, 0):
        digit = count // 10**power % 10
        if digit:
            text += (digits[0] if gap and text else "") + digits[digit] + (places[power - 1] if power else "")
            gap = False
        else:
            gap = bool(text)
    return text[1:] if 10 <= count < 20 and places[0] == "十" else text
