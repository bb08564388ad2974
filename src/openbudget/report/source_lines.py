"""On which line of a text file of the package a character stands: people look for lines, not for characters."""

from __future__ import annotations

import os
from bisect import bisect_right
from functools import lru_cache

from openbudget.errors import OpenBudgetError


def position(path: str | None, file: str | None, offset: int) -> tuple[int, int] | None:
    """The line of a character and its place in the line, both from 1. `path` is the package (a folder, its descriptor
    or a zip), `file` a file of its folder `source`, `offset` counts characters from 0 (line ends count as one). None
    where the file cannot be read as text, or the package is without its source."""
    starts = _starts(path, file) if path and file else None
    if starts is None:
        return None
    line = bisect_right(starts, offset)
    return line, offset - starts[line - 1] + 1


def folder_of(package: str) -> str:
    """The folder of a package that is given by its folder or by its descriptor."""
    descriptor = package.endswith(".json") and not os.path.isdir(package)
    return (os.path.dirname(package) if descriptor else package) or os.curdir


@lru_cache(maxsize=4)
def _starts(path: str, file: str) -> list[int] | None:
    """The offsets at which lines begin."""
    from openbudget.package.container import Folder, open_container, read_whole
    from openbudget.readers.decode import decode, normalise_lines

    try:  # the name is that of a package's table: nothing outside of the package can be reached by it
        zipped = path.endswith(".zip")
        package = open_container(path)[0] if zipped else Folder(folder_of(path))
        content = read_whole(package, f"source/{file}")
        text = normalise_lines(decode(file, content)[0])
    except (OSError, ValueError, OpenBudgetError):
        return None
    starts, at = [0], text.find("\n")
    while at >= 0:
        starts.append(at + 1)
        at = text.find("\n", at + 1)
    return starts
