"""A disclosure of several files, given as a folder or a zip: the files in it, with safe names, within limits.

Nothing is written to disk. Zips within zips are not opened.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from openbudget.errors import LimitError, UnreadableError, UsageError
from openbudget.readers import limits, load
from openbudget.readers.decode import file_name
from openbudget.readers.sniff import Sample

FILES = 100

_JUNK = frozenset({"thumbs.db", "desktop.ini", "__macosx"})


def files_of(paths: Iterable[str | Path]) -> list[tuple[str, bytes]]:
    """Name and bytes of each file that `paths` (files, folders, zips) hold, folders and zips in the order of names.

    Names are unique and hold no folder. UsageError where a path is absent or two files are the same; UnreadableError
    where a folder or zip holds no file or unsafe names; LimitError above the stated limits.
    """
    found: list[tuple[str, bytes]] = []
    for path in map(Path, paths):
        if path.is_dir():
            found += _from_folder(path)
            continue
        data = load(path)
        if data.startswith(b"PK") and Sample(data).format == "zip":
            found += _from_zip(path.name, data)
        else:
            found.append((file_name(path.name), data))
    _check_total(found)
    _check_copies(found)
    return [(name, data) for name, (_, data) in zip(_unique([name for name, _ in found]), found, strict=True)]


def _from_folder(folder: Path) -> list[tuple[str, bytes]]:
    names: list[str] = []
    for parent, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not _is_junk(name))
        names += [str(Path(parent, name).relative_to(folder).as_posix()) for name in files if not _is_junk(name)]
    _check_count(folder.name, names)
    return [(file_name(name), load(folder / name)) for name in sorted(names)]


def _from_zip(name: str, data: bytes) -> list[tuple[str, bytes]]:
    package = limits.Zip(name, data)
    entries = {_readable(package, entry): entry for entry in package.names if not entry.endswith("/")}
    wanted = sorted(each for each in entries if not any(_is_junk(part) for part in PurePosixPath(each).parts))
    _check_count(name, wanted)
    return [(each, package.read(entries[each], limits.FILE_BYTES)) for each in wanted]


def _readable(package: limits.Zip, entry: str) -> str:
    """The name of an entry as written: zips made by Chinese systems hold GBK names without saying so."""
    if package.says_utf8(entry):
        return entry
    try:
        raw = entry.encode("cp437")
    except UnicodeEncodeError:
        return entry
    for charset in ("utf-8", "gb18030"):
        try:
            return raw.decode(charset)
        except UnicodeDecodeError:
            continue
    return entry


def _is_junk(name: str) -> bool:
    return name.lower() in _JUNK or name.startswith((".", "~$"))


def _check_count(name: str, found: list[str]) -> None:
    if not found:
        raise UnreadableError("readers.no_documents", name=name)
    if len(found) > FILES:
        raise LimitError("readers.too_many_files", name=name, count=len(found), limit=FILES)


def _check_total(found: list[tuple[str, bytes]]) -> None:
    total = sum(len(data) for _, data in found)
    if total > limits.ZIP_BYTES:
        first = found[0][0]
        bound = limits.ZIP_BYTES // limits.MB
        raise LimitError("readers.files_too_large", name=first, size=total // limits.MB, limit=bound)


def _check_copies(found: list[tuple[str, bytes]]) -> None:
    """The same file twice would count every figure twice."""
    seen: dict[bytes, str] = {}
    for name, data in found:
        if data in seen:
            raise UsageError("readers.same_file", first=seen[data], second=name)
        if data:
            seen[data] = name


def _unique(names: list[str]) -> list[str]:
    """The last part of each name; where two are alike, with its folders, joined by `_`; else numbered."""
    counts = Counter(PurePosixPath(name).name for name in names)
    plain = [PurePosixPath(name) for name in names]
    result: list[str] = []
    for path in plain:
        name = path.name if counts[path.name] == 1 else "_".join(path.parts)
        unique, number = name, 2
        while unique in result:
            unique, number = f"{PurePosixPath(name).stem}-{number}{path.suffix}", number + 1
        result.append(unique)
    return result
