"""Bytes → Document: one module a format, found by content and never by a file's name.

A reader is a module of this package with `READER` (or `READERS`), or an entry point of the group
`openbudget.readers` that gives a `Reader`. Readers know nothing of budgets. Modules must be cheap to import:
heavy libraries are imported inside functions.
"""

from __future__ import annotations

import hashlib
import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from openbudget.errors import LimitError, UnreadableError, UsageError
from openbudget.model.document import Document, Source
from openbudget.readers import limits
from openbudget.readers.sniff import Sample

FALLBACK = "text"  # what no other reader claims


@dataclass(frozen=True, slots=True)
class Reader:
    """How one format is read.

    `sniff(sample)` says by content whether the bytes are of this format (most ask `sample.format`).
    `read(name, data)` gives the Document or raises UnreadableError or LimitError. With `isolated` it runs in a
    child process with memory and time limits (PDF, OCR, spreadsheets); it must then be a module's function.
    """

    name: str
    media_types: tuple[str, ...]
    sniff: Callable[[Sample], bool]
    read: Callable[[str, bytes], Document]
    isolated: bool = False


@cache
def built_in() -> tuple[Reader, ...]:
    """The readers of this package, by name."""
    found: list[Reader] = []
    for info in pkgutil.iter_modules(__path__):
        module = importlib.import_module(f"{__name__}.{info.name}")
        found.extend(getattr(module, "READERS", ()))
        if (reader := getattr(module, "READER", None)) is not None:
            found.append(reader)
    return tuple(sorted(found, key=lambda reader: reader.name))


@cache
def plugged_in() -> tuple[Reader, ...]:
    """The readers that other installed distributions offer, asked only where none of ours knows the bytes."""
    from importlib.metadata import entry_points  # slow to import, and hardly ever needed

    return tuple(point.load() for point in entry_points(group="openbudget.readers"))


def find(name: str, sample: Sample) -> Reader:
    """The reader for these bytes; UnreadableError that names the format where there is none."""
    claims = [reader for reader in built_in() if reader.sniff(sample)]
    for reader in claims:
        if reader.name != FALLBACK:
            return reader
    for reader in plugged_in():
        if reader.sniff(sample):
            return reader
    if claims:
        return claims[0]
    if sample.format == "encrypted":
        raise UnreadableError("readers.encrypted", name=name)
    if sample.format is None:
        raise UnreadableError("readers.binary", name=name)
    raise UnreadableError("readers.no_reader", name=name, format=sample.format)


def read(path_or_name: str | Path, data: bytes) -> Document:
    """The document that `data` holds. Only the last part of `path_or_name` is kept, as the source's name.

    Raises UnreadableError (damaged, encrypted, unknown) or LimitError (a stated limit); nothing else for any bytes.
    """
    name = Path(path_or_name).name
    limits.check_file(name, len(data))
    if not data.strip(b"\x00\t\n\v\f\r \xef\xbb\xbf"):
        raise UnreadableError("readers.empty_file", name=name)
    reader = find(name, Sample(data))
    if reader.isolated:
        from openbudget.readers import sandbox

        return sandbox.run(reader.read, name, data)
    try:
        return reader.read(name, data)
    except (MemoryError, RecursionError) as error:
        raise LimitError("readers.too_complex", name=name) from error


def read_path(path: str | Path) -> Document:
    """The document in the file at `path`; see `read`. UsageError where there is no such file."""
    path = Path(path)
    return read(path.name, load(path))


def load(path: Path) -> bytes:
    """The bytes of the file at `path`, never more than the limit. UsageError where it is absent or a folder."""
    try:
        if path.is_dir():
            raise UsageError("readers.is_folder", name=str(path))
        limits.check_file(path.name, path.stat().st_size)
        with path.open("rb") as stream:  # a pipe or a growing file says less than it gives
            data = stream.read(limits.FILE_BYTES + 1)
    except FileNotFoundError as error:
        raise UsageError("readers.no_such_file", name=str(path)) from error
    except OSError as error:
        raise UnreadableError("readers.not_permitted", name=str(path), reason=error.strerror or str(error)) from error
    limits.check_file(path.name, len(data))
    return data


def describe(
    name: str, data: bytes, media_type: str, format: str, charset: str | None = None, tool: str | None = None  # noqa: A002
) -> Source:
    """The Source of a file as received: what every reader puts into its Document."""
    return Source(name, hashlib.sha256(data).hexdigest(), len(data), media_type, format, charset, tool)
