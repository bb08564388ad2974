"""The second language of a document: in autonomous regions titles, headings and labels are printed in Chinese and in
Tibetan, Uyghur, Kazakh, Mongolian, Korean, Yi, Dai or Zhuang, elsewhere in Chinese and English.

Letters of scripts that no Chinese word is written in are folded away with blanks (`is_other_script`). Latin and
Cyrillic letters stand in codes and names too: they are left out only where a text says nothing with them
(`in_chinese`), or stand in a heading of their own beside the Chinese one (`is_translation`). Abbreviations and other
units of money say something: `PPP项目支出` and `合计USD` are not 项目支出 and 合计.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from openbudget.model.amount import is_other_money

_SCRIPTS = (
    (0x0600, 0x077F),  # Arabic: Uyghur, Kazakh, Kirghiz
    (0x0F00, 0x0FFF),  # Tibetan
    (0x1100, 0x11FF),  # Hangul: Korean
    (0x1800, 0x18AF),  # Mongolian, Manchu, Xibe
    (0x1950, 0x19DF),  # Tai Le, New Tai Lue: Dai
    (0x3130, 0x318F),
    (0xA000, 0xA4FF),  # Yi, Lisu
    (0xAC00, 0xD7FF),
    (0xFB50, 0xFDFF),
    (0xFE70, 0xFEFE),
)
_DIRECTIONS = frozenset(
    {"\u061c", "\u200e", "\u200f", *map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2066, 0x206A))}
)
_HAN = r"\u3007\u3400-\u9fff"
_LETTER = r"A-Za-zÀ-ɏЀ-ӿ"
_SHORTEST = 3  # letters of the shortest word of a translation
_WORDS = rf"(?:[^{_LETTER}]*[{_LETTER}]){{{_SHORTEST}}}"
_BEHIND = rf"(?<=[{_HAN})%:*])[/(|·:;,.\-]*[{_LETTER}][{_LETTER}\x21-\x7e’]*$"
_BEFORE = rf"^\(?[{_LETTER}][{_LETTER}\x21-\x7e’]*?(?=\(?[{_HAN}])"
_BRACKETED = re.compile(r"\(([^()]*)\)")
_EDGES = "/|·:;,-"
_SHORT = re.compile(r"[A-Z]{1,4}s?")  # PPP, USD: they tell one thing from another
_WITHOUT = re.compile(r"exclud|except|without|netof|notinclud", re.I)  # blanks are folded away
_WITHOUT_CHINESE = re.compile(r"[不除剔扣未无]")
_WORD = re.compile(rf"[{_LETTER}]+")


def is_other_script(char: str) -> bool:
    """True for a letter, or a mark between letters, of a script that is none of Chinese; not for its digits."""
    code = ord(char)
    if char in _DIRECTIONS:
        return True
    if code < _SCRIPTS[0][0] or 0x3400 <= code <= 0x9FFF or not any(first <= code <= last for first, last in _SCRIPTS):
        return False
    return not unicodedata.category(char).startswith("N")


@lru_cache(maxsize=16384)
def in_chinese(folded: str) -> str:
    """A folded text without the translation before or behind it: `合计/Total` → `合计`. As it is where there is none."""
    bare = _trimmed(folded)
    for pattern in _patterns(bare):
        match = re.search(pattern, bare)
        if match is not None and _translates(match[0]):
            rest = bare[: match.start()] + bare[match.end() :]
            if _WITHOUT.search(match[0]) and not _WITHOUT_CHINESE.search(rest):
                return folded  # `合计 excluding carry-over` is not 合计
            bare = rest
    if bare == folded or not _is_chinese(bare):
        return folded
    bracketed = _BRACKETED.fullmatch(bare)
    return _trimmed(bracketed[1] if bracketed else bare)


def _patterns(text: str) -> Iterator[str]:
    """Those of the two patterns that can fit: most texts have no such letters, or none at their ends."""
    if _may_be_worded(text):
        head = text.lstrip("(")[:1]
        if not _is_chinese(text[-1]):
            yield _BEHIND
        if head.lower() != head.upper():
            yield _BEFORE


def _is_chinese(text: str) -> bool:
    return any("\u3400" <= char <= "\u9fff" or char == "〇" for char in text)


def _may_be_worded(text: str) -> bool:
    """True for a text with as many letters as the shortest word of a translation."""
    return text.lower() != text.upper() and sum(char.lower() != char.upper() for char in text) >= _SHORTEST


def _translates(text: str) -> bool:
    """True for words that may say what stands beside them in Chinese: no abbreviations alone, no other unit of money."""
    if re.match(_WORDS, text) is None or is_other_money(text):
        return False
    return any(_SHORT.fullmatch(word) is None for word in _WORD.findall(text))


def _trimmed(folded: str) -> str:
    """The text without the marks and empty brackets that stood between it and a translation."""
    return folded.strip(_EDGES).replace("()", "")


def is_translation(folded: str) -> bool:
    """True for a folded text of words in Latin or Cyrillic letters alone, which may say in another language what
    stands beside it."""
    return (
        not _is_chinese(folded) and not folded[:1].isdigit() and _translates(folded) and _WITHOUT.search(folded) is None
    )
