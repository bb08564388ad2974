"""Bytes → Document: one module a format, found by content and never by a file's name.

A reader is a module of this package with `READER` (or `READERS`), or an entry point of the group
`openbudget.readers` that gives a `Reader`. Readers know nothing of budgets. Modules must be cheap to import:
heavy libraries are imported inside functions.
"""

from __future__ import annotations

import gc
import importlib
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from openbudget.errors import LimitError, UnreadableError, UsageError, reason_of
from openbudget.model.digest import sha256

if TYPE_CHECKING:  # who needs only a part of this package (its ladder of charsets) loads no more
    from pathlib import Path

    from openbudget.model.document import Document, Source
    from openbudget.readers.sniff import Sample

FALLBACK = "text"  # what no other reader claims
# format of the sample → modules that read it, for a fast start only: without an entry all modules are asked
_MODULES = {
    "text": ("sheet_csv", "text"),
    "docx": ("docx",),
    "html": ("html",),
    "markdown": ("markdown",),
    "pdf": ("pdf",),
    "xlsx": ("xlsx",),
    "xls": ("xls",),
}


class Reader(NamedTuple):
    """How one format is read.

    `sniff(sample)` says by content whether the bytes are of this format (most ask `sample.format`).
    `read(name, data)` gives the Document or raises UnreadableError or LimitError. With `isolated` it runs in a
    child process with memory and time limits (PDF, OCR, spreadsheets); it must then be a module's function.
    `scanned` takes over, with the limits of character recognition, where `read` raises `readers.no_text_layer`.
    """

    name: str
    sniff: Callable[[Sample], bool]
    read: Callable[[str, bytes], Document]
    isolated: bool = False
    scanned: Callable[[str, bytes], Document] | None = None


@cache
def built_in() -> tuple[Reader, ...]:
    """The readers of this package, by name."""
    import pkgutil

    found = [reader for info in pkgutil.iter_modules(__path__) for reader in _of_module(info.name)]
    return tuple(sorted(found, key=lambda reader: reader.name))


def _of_module(name: str) -> tuple[Reader, ...]:
    module = importlib.import_module(f"{__name__}.{name}")
    reader = getattr(module, "READER", None)
    return (*getattr(module, "READERS", ()), *(() if reader is None else (reader,)))


@cache
def plugged_in() -> tuple[Reader, ...]:
    """The readers that other installed distributions offer, asked only where none of ours knows the bytes."""
    if not _any_plugs_in():
        return ()
    from openbudget.plugins import loaded, points

    return tuple(loaded(point) for point in points("openbudget.readers").values())


def _any_plugs_in() -> bool:
    """Whether the metadata of any installed distribution names our group of entry points."""
    for folder in sys.path:
        with suppress(OSError):
            for entry in os.listdir(folder or "."):
                if entry.endswith((".dist-info", ".egg-info")):
                    with suppress(OSError), open(os.path.join(folder, entry, "entry_points.txt"), "rb") as stream:
                        if b"openbudget.readers" in stream.read():
                            return True
    return False


def _claims(sample: Sample) -> list[Reader]:
    """Those of our readers that know the bytes. The modules that do for most files are asked first, and where one knows
    them, the others need not be imported."""
    for module in _MODULES.get(sample.format or "", ()):
        if claims := [reader for reader in _of_module(module) if reader.sniff(sample)]:
            return claims
    return [reader for reader in built_in() if reader.sniff(sample)]


def find(name: str, sample: Sample) -> Reader:
    """The reader for these bytes; UnreadableError that names the format where there is none."""
    claims = _claims(sample)
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
    if (sample.format == "zip" and not sample.zip_names) or (sample.format == "ole" and not sample.ole_streams):
        raise UnreadableError("readers.damaged", name=name)
    raise UnreadableError("readers.no_reader", name=name, format=sample.format)


def read(path_or_name: str | Path, data: bytes, *, isolate: bool = True) -> Document:
    """The document that `data` holds. Only the last part of `path_or_name` is kept, as the source's name.

    Without `isolate` no child process is started for the readers that want one: for callers that are themselves in a
    process with limits. Raises UnreadableError (damaged, encrypted, unknown) or LimitError (a stated limit); nothing
    else for any bytes.
    """
    from openbudget.readers import limits
    from openbudget.readers.sniff import Sample

    name = os.path.basename(os.path.normpath(path_or_name))
    limits.check_file(name, len(data))
    if not data.strip(b"\x00\t\n\v\f\r \xef\xbb\xbf"):
        raise UnreadableError("readers.empty_file", name=name)
    reader = find(name, Sample(data))
    if reader.isolated:
        return _isolated(reader, name, data, isolate)
    collecting = gc.isenabled()
    gc.disable()  # trees and cells are many and in no rings: looking for those takes up to half of the time
    try:
        return reader.read(name, data)
    except (MemoryError, RecursionError) as error:
        raise LimitError("readers.too_complex", name=name) from error
    finally:
        if collecting:
            gc.enable()


def _isolated(reader: Reader, name: str, data: bytes, isolate: bool) -> Document:
    from openbudget.readers import limits, sandbox

    try:
        return sandbox.run(reader.read, name, data) if isolate else sandbox.run_here(reader.read, name, data)
    except UnreadableError as error:
        if error.key != "readers.no_text_layer" or reader.scanned is None:
            raise
    return sandbox.run(reader.scanned, name, data, seconds=limits.OCR_SECONDS, memory=limits.OCR_MEMORY_BYTES)


def read_path(path: str | Path) -> Document:
    """The document in the file at `path`; see `read`. UsageError where there is no such file."""
    return read(path, load(path))


def load(path: str | Path) -> bytes:
    """The bytes of the file at `path`, never more than the limit. UsageError where it is absent or a folder."""
    from openbudget.readers import limits

    name = os.path.basename(path)
    try:
        if os.path.isdir(path):
            raise UsageError("readers.is_folder", name=str(path))
        limits.check_file(name, os.stat(path).st_size)
        with open(path, "rb") as stream:  # a pipe or a growing file says less than it gives
            data = stream.read(limits.FILE_BYTES + 1)
    except FileNotFoundError as error:
        raise UsageError("readers.no_such_file", name=str(path)) from error
    except OSError as error:
        raise UnreadableError("readers.not_permitted", name=str(path), reason=reason_of(error)) from error
    limits.check_file(name, len(data))
    return data


def describe(
    name: str,
    data: bytes,
    media_type: str,
    format: str,  # noqa: A002
    charset: str | None = None,
    tool: str | None = None,
) -> Source:
    """The Source of a file as received: what every reader puts into its Document."""
    from openbudget.model.document import Source

    return Source(name, sha256(data), len(data), media_type, format, charset, tool)
