"""Printed text made comparable, with the way back to each character as printed.

Issuers print the same word with blanks inside (`项   目`), in full width (`２０２１`), with other quotes and brackets,
with invisible characters, in traditional characters, with a translation in another script beside it. `plain` folds all
that away; `Folded` keeps, for each character that is left, its index in the text as printed, so that a match can be
traced back.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from openbudget.recognise.languages import in_chinese, is_other_script

_DROPPED = {*"“”\"'‘’「」『』〝〞＂＇", "\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad", "@"}
_FOLDED = {
    "〔": "(",
    "〕": ")",
    "【": "(",
    "】": ")",
    "［": "(",
    "］": ")",
    "[": "(",
    "]": ")",
    "、": "、",
    "﹪": "%",
    "﹑": "、",
}
_FOLDED |= {"—": "-", "–": "-", "－": "-", "―": "-", "−": "-", "•": "·", "．": "."}


@lru_cache(maxsize=1)
def _traditional() -> dict[str, str]:
    """Traditional → simplified, for the characters of the vocabulary (layouts/traditional.txt: pairs)."""
    text = (Path(__file__).parents[1] / "layouts/traditional.txt").read_text(encoding="utf-8")
    return {pair[0]: pair[1] for pair in text.split() if len(pair) == 2}


class _Folding(dict[int, str]):
    """What each character (by its code) is folded to; filled as characters are met."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = _fold_char(chr(code))
        return folded


_FOLDING = _Folding()


def _fold_char(char: str) -> str:
    if char.isspace() or char in _DROPPED or is_other_script(char):
        return ""
    if char in _FOLDED:
        return _FOLDED[char]
    code = ord(char)
    if 0xFF01 <= code <= 0xFFEF or 0xFE50 <= code <= 0xFE6F:
        char = unicodedata.normalize("NFKC", char)
    return _traditional().get(char, char)


class Folded(NamedTuple):
    """A folded text and, for each of its characters, the index of the printed one."""

    text: str
    places: Sequence[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The range [a, b) of the printed text that the folded range [start, end) came from."""
        if start >= end:
            at = self.places[start] if start < len(self.places) else (self.places[-1] + 1 if self.places else 0)
            return at, at
        return self.places[start], self.places[end - 1] + 1


@lru_cache(maxsize=512)  # one step after the other asks for the same texts
def fold(printed: str) -> Folded:
    """`printed` without blanks and quotes, in half width, simplified characters; with the way back."""
    pieces = [_FOLDING[ord(char)] for char in printed]
    text = "".join(pieces)
    if len(text) == len(printed) and "" not in pieces:  # one for one
        return Folded(text, range(len(text)))
    return Folded(text, tuple([at for at, piece in enumerate(pieces) for _ in piece]))


@lru_cache(maxsize=16384)
def plain(printed: str) -> str:
    """`fold(printed).text`."""
    return printed.translate(_FOLDING)


def is_worded(folded: str) -> bool:
    """True for words that say something other than that there is no figure (无, 不涉及)."""
    return _WORDED.match(folded) is not None


def chinese_part(printed: str, known: Callable[[str], bool]) -> tuple[int, int]:
    """The range [a, b) of a printed text that is in Chinese, where a translation stands before or behind it; the whole
    text where none does. Words in Latin letters may belong to a name: they are left out where the rest is `known`."""
    folded = fold(printed)
    bare = in_chinese(folded.text)
    at = folded.text.find(bare)
    if not bare or at < 0 or (bare == folded.text and len(bare) == len(printed)):
        return 0, len(printed)
    start, end = folded.span(at, at + len(bare))
    outside = printed[:start] + printed[end:]
    if not any(map(is_other_script, outside)) and not (re.search(r"[^\W\d_]{3}", outside) and known(bare)):
        return 0, len(printed)
    return start, end


_WORDED = re.compile(r"(?!无|不|免|未|没)[^\d.]*[\u4e00-\u9fff]{2}")
_CN_DIGITS = {char: value for value, char in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2, "○": 0, "0": 0}


def chinese_number(text: str) -> int | None:
    """`十二` → 12, `二十一` → 21, `二〇二一` → 2021, `12` → 12; None where it is no number below 10,000."""
    if len(text) > 4 and all(char in _CN_DIGITS or char.isdecimal() for char in text):
        return None
    if text.isascii() and text.isdigit():
        return int(text)
    if text and all(char in _CN_DIGITS for char in text):
        return int("".join(str(_CN_DIGITS[char]) for char in text)) if len(text) > 1 else _CN_DIGITS[text]
    match = re.fullmatch(
        r"(?:([一二三四五六七八九])?百)?(?:零)?(?:([一二三四五六七八九])?十)?([一二三四五六七八九])?", text
    )
    if not text or match is None:
        return None
    hundreds = _CN_DIGITS.get(match[1] or "一", 0) if "百" in text else 0
    tens = _CN_DIGITS.get(match[2] or "一", 0) if "十" in text else 0
    return hundreds * 100 + tens * 10 + _CN_DIGITS.get(match[3] or "〇", 0)


OF_WHICH = re.compile(r"^#?其中:?|^#")  # at the head of a folded text: it is only a part of what stands before it
_NUMBERING = (
    ("part", re.compile(r"第([一二三四五六七八九十百]+|\d{1,2})(?:部分|章|篇|编)[、:.．]?")),
    ("cn", re.compile(r"([一二三四五六七八九十百]{1,4})[、.．,，:]")),
    ("cn-bracket", re.compile(r"\(([一二三四五六七八九十百]{1,4})\)[、.]?")),
    ("cn-section", re.compile(r"第([一二三四五六七八九十百]+|\d{1,2})[节条项][、:.]?")),
    ("arabic-bracket", re.compile(r"\((\d{1,2})[.]?\)[、.]?")),
    ("arabic-half", re.compile(r"(\d{1,2})\)[、.]?")),
    ("arabic", re.compile(r"(\d{1,2})[、.．](?!\d)")),
    ("circled", re.compile(r"([①-⑳])")),
)


class Numbered(NamedTuple):
    """The numbering at the head of a text: its style, its ordinal, as printed, and where the rest begins."""

    style: str
    ordinal: int
    printed: str
    rest: int  # index in the printed text


@lru_cache(maxsize=512)
def numbering(printed: str) -> Numbered | None:
    """The numbering that `printed` begins with (`一、`, `（二）`, `3.`, `第一部分` …); None where it has none."""
    first = printed[:24].translate(_FOLDING)[:1]
    if not first.isnumeric() and first not in ("第", "("):
        return None
    head = fold(printed[:24])
    for style, pattern in _NUMBERING:
        match = pattern.match(head.text)
        if match is None:
            continue
        ordinal = ord(match[1]) - 0x245F if style == "circled" else chinese_number(match[1])
        if ordinal is None:
            continue
        end = head.span(0, match.end())[1]
        return Numbered(style, ordinal, printed[:end].strip(), end)
    return None


def unnumbered(printed: str) -> str:
    """The text without the blanks and the numbering at its head (`二、支出预算` → `支出预算`)."""
    printed = printed.lstrip()
    numbered = numbering(printed)
    return printed[numbered.rest :] if numbered else printed


def body_start(printed: str) -> int:
    """Where a text begins, behind the blanks and the numbering at its head: an index in it."""
    return len(printed) - len(unnumbered(printed))
