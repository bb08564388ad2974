"""In what encoding a file really is: the declared one, strictly; where that fails, the one that fits."""

import codecs
import re
from collections.abc import Callable
from typing import BinaryIO, NamedTuple

_BLOCK = 1 << 20
_ENOUGH = 10_000
_OTHERS = ("utf-8-sig", "gb18030", "big5", "cp1252")
# the first and second bytes of common characters: letters with accents, which have one byte, are seldom taken for these
_PAIR = rb"[\x81-\xfe][\x40-\xfe]"
_COMMON = {
    "gb18030": rb"[\xa1-\xa9\xb0-\xd7][\xa1-\xfe]",
    "big5": rb"[\xa1-\xc6][\x40-\x7e\xa1-\xfe]",
}
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


class Decoding(NamedTuple):
    """`codec` is what to read with. `fault` is None, `unknown` (no such encoding) or `undecodable` (byte
    `position`, from 0, is not of the declared encoding); `errors` is `replace` where nothing fits."""

    codec: str
    errors: str = "strict"
    fault: str | None = None
    position: int = 0
    mark: bool = False


def decide(opened: Callable[[], BinaryIO], declared: str | None) -> Decoding:
    """Read the whole of a file once, and say how to decode it. `declared` None is UTF-8, as in Data Package."""
    with opened() as stream:
        head = stream.read(4)
    mark = next((codec for bom, codec in _MARKS if head.startswith(bom)), None)
    name = declared or "utf-8"
    try:
        codec = codecs.lookup(name).name
        fault = None if codecs.lookup(name)._is_text_encoding else "unknown"
    except LookupError:
        codec, fault = "utf-8", "unknown"
    codec = "utf-8-sig" if codec in ("utf-8", "utf-8-sig") or fault else codec
    position = _first_fault(opened, codec)
    if position is None:
        return Decoding(codec, fault=fault, mark=mark is not None)
    for other in (mark,) if mark else _OTHERS:
        if other != codec and _likely(opened, other) and _first_fault(opened, other) is None:
            return Decoding(other, fault=fault or "undecodable", position=position, mark=mark is not None)
    if codec in ("utf-16", "utf-32") and position == 0:  # these refuse to begin without their mark
        codec = f"{codec}-le"
    return Decoding(codec, "replace", fault or "undecodable", position, mark is not None)


def _likely(opened: Callable[[], BinaryIO], codec: str) -> bool:
    """Whether the bytes beyond ASCII look like text of an encoding that can read nearly any bytes."""
    if codec not in _COMMON and codec != "cp1252":
        return True
    pairs = common = 0
    with opened() as stream:
        while block := stream.read(_BLOCK):
            if codec == "cp1252" and b"\0" in block:
                return False
            found = re.findall(_PAIR, block) if codec in _COMMON else []
            pairs += len(found)
            common += sum(re.fullmatch(_COMMON[codec], pair) is not None for pair in found)
            if pairs > _ENOUGH:
                break
    return 2 * common >= pairs


def _first_fault(opened: Callable[[], BinaryIO], codec: str) -> int | None:
    """The position of the first byte that `codec` cannot read; None where it reads all."""
    decoder = codecs.getincrementaldecoder(codec)()
    done = 0
    with opened() as stream:
        while True:
            block = stream.read(_BLOCK)
            held = len(decoder.getstate()[0])
            try:
                decoder.decode(block, final=not block)
            except UnicodeDecodeError as error:
                return done - held + error.start
            except UnicodeError:  # UTF-16 without its mark
                return done
            if not block:
                return None
            done += len(block)
