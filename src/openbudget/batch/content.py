"""Fingerprints: of what a document is, what was given with it, and what reads it."""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from openbudget.batch.item import Item
from openbudget.errors import UnreadableError, reason_of
from openbudget.readers.decode import file_name


def content_of(files: Sequence[str]) -> str:
    """The SHA-256 over the bytes of the files, whatever their names. UnreadableError where one cannot be read."""
    whole = hashlib.sha256()
    for name in files:
        try:
            mode = os.stat(name).st_mode
            if not stat.S_ISREG(mode):  # a pipe or a device could be read without end
                key = "batch.a_folder" if stat.S_ISDIR(mode) else "batch.no_file"
                raise UnreadableError(key, name=file_name(Path(name).name))
            with open(name, "rb") as stream:
                whole.update(hashlib.file_digest(stream, "sha256").digest())
        except OSError as error:
            raise UnreadableError(
                "batch.cannot_read", name=file_name(Path(name).name), reason=reason_of(error)
            ) from error
    return whole.hexdigest()


def given_of(item: Item) -> str:
    """A short hash of what was given with a document, and of the names of its files."""
    said = [dict(item.given), [file_name(Path(name).name) for name in item.files]]
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:16]


@cache
def tool_of(layouts: str | None = None) -> str:
    """What reads: program, standard, and a hash of the layouts (ours, and those of the folder `layouts`)."""
    from openbudget import __version__, standard
    from openbudget import layouts as shipped

    digest = hashlib.sha256((Path(str(shipped.__file__)).with_name("layouts.json")).read_bytes())
    if layouts is not None:
        for path in sorted(Path(layouts).rglob("*.yaml")):
            digest.update(path.read_bytes())
    return f"{__version__}/{standard.version()}/{digest.hexdigest()[:12]}"
