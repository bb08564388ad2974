"""What stands within the files of a resource: tables that are compressed, and tables written as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from pathlib import PurePosixPath
from typing import IO, Any, BinaryIO, cast

from openbudget.package.container import MAX_RATIO, MAX_TOTAL

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
    name = PurePosixPath(path.lower())
    declared = resource.get("compression")
    packed: str | None = None if declared in _NONE else str(declared).lower()
    if declared is None and name.suffix[1:] in _PACKED and PurePosixPath(name.stem).suffix[1:] in DELIMITED | JSON:
        packed = name.suffix[1:]
    if packed is not None and name.suffix[1:] == packed:
        name = PurePosixPath(name.stem)
    stated = str(resource.get("format") or "").lower()
    return (name.suffix[1:] if stated in ("", *_PACKED) else stated), packed


def unpacked(opened: Opened, packed: str, size: int) -> tuple[Opened, int]:
    """What opens the table within a compressed file, and its size. It is unpacked once, to a temporary file
    that goes when the function does. Raises UnpackError."""
    import zlib

    if packed not in _PACKED:
        raise UnpackError("package.compression_unknown")
    import tempfile
    from shutil import rmtree
    from weakref import finalize

    most = min(MAX_TOTAL, max(_SMALL, size * MAX_RATIO))
    folder = tempfile.mkdtemp(prefix="openbudget-")
    whole, done = f"{folder}/table", 0

    def again() -> BinaryIO:
        return open(whole, "rb")

    finalize(again, rmtree, folder, ignore_errors=True)
    try:
        with open(whole, "wb") as file:
            for block in _gz(opened) if packed == "gz" else _zip(opened):
                done += len(block)
                if done > most:
                    raise UnpackError("package.compression_bomb")
                file.write(block)
    except (EOFError, zlib.error, ValueError, NotImplementedError, RuntimeError) as error:
        raise UnpackError("package.compression_broken", str(error)) from error
    except OSError as error:
        if error.errno is not None:
            raise
        raise UnpackError("package.compression_broken", str(error)) from error
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
            return [json.loads(line, parse_float=Decimal) for line in text.splitlines() if line.strip()]
        found = json.loads(text, parse_float=Decimal)
    except RecursionError as error:
        raise ValueError(str(error)) from error
    below = dialect.get("property") if isinstance(dialect, Mapping) else None
    if isinstance(below, str):
        for part in below.split("."):
            found = found.get(part) if isinstance(found, Mapping) else None
    return found
