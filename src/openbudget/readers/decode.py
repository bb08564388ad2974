"""Bytes of a text → characters, strictly: BOM → UTF-8 → GB18030 → Big5.

A label is only a hint: `gb2312` and `gbk` are read as GB18030, their superset, because pages labelled so hold
characters outside them. A text that is partly of one encoding and partly of another is refused, with its line:
a guess would publish wrong names and figures.
"""

from __future__ import annotations

import codecs
import re

from openbudget.errors import UnreadableError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_LADDER = ("utf-8", "gb18030", "big5")
_ALIASES = {"gb2312": "gb18030", "gbk": "gb18030", "gb_2312-80": "gb18030", "x-gbk": "gb18030", "cp936": "gb18030",
            "utf8": "utf-8", "big5": "big5", "big5-hkscs": "big5hkscs", "x-x-big5": "big5"}  # fmt: skip

# two or more characters of three bytes in UTF-8 in a row: hardly ever the reading of other encodings' bytes
_UTF8_RUN = rb"(?:[\xe3-\xe9][\x80-\xbf]{2}|\xef[\xbc-\xbf][\x80-\xbf]){2,}"
_LINE_ENDS = "\r\v\f\x85\u2028\u2029"  # besides CRLF


def decode(name: str, data: bytes, label: str | None = None) -> tuple[str, str]:
    """The text of `data` (without BOM) and the charset it was read in.

    `label` is what the document says of itself, tried first after a BOM. UnreadableError (`readers.mixed_encodings`,
    `readers.unknown_encoding`) where no encoding fits the whole, or the bytes are two encodings' at once.
    """
    for bom, charset in _BOMS:
        if data.startswith(bom):
            return _strict(name, data[len(bom) :], charset), charset
    if data.count(b"\x00"):
        raise UnreadableError("readers.has_nul", name=name)
    for charset in _candidates(label):
        try:
            text = data.decode(charset)
        except (UnicodeDecodeError, LookupError):
            continue
        if charset != "utf-8":
            _refuse_mixed(name, data)
        if charset == "gb18030" and _is_private(text) and (other := _as_big5(data)) is not None:
            return other, "big5"
        return text, charset
    raise _undecodable(name, data)


def file_name(path: str) -> str:
    """A path or name as people read it: a name that is not UTF-8 (a zip of a Chinese Windows, unpacked on Linux, or an
    old disk) is GB18030, else its bytes are shown as `\\xe9`."""
    try:
        raw = path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # surrogates that no file system gave
        return path.encode("utf-8", "backslashreplace").decode()
    for charset in ("utf-8", "gb18030"):
        try:
            return raw.decode(charset)
        except UnicodeDecodeError:
            continue
    return raw.decode("utf-8", "backslashreplace")


def normalise_lines(text: str) -> str:
    """The text with every kind of line end (CRLF, CR, vertical tab, form feed, Unicode's own) made `\\n`."""
    text = text.replace("\r\n", "\n")
    for end in _LINE_ENDS:
        text = text.replace(end, "\n")
    return text


def _candidates(label: str | None) -> tuple[str, ...]:
    if label is None:
        return _LADDER
    wanted = _ALIASES.get(label.strip().lower(), label.strip().lower())
    # valid UTF-8 that holds Chinese is UTF-8 whatever its label says
    return ("utf-8", *dict.fromkeys((wanted, *_LADDER[1:])))


def _as_big5(data: bytes) -> str | None:
    """The text as Big5, where that gives one without private characters. The punctuation of Big5 stands where GB18030
    has its private zone, so nearly every text in Big5 decodes as GB18030 too, with private characters."""
    try:
        text = data.decode("big5")
    except UnicodeDecodeError:
        return None
    return None if _is_private(text) else text


def _is_private(text: str) -> bool:
    """Whether a character of Unicode's private zone is in the text."""
    return re.search("[\ue000-\uf8ff]", text) is not None


def _strict(name: str, data: bytes, charset: str) -> str:
    try:
        text = data.decode(charset)
    except UnicodeDecodeError as error:
        line = data[: error.start].count("\n".encode(charset)) + 1
        raise UnreadableError("readers.bad_bytes", name=name, charset=charset, line=line) from error
    if "\x00" in text:
        raise UnreadableError("readers.has_nul", name=name)
    return text


def _refuse_mixed(name: str, data: bytes) -> None:
    """GB18030 and Big5 accept most bytes, those of UTF-8 too: look for lines that are plainly UTF-8."""
    for line in data.split(b"\n"):
        if re.search(_UTF8_RUN, line) and _decodes(line, "utf-8"):
            raise _undecodable(name, data)


def _undecodable(name: str, data: bytes) -> UnreadableError:
    """Which fault to name: lines of two encodings, or bytes of none."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start >= len(data) - 3 and error.start:  # cut in the middle of its last character
            return UnreadableError("readers.bad_bytes", name=name, charset="utf-8", line=data.count(b"\n") + 1)
    first: tuple[str, int] | None = None
    for number, line in enumerate(data.split(b"\n"), 1):
        if line.isascii():
            continue
        charset = next((candidate for candidate in _LADDER if _decodes(line, candidate)), None)
        if charset is None:
            return UnreadableError("readers.bad_bytes", name=name, charset=first[0] if first else "utf-8", line=number)
        if first is not None and charset != first[0]:
            return UnreadableError("readers.mixed_encodings", name=name, line=number, first=first[0], second=charset)
        first = first or (charset, number)
    return UnreadableError("readers.unknown_encoding", name=name)


def _decodes(line: bytes, charset: str) -> bool:
    try:
        line.decode(charset)
    except UnicodeDecodeError:
        return False
    return True
