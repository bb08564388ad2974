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
from stat import S_ISREG
from typing import Any

from openbudget.batch.catalogue.segments import Found
from openbudget.package.atomic import new_file

FILE = ".seen.json"
_DESCRIPTOR = "datapackage.json"
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
    for parent, stat in _packages(root):
        place = (
            os.path.relpath(parent, root) if parent == root else parent[len(root) :].replace(os.sep, "/").lstrip("/")
        )
        path = os.path.join(parent, _DESCRIPTOR)
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


def _packages(folder: str) -> Iterator[tuple[str, os.stat_result]]:
    """Folders that hold a descriptor, in order, and what the system says of it. They are not looked into, which would
    be most of the work; links to folders are not followed."""
    with suppress(OSError):
        found = os.stat(os.path.join(folder, _DESCRIPTOR))
        if S_ISREG(found.st_mode):  # a pipe could be read without end
            yield folder, found
            return
    with os.scandir(folder) as entries:
        inner = sorted(
            one.path for one in entries if not one.name.startswith(".") and one.is_dir(follow_symlinks=False)
        )
    for path in inner:
        yield from _packages(path)


def _read(path: str, place: str) -> tuple[str, str]:
    raw = Path(path).read_bytes()
    try:
        name = str(json.loads(raw)["name"])
    except (ValueError, KeyError, TypeError, RecursionError):
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
    with suppress(OSError), new_file(catalogue / FILE, alone=True, durable=False) as stream:
        stream.write(json.dumps({"folder": root, "packages": seen}).encode())
