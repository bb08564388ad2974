"""What there is to pack: the documents of a folder or of a manifest, in the order of their keys.

A folder, `each` = `file`: every file in it, at any depth, is one disclosure. `each` = `folder`: every folder that
directly holds files is one disclosure of all these files. Hidden files and those of systems and editors do not count,
nor does what a batch has put out. Links to folders are followed, but never in a circle; a folder that cannot be listed
is a document that is refused, so that nothing is passed over in silence.

For manifests see `openbudget.batch.manifest`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from openbudget.batch.item import Item, Reason
from openbudget.batch.journal import path_of
from openbudget.batch.manifest import Listed, header_of, in_manifest, is_manifest, size_of
from openbudget.errors import UsageError, reason_of
from openbudget.readers.decode import file_name

_JUNK = frozenset({"thumbs.db", "desktop.ini", "__macosx"})


def listed(source: Path, each: str, given: Mapping[str, Any], out: Path | None = None) -> list[Listed]:
    """The documents of a folder or manifest, sorted by key. `given` holds for all that do not say otherwise; what
    stands in the folder `out` does not count.

    UsageError where there is nothing, where `out` is the folder itself, or where the manifest is wrong (with the lines).
    """
    if source.is_dir():
        if out is not None and os.path.realpath(out) == os.path.realpath(source):
            raise UsageError("batch.out_is_source", path=str(source))
        found = [Listed(item) for item in _in_folder(source, each, given, out)]
    elif is_manifest(source):
        found = in_manifest(source, given)
    elif source.suffix.lower() == ".csv" and source.is_file():
        raise UsageError("batch.no_manifest", path=str(source), columns="、".join(header_of(source)) or "—")
    else:
        raise UsageError("batch.no_source", path=str(source))
    if not found:
        raise UsageError("batch.nothing", path=str(source))
    return _each_once(sorted(found, key=lambda one: (one.item.key, one.item.files)))


def _each_once(found: Sequence[Listed]) -> list[Listed]:
    """Keys that are the same once made readable (one name in UTF-8, one in GBK) are numbered."""
    seen: set[str] = set()
    made = []
    for one in found:
        key, number = one.item.key, 2
        while key in seen:
            key, number = f"{one.item.key} ({number})", number + 1
        seen.add(key)
        made.append(one if key == one.item.key else replace(one, item=replace(one.item, key=key)))
    return made


def _in_folder(root: Path, each: str, given: Mapping[str, Any], out: Path | None) -> Iterator[Item]:
    outside = os.path.realpath(out) if out is not None else None
    waiting: list[tuple[str, tuple[str, ...]]] = [(str(root), (os.path.realpath(root),))]
    while waiting:
        folder, way = waiting.pop()
        try:
            names = sorted(name for name in os.listdir(folder) if not _is_junk(name))
        except OSError as error:
            reason = Reason("batch.cannot_read", {"name": _key(folder, root), "reason": reason_of(error)})
            yield Item(_key(folder, root), (os.path.abspath(folder),), given, refusal=reason)
            continue
        wanted = []
        for name in names:
            path = os.path.join(folder, name)
            if not os.path.isdir(path):
                wanted.append(path)
            elif (real := os.path.realpath(path)) not in way and real != outside and not _is_output(path):
                waiting.append((path, (*way, real)))
        if each == "file":
            for path in wanted:
                yield Item(_key(path, root), (os.path.abspath(path),), given, size_of(path))
        elif wanted:
            yield Item(_key(folder, root), tuple(map(os.path.abspath, wanted)), given, sum(map(size_of, wanted)))


def _is_output(folder: str) -> bool:
    """Whether a batch has put out the folder."""
    return os.path.isfile(path_of(Path(folder)))


def _key(path: str, root: Path) -> str:
    return file_name(Path(path).relative_to(root).as_posix())


def _is_junk(name: str) -> bool:
    return name.startswith((".", "~$")) or name.lower() in _JUNK
