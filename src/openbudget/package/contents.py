"""What stands within the files of a resource: tables that are compressed, and tables written as JSON."""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import chain
from posixpath import splitext
from typing import IO, Any, BinaryIO, cast

from openbudget.package.container import MAX_RATIO, MAX_TOTAL
from openbudget.package.json_text import parse

DELIMITED = frozenset({"csv", "tsv", "tab", "txt"})
JSON = frozenset({"json", "ndjson", "jsonl"})
_PACKED = frozenset({"gz", "zip"})
_NONE = (None, "", "no")
_SMALL = 64 << 20
_BLOCK = 1 << 20
Opened = Callable[[], BinaryIO]


class UnpackError(Exception):
    """A file that cannot be unpacked; `key` is a message of package.json, `reason` says more."""

    def __init__(self, key: str, reason: str = "") -> None:
        super().__init__(key)
        self.key = key
        self.reason = reason


def kind_of(resource: Mapping[str, Any], path: str) -> tuple[str, str | None]:
    """What a file is (`csv`, `json` …, in small letters), and how it is compressed: as the descriptor says, else by its
    name."""
    stem, suffix = _split(path.lower().rstrip("/"))
    declared = resource.get("compression")
    packed: str | None = None if declared in _NONE else str(declared).lower()
    if declared is None and suffix in _PACKED and _split(stem)[1] in DELIMITED | JSON:
        packed = suffix
    if packed is not None and suffix == packed:
        suffix = _split(stem)[1]
    stated = str(resource.get("format") or "").lower()
    return (suffix if stated in ("", *_PACKED) else stated), packed


def _split(path: str) -> tuple[str, str]:
    """A path without its suffix, and that without its dot."""
    stem, suffix = splitext(path)
    return stem, suffix[1:]


def unpacked(opened: Opened, packed: str, size: int) -> tuple[Opened, int]:
    """What opens the table within a compressed file, and its size. It is unpacked once. Raises UnpackError."""
    import zlib

    if packed not in _PACKED:
        raise UnpackError("package.compression_unknown")
    most = min(MAX_TOTAL, max(_SMALL, size * MAX_RATIO))
    try:
        return _stored(_gz(opened) if packed == "gz" else _zip(opened), most)
    except (EOFError, zlib.error, ValueError, NotImplementedError, RuntimeError) as error:
        raise UnpackError("package.compression_broken", str(error)) from error
    except OSError as error:
        if error.errno is not None:
            raise
        raise UnpackError("package.compression_broken", str(error)) from error


def joined(parts: Sequence[Opened], headers: int) -> tuple[Opened, int]:
    """What opens the parts of a text as one, and its size. A part whose first lines, as many as the table has `headers`,
    are those of the first part has its own header, which is left out; a part that does not end its last line gets an end."""
    return _stored(_one_after_another(parts, headers), MAX_TOTAL)


def _one_after_another(parts: Sequence[Opened], headers: int) -> Iterator[bytes]:
    first = last = b""
    for number, opened in enumerate(parts):
        with opened() as stream:
            head = b"".join(stream.readline(_BLOCK) for _ in range(headers or 1))
            wide = b"\0" in (first or head)  # UTF-16: what is a line cannot be seen from bytes
            if number and not wide:
                head = head.removeprefix(BOM_UTF8)
                if last not in (b"", b"\n", b"\r"):
                    yield (last := b"\n")
                if headers and head and head.rstrip(b"\r\n") == first.removeprefix(BOM_UTF8).rstrip(b"\r\n"):
                    head = b""
            first = first or head
            for block in chain((head,), _pieces(stream)):
                last = block[-1:] or last
                yield block


def _stored(blocks: Iterable[bytes], most: int) -> tuple[Opened, int]:
    """What opens the blocks as one file, and its size: a temporary file that goes when the function does. Raises
    UnpackError where there are more than `most` bytes."""
    import tempfile
    from shutil import rmtree
    from weakref import finalize

    folder = tempfile.mkdtemp(prefix="openbudget-")
    whole, done = f"{folder}/table", 0

    def again() -> BinaryIO:
        return open(whole, "rb")

    finalize(again, rmtree, folder, ignore_errors=True)
    with open(whole, "wb") as file:
        for block in blocks:
            done += len(block)
            if done > most:
                raise UnpackError("package.compression_bomb")
            file.write(block)
    return again, done


def _gz(opened: Opened) -> Iterator[bytes]:
    import gzip

    with opened() as raw, gzip.GzipFile(fileobj=raw) as stream:
        yield from _pieces(cast(IO[bytes], stream))


def _zip(opened: Opened) -> Iterator[bytes]:
    import zipfile

    with opened() as raw:
        try:
            with zipfile.ZipFile(raw) as archive:
                files = [one for one in archive.infolist() if not one.is_dir()]
                if len(files) != 1:
                    raise UnpackError("package.compression_several", str(len(files)))
                with archive.open(files[0]) as stream:
                    yield from _pieces(stream)
        except zipfile.BadZipFile as error:
            raise UnpackError("package.compression_broken", str(error)) from error


def _pieces(stream: IO[bytes]) -> Iterator[bytes]:
    while block := stream.read(_BLOCK):
        yield block


def json_rows(opened: Opened, kind: str, encoding: str, dialect: object) -> Any:
    """The rows that a JSON file holds: an array, below the dialect's `property` where it has one, or a value a line.
    Raises ValueError where it is no JSON."""
    with opened() as stream:
        text = stream.read().decode(encoding if encoding.lower() != "utf-8" else "utf-8-sig")
    try:
        if kind != "json":
            return [parse(line, parse_float=Decimal) for line in text.replace("\r", "\n").split("\n") if line.strip()]
        found = parse(text, parse_float=Decimal)
    except RecursionError as error:
        raise ValueError(str(error)) from error
    below = dialect.get("property") if isinstance(dialect, Mapping) else None
    if isinstance(below, str):
        for part in below.split("."):
            found = found.get(part) if isinstance(found, Mapping) else None
    return found
