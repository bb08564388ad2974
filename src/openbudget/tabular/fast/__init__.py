"""The fast engine for large files: blocks of records, compiled kernels over their bytes, keys by hashes. The extra `fast`.

What it accepts at once is certainly valid by the exact checker's rules; every other cell goes to the exact checker,
and a block whose structure is not beyond doubt goes there whole. So both give the same faults, always.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING

from openbudget.tabular.source import TableSource

if TYPE_CHECKING:
    from openbudget.tabular.check import Checker, Gatherer

# encodings in which the bytes of quote, delimiter and line end stand for nothing else
CODECS = {
    "utf-8": "utf-8", "utf8": "utf-8", "utf-8-sig": "utf-8",
    "gb18030": "gb18030", "gbk": "gbk", "gb2312": "gb2312", "big5": "big5",
    "iso-8859-1": "iso-8859-1", "latin-1": "iso-8859-1", "windows-1252": "cp1252", "cp1252": "cp1252",
}  # fmt: skip


def fast_checker(source: TableSource, gatherer: Gatherer | None = None) -> Checker | None:
    """A checker for a large table; None where it takes the exact one: libraries that are not installed, a dialect that
    is not plain, an encoding that cannot be cut at bytes."""
    codec = CODECS.get((source.encoding or "utf-8").lower())
    delimiter = source.dialect.delimiter
    if codec is None or not source.dialect.plain or not delimiter.isascii() or delimiter in '"\r\n':
        return None
    if not available(source.size):
        return None
    with _no_collection():
        from openbudget.tabular.fast.engine import LargeChecker

    return LargeChecker(source, codec, gatherer)


def available(size: int) -> bool:
    """Whether kernels can be had, and are worth it for a table of so many bytes."""
    if find_spec("llvmlite") is None or find_spec("numpy") is None or sys.byteorder != "little":
        return False
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # numpy's threads, which nothing here uses, wait busily
    with _no_collection():
        try:
            from openbudget.tabular.fast.compiled import kernels, usable

            return usable(size) and bool(kernels())
        except (ImportError, AttributeError, TypeError, RuntimeError):  # versions of numba and llvmlite that do not
            return False  # go together, or that compile in another way: the exact checker needs neither


@contextmanager
def _no_collection() -> Iterator[None]:
    """No garbage is collected: imports make many objects, and all of them stay."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
