"""A manifest: a CSV that lists documents, with what is known of each and stands in none of them.

It has a column `file` (relative to the manifest) or `url`, and as far as wanted `disclosure` (rows of the same one are one
disclosure of several files), `region`, `agency`, `organization`, `year`, `kind`, `unit`, `disclosed_on`: they win over
what the documents say. Chinese column names are known, too. It may come as spreadsheets write it: in UTF-8, GBK or
UTF-16, with commas, semicolons or tabs.
"""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openbudget.batch.item import Item
from openbudget.errors import UsageError
from openbudget.model.amount import UNITS, unit_code
from openbudget.model.day import day

COLUMNS = {
    "file": "file", "文件": "file", "文件名": "file", "文件路径": "file", "url": "url", "网址": "url", "链接": "url",
    "disclosure": "disclosure", "公开": "disclosure",
    "region": "region", "地区": "region", "区划代码": "region", "行政区划代码": "region",
    "agency": "agency", "部门代码": "agency",
    "organization": "organization", "部门": "organization", "单位": "organization", "部门名称": "organization",
    "单位名称": "organization", "year": "year", "年度": "year", "年份": "year",
    "kind": "kind", "类别": "kind", "unit": "unit", "金额单位": "unit",
    "disclosed_on": "disclosed_on", "公开日期": "disclosed_on", "发布日期": "disclosed_on",
}  # fmt: skip
GIVEN = ("region", "agency", "organization", "year", "kind", "unit", "disclosed_on")
_KINDS = {"budget": "budget", "预算": "budget", "final-accounts": "final-accounts", "决算": "final-accounts"}
_SECRET = re.compile(r"(?<=//)[^/?#\s]*@")  # user and password in an address, which is refused: nobody is to read them
_BETWEEN = (",", ";", "\t", "，")


@dataclass(frozen=True, slots=True)
class Listed:
    """A document as listed: an item whose `urls` (as many as its files, blank for local ones) are still to fetch."""

    item: Item
    urls: tuple[str, ...] = ()


def is_manifest(path: Path) -> bool:
    """Whether a file is a CSV whose header names a column `file` or `url`."""
    return bool({_column(name) for name in header_of(path)} & {"file", "url"})


def unknown_columns(path: Path) -> list[str]:
    """The columns of a manifest that mean nothing here."""
    return [name for name in header_of(path) if name and not _column(name)]


def header_of(path: Path) -> list[str]:
    """The first row of a CSV; empty where a file is none."""
    if path.suffix.lower() != ".csv" or not path.is_file():
        return []
    with path.open("rb") as stream:
        return [name.strip() for name in next(_rows(_decoded(stream.readline(1 << 16))), [])]


def _column(name: str) -> str:
    return COLUMNS.get(name.strip().lower(), "")


def _rows(text: str) -> Any:
    """The rows, by the separator that makes the header one of a manifest; else by commas."""
    for between in _BETWEEN:
        header = next(_whole(csv.reader(io.StringIO(text, newline=""), delimiter=between), []), [])
        if {_column(name) for name in header} & {"file", "url"}:
            return csv.reader(io.StringIO(text, newline=""), delimiter=between)
    return csv.reader(io.StringIO(text, newline=""))


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="ignore")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("gb18030", errors="replace")
    return text.removeprefix("\ufeff")


def size_of(path: str) -> int:
    """The bytes of a file; 0 where there is none (told when it is read)."""
    try:
        return os.path.getsize(path)
    except OSError:
        return 0


def in_manifest(path: Path, given: Mapping[str, Any]) -> list[Listed]:
    """The documents of a manifest. UsageError where rows are wrong (with their lines)."""
    rows = _rows(_decoded(path.read_bytes()))
    wrong: list[str] = []
    whole = _whole(rows, wrong)
    header = [_column(name) for name in next(whole, [])]
    wrong += [f"1: 2 × {name}" for name in dict.fromkeys(header) if name and header.count(name) > 1]
    grouped: dict[str, list[tuple[str, str, dict[str, Any]]]] = {}
    for row in whole:
        cells = {name: cell.strip() for name, cell in zip(header, row, strict=False) if name and cell.strip()}
        if not cells:
            continue
        file, url = cells.get("file", ""), _SECRET.sub("***@", cells.get("url", ""))
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


def _whole(rows: Any, wrong: list[str]) -> Iterator[list[str]]:
    """The rows up to one that is no CSV, which is `wrong`."""
    try:
        yield from rows
    except csv.Error as error:  # a quotation mark that nothing closes
        wrong.append(f"{rows.line_num}: {error}")


def _problem(cells: Mapping[str, str], repeated: bool) -> str | None:
    """What is wrong with a row of a manifest, in words that are the same in every language."""
    if not ("file" in cells) ^ ("url" in cells):
        return "file | url ?"
    if repeated:
        return f"2 × {cells.get('file') or cells.get('url')}"
    year, kind, unit = cells.get("year"), cells.get("kind"), cells.get("unit")
    if any("\0" in cell for cell in cells.values()):
        return "NUL"
    if year is not None and not (year.isdecimal() and len(year) == 4 and 1949 <= int(year) <= 2999):
        return f"year = {year[:20]}"
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
