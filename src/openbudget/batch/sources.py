"""What there is to pack: the documents of a folder or of a manifest, in the order of their keys.

A folder, `each` = `file`: every file in it, at any depth, is one disclosure. `each` = `folder`: every folder that
directly holds files is one disclosure of all these files. Hidden files and those of systems and editors do not count,
nor does what a batch has put out. Links to folders are followed, but never in a circle; a folder that cannot be listed
is a document that is refused, so that nothing is passed over in silence.

A manifest is a CSV (UTF-8, or GBK as Excel writes it) with a column `file` (relative to the manifest) or `url`, and
as far as wanted `disclosure` (rows of the same one are one disclosure of several files), `region`, `agency`,
`organization`, `year`, `kind`, `unit`, `disclosed_on`: they win over what the documents say. Chinese column names are known, too.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from openbudget.batch.item import Item, Reason
from openbudget.batch.journal import path_of
from openbudget.errors import UsageError, reason_of
from openbudget.model.amount import UNITS, unit_code
from openbudget.model.day import day
from openbudget.readers.decode import file_name

COLUMNS = {
    "file": "file", "文件": "file", "url": "url", "网址": "url", "disclosure": "disclosure", "公开": "disclosure",
    "region": "region", "地区": "region", "区划代码": "region", "agency": "agency", "部门代码": "agency",
    "organization": "organization", "部门": "organization", "单位": "organization", "year": "year", "年度": "year",
    "kind": "kind", "类别": "kind", "unit": "unit", "金额单位": "unit",
    "disclosed_on": "disclosed_on", "公开日期": "disclosed_on", "发布日期": "disclosed_on",
}  # fmt: skip
GIVEN = ("region", "agency", "organization", "year", "kind", "unit", "disclosed_on")
_KINDS = {"budget": "budget", "预算": "budget", "final-accounts": "final-accounts", "决算": "final-accounts"}
_JUNK = frozenset({"thumbs.db", "desktop.ini", "__macosx"})


@dataclass(frozen=True, slots=True)
class Listed:
    """A document as listed: an item whose `urls` (as many as its files, blank for local ones) are still to fetch."""

    item: Item
    urls: tuple[str, ...] = ()


def is_manifest(path: Path) -> bool:
    """Whether a file is a CSV whose header names a column `file` or `url`."""
    if path.suffix.lower() != ".csv" or not path.is_file():
        return False
    with path.open("rb") as stream:
        header = next(csv.reader(io.StringIO(_decoded(stream.readline(1 << 16)))), [])
    return bool({COLUMNS.get(name.strip().lower()) for name in header} & {"file", "url"})


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
        found = _in_manifest(source, given)
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


def size_of(path: str) -> int:
    """The bytes of a file; 0 where there is none (told when it is read)."""
    try:
        return os.path.getsize(path)
    except OSError:
        return 0


def _key(path: str, root: Path) -> str:
    return file_name(Path(path).relative_to(root).as_posix())


def _is_junk(name: str) -> bool:
    return name.startswith((".", "~$")) or name.lower() in _JUNK


def _in_manifest(path: Path, given: Mapping[str, Any]) -> list[Listed]:
    rows = csv.reader(io.StringIO(_decoded(path.read_bytes()), newline=""))
    header = [COLUMNS.get(name.strip().lower(), "") for name in next(rows, [])]
    wrong: list[str] = []
    grouped: dict[str, list[tuple[str, str, dict[str, Any]]]] = {}
    for row in rows:
        cells = {name: cell.strip() for name, cell in zip(header, row, strict=False) if name and cell.strip()}
        if not cells:
            continue
        file, url = cells.get("file", ""), cells.get("url", "")
        key = cells.get("disclosure") or (Path(file).as_posix() if file else url)
        problem = _problem(cells, key in grouped and "disclosure" not in cells)
        if problem is not None:
            wrong.append(f"{rows.line_num}: {problem}")
            continue
        grouped.setdefault(key, []).append((file, url, _given(cells)))
    if wrong:
        more = f" … (+{len(wrong) - 10})" if len(wrong) > 10 else ""
        raise UsageError("batch.bad_manifest", path=str(path), lines="; ".join(wrong[:10]) + more)
    return [_listed(key, parts, path.parent, given) for key, parts in grouped.items()]


def _problem(cells: Mapping[str, str], repeated: bool) -> str | None:
    """What is wrong with a row of a manifest, in words that are the same in every language."""
    if not ("file" in cells) ^ ("url" in cells):
        return "file | url ?"
    if repeated:
        return f"2 × {cells.get('file') or cells.get('url')}"
    year, kind, unit = cells.get("year"), cells.get("kind"), cells.get("unit")
    if year is not None and not (year.isdecimal() and 1949 <= int(year) <= 2999):
        return f"year = {year}"
    if kind is not None and kind not in _KINDS:
        return f"kind = {kind}"
    if unit is not None and unit not in UNITS and unit_code(unit) is None:
        return f"unit = {unit}"
    if (said := cells.get("disclosed_on")) is not None and day(said) is None:
        return f"disclosed_on = {said}"
    return None


def _given(cells: Mapping[str, str]) -> dict[str, Any]:
    made: dict[str, Any] = {name: cells[name] for name in GIVEN if name in cells}
    if "disclosed_on" in made:
        made["disclosed_on"] = str(day(made["disclosed_on"]))
    if "year" in made:
        made["year"] = int(made["year"])
    if "kind" in made:
        made["kind"] = _KINDS[made["kind"]]
    if "unit" in made and made["unit"] not in UNITS:
        made["unit"] = unit_code(made["unit"])
    return made


def _listed(
    key: str, parts: Sequence[tuple[str, str, dict[str, Any]]], folder: Path, given: Mapping[str, Any]
) -> Listed:
    files = tuple(_local(folder, file) if file else "" for file, _, _ in parts)
    said: dict[str, Any] = dict(given)
    for _, _, own in parts:
        said.update(own)
    size = sum(size_of(file) for file in files if file)
    return Listed(Item(key, files, said, size), tuple(url for _, url, _ in parts))


def _local(folder: Path, file: str) -> str:
    """The path of a file of a manifest, which may be written with the separators of Windows."""
    path = (folder / file).absolute()
    if "\\" in file and not path.exists():
        path = (folder / file.replace("\\", "/")).absolute()
    return str(path)


def _decoded(data: bytes) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("gb18030", errors="replace")
    return text.removeprefix("\ufeff")
