"""The packages below a folder, by name. What was seen by an earlier build and not touched since is not read again.

Each descriptor is some ninety kilobytes; reading all of them would be most of a small update. Whether one was touched
is told by its size, inode and times; one touched in the last moments before it was noted is read again, since its
times could not tell a further change apart.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from openbudget.batch.catalogue.segments import Found

FILE = ".seen.json"
_SETTLED = 2_000_000_000  # nanoseconds after which a file's times tell changes apart
Left = tuple[str, str, Mapping[str, str]]


def find_packages(folder: Path, catalogue: Path) -> tuple[dict[str, Found], list[Left]]:
    """The packages below a folder by name, and those whose name another one has already (they are left out).

    What was seen is noted in `catalogue` for the next time.
    """
    found: dict[str, Found] = {}
    twice: list[Left] = []
    root, now = str(folder.resolve()), time.time_ns()
    before, after = _noted(catalogue, root), dict[str, Any]()
    for parent in _packages(root):
        place = Path(parent).relative_to(root).as_posix()
        path = os.path.join(parent, "datapackage.json")
        stat = os.stat(path)
        signs = [stat.st_mtime_ns, stat.st_ctime_ns, stat.st_size, stat.st_ino]
        known = before.get(place)
        name, digest = known[4:] if known and known[:4] == signs else _read(path, place)
        if stat.st_ctime_ns < now - _SETTLED:
            after[place] = [*signs, name, digest]
        if name in found:
            twice.append((place, "batch.package_twice", {"path": place, "other": found[name].path, "name": name}))
        else:
            found[name] = Found(name, parent, place, digest)
    if after != before:
        _note(catalogue, root, after)
    return found, twice


def _packages(root: str) -> Iterator[str]:
    for parent, folders, files in os.walk(root):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        if "datapackage.json" in files:
            folders.clear()
            yield parent


def _read(path: str, place: str) -> tuple[str, str]:
    raw = Path(path).read_bytes()
    try:
        name = str(json.loads(raw)["name"])
    except (ValueError, KeyError, TypeError):
        name = f"/{place}"  # no package: told when it is read
    return name, hashlib.sha256(raw).hexdigest()


def _noted(catalogue: Path, root: str) -> dict[str, Any]:
    try:
        said = json.loads((catalogue / FILE).read_bytes())
        return dict(said["packages"]) if said["folder"] == root else {}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _note(catalogue: Path, root: str, seen: Mapping[str, Any]) -> None:
    """A help only: where it cannot be written, the next build reads more."""
    new = catalogue / f"{FILE}.new"
    with suppress(OSError):
        new.write_text(json.dumps({"folder": root, "packages": seen}), encoding="utf-8")
        os.replace(new, catalogue / FILE)
