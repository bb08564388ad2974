"""Segments: made of packages, of other segments, or again where some of their packages changed. What a process of a
build does."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openbudget import standard
from openbudget.batch.catalogue import files
from openbudget.batch.catalogue.package import opened
from openbudget.batch.catalogue.rows import rows_of
from openbudget.batch.catalogue.schema import FORMAT, PACKAGES, YEAR, arrow, tables
from openbudget.batch.catalogue.snapshot import CHANGES, DATA, File, Segment
from openbudget.errors import OpenBudgetError

_TOGETHER = 50  # packages that are read as one


@dataclass(frozen=True, slots=True)
class Found:
    """A package in the folder of packages: its folder, the path to name, and the hash of its descriptor."""

    name: str
    folder: str
    path: str
    sha256: str


@dataclass(frozen=True)
class Made:
    """What a task of a build gives: the segment (None: nothing was left), and packages left out, with the reason's
    key and arguments."""

    segment: Segment | None
    left_out: tuple[tuple[str, str, Mapping[str, str]], ...] = ()


Left = tuple[tuple[str, str, Mapping[str, str]], ...]


def from_packages(stage: str, region: str, year: int, packages: Sequence[Found]) -> Made:
    """A segment of packages of one province and year; its files are written below `stage`."""
    read, left_out = _read(packages)
    rows = {name: files.together(parts) for name, parts in read.items() if any(part.num_rows for part in parts)}
    return Made(_segment(stage, region, year, rows), left_out)


def merged(base: str, stage: str, segments: Sequence[Segment]) -> Made:
    """One segment with the rows of others, by package."""
    rows = {}
    for name in tables():
        parts = [files.stored(base, one.files[name], name) for one in segments if name in one.files]
        if parts:
            rows[name] = files.together(parts)
    return Made(_segment(stage, segments[0].region, segments[0].year, rows))


def renewed(
    base: str, stage: str, segment: Segment, gone: Collection[str], packages: Sequence[Found],
    changes: Sequence[Segment] = (),
) -> Made:  # fmt: skip
    """The segment without the packages `gone` and with `packages` (those that were changed are in both), and with those
    void ones that are not gone as they are in the `changes` of its province.

    A table that is made of the same as before keeps its file: a correction rarely touches more than a few.
    """
    read, left_out = _read(packages)
    back = set(segment.void).difference(gone)
    for name, parts in _taken(base, changes, back).items():
        read[name] += parts
    withdrawn = len(gone) > len(packages)
    concerned = {*gone, *segment.void, *(one.name for one in packages)}
    rows, kept = dict[str, Any](), dict[str, File]()
    before = files.stored(base, segment.files[PACKAGES], PACKAGES)
    old, new = _contents([before], concerned), _contents(read[PACKAGES], concerned)
    for name in tables():
        file, parts = segment.files.get(name), [part for part in read[name] if part.num_rows]
        if file is not None and name != PACKAGES and old.get(name) == new.get(name):
            kept[name] = file
            continue
        if file is not None:
            rest = files.together([before if name == PACKAGES else files.stored(base, file, name)], concerned)
            parts = [rest, *parts] if rest.num_rows else parts
        if parts:
            rows[name] = files.forgetful(files.together(parts)) if withdrawn else files.together(parts)
    return Made(_segment(stage, segment.region, segment.year, rows, kept), left_out)


def set_beside(base: str, stage: str, region: str, changes: Sequence[Segment], packages: Sequence[Found]) -> Made:
    """The changes of a province as one segment: what they were, and `packages`."""
    read, left_out = _read(packages)
    again = [one.name for one in packages]
    rows = {}
    for name in tables():
        stored = [files.stored(base, one.files[name], name) for one in changes if name in one.files]
        parts = [files.together([part], again) for part in stored]
        parts += [_dated(part) for part in read[name]]
        if parts := [part for part in parts if part.num_rows]:
            rows[name] = files.together(parts)
    return Made(_segment(stage, region, 0, rows, top=CHANGES), left_out)


def _taken(base: str, changes: Sequence[Segment], names: Collection[str]) -> dict[str, list[Any]]:
    """The rows of packages in the changes of their province, by table, as the files of a partition have them."""
    found: dict[str, list[Any]] = {}
    for one in changes if names else ():
        for name, file in one.files.items():
            rows = files.together([files.stored(base, file, name)], only=names)
            if rows.num_rows:
                found.setdefault(name, []).append(files.forgetful(rows.drop_columns([YEAR])))
    return found


def _dated(rows: Any) -> Any:
    """Rows with the year of their partition, which no folder says of the changes."""
    pa = arrow()
    years = [pa.nulls(0, pa.int32())]
    for name, start, stop in files.runs_of(rows):
        years.append(pa.array([partition(name)[1]] * (stop - start), pa.int32()))
    return rows.append_column(YEAR, pa.concat_arrays(years))


def partition(package: str) -> tuple[str, int]:
    """Province and year, from the name that the standard gives to packages (`cn-130433-434-2021-budget`)."""
    parts = package.split("-")
    try:
        return parts[1][:2], int(parts[-2] if parts[-1] == "budget" else parts[-3])
    except (IndexError, ValueError):
        return "00", 0


def _contents(parts: Sequence[Any], concerned: Collection[str]) -> dict[str, dict[str, str]]:
    """Of what each table of some packages is made: table → package → digest."""
    found: dict[str, dict[str, str]] = {}
    for part in parts:
        for package, contents in zip(*(part.column(name).to_pylist() for name in ("package", "contents")), strict=True):
            for word in contents.split() if package in concerned else ():
                table, _, digest = word.partition(":")
                found.setdefault(table, {})[package] = digest
    return found


def _read(packages: Sequence[Found]) -> tuple[dict[str, list[Any]], Left]:
    """The rows of packages by table, in pieces, and what was left out."""
    parts: dict[str, list[Any]] = {name: [] for name in tables()}
    left_out: list[tuple[str, str, Mapping[str, str]]] = []
    for chunk in _chunks(packages):
        read = []
        refused: list[tuple[str, OpenBudgetError]] = []
        for one in chunk:
            try:
                read.append(opened(Path(one.folder), one.path))
            except OpenBudgetError as error:
                refused.append((one.path, error))
        if read:
            rows, misfits = rows_of(read)
            refused += [(str(error.args_by_name["path"]), error) for error in misfits]
            for name, table in rows.items():
                parts[name].append(table)
        for path, why in refused:
            left_out.append((path, why.key, {name: str(value) for name, value in why.args_by_name.items()}))
    return parts, tuple(left_out)


def _chunks(packages: Sequence[Found]) -> Iterator[Sequence[Found]]:
    for start in range(0, len(packages), _TOGETHER):
        yield packages[start : start + _TOGETHER]


def _segment(
    stage: str, region: str, year: int, rows: Mapping[str, Any], kept: Mapping[str, File] | None = None, top: str = DATA
) -> Segment | None:
    """The segment of these rows, written below `stage`, and of the files `kept`; None where no package is left."""
    if not (PACKAGES in rows and rows[PACKAGES].num_rows):
        return None
    held = rows[PACKAGES].select(["package", "descriptor_sha256"]).to_pylist()
    said = [f"{FORMAT} {standard.version()}", *sorted(f"{row['package']} {row['descriptor_sha256']}" for row in held)]
    name = hashlib.sha256("\n".join([top, *said]).encode()).hexdigest()[:20]
    made = dict(kept or {})
    place = f"region={region}/year={year}" if top == DATA else f"region={region}"
    for table, found in rows.items():
        made[table] = files.write(found, stage, f"{top}/{table}/{place}/{name}.parquet")
    return Segment(name, region, year, len(held), {table: made[table] for table in tables() if table in made})
