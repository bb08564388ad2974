"""Temporary files that go when what holds them goes, however that comes to pass."""

from __future__ import annotations

import weakref
from typing import IO


def temporary_file(owner: object) -> IO[bytes]:
    """A temporary file without a name, closed when `owner` is gone at the latest: after an error, too, and where it is in
    a ring of objects."""
    import tempfile

    file: IO[bytes] = tempfile.TemporaryFile(prefix="openbudget-")  # noqa: SIM115 (closed with its owner)
    weakref.finalize(owner, file.close)
    return file
