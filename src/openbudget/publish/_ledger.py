"""Which files of a folder are those of the site: what it did not write it neither replaces nor removes.

`.openbudget.json` at the root names the files about all packages. It is written before they are, so that a run that was
killed leaves no file of its own that the next one would not know.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from openbudget.errors import PublishError

NAME = ".openbudget.json"
NOT_FOUND = frozenset({"404.html", "en/404.html"})  # where a server has its own, the site needs none
_NAMED = 5


class Ledger:
    """The files that are ours, by their paths below the root of the site."""

    def __init__(self, folder: Path, made_here: bool) -> None:
        """`made_here`: the folder holds a site; without a ledger all that stands where its files stand is ours."""
        self._folder = folder
        self._known: frozenset[str] | None = None if made_here else frozenset()
        with suppress(OSError, ValueError, KeyError, TypeError):
            self._known = frozenset(map(str, json.loads((folder / NAME).read_bytes())["files"]))

    def owns(self, path: str) -> bool:
        """Whether the site wrote this file, or may."""
        return self._known is None or path in self._known or not (self._folder / path).exists()

    def refuse_others(self, paths: Iterable[str]) -> None:
        """PublishError where a file that is not ours stands in the way."""
        others = sorted(path for path in paths if not self.owns(path))
        if others:
            more = " …" if len(others) > _NAMED else ""
            raise PublishError("publish.not_ours", folder=self._folder, files=", ".join(others[:_NAMED]) + more)

    def content(self, paths: Iterable[str], keep: bool = False) -> bytes:
        """The ledger with these files; `keep`: and with those that were ours before."""
        files = {*paths, *((self._known or ()) if keep else ())}
        return (json.dumps({"files": sorted(files)}, ensure_ascii=False, indent=0) + "\n").encode()
