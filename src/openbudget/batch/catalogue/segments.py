"""Segments: made of packages, made of other segments without some packages. What a process of a build does."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openbudget import standard
from openbudget.batch.catalogue.package import opened
from openbudget.batch.catalogue.rows import rows_of
from openbudget.batch.catalogue.schema import FORMAT, PACKAGES, arrow, tables
from openbudget.batch.catalogue.snapshot import File, Segment, sync_folder
from openbudget.errors import OpenBudgetError
from openbudget.package.atomic import write_error

_ROW_GROUP = 100_000
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


def from_packages(base: str, stage: str, region: str, year: int, packages: Sequence[Found]) -> Made:
    """A segment of packages of one province and year; its files are written below `stage`."""
    pa = arrow()
    parts: dict[str, list[Any]] = {name: [] for name in tables()}
    left_out = []
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
    joined = {name: pa.concat_tables(found) for name, found in parts.items() if found}
    return Made(_written(base, stage, region, year, joined), tuple(left_out))


def _chunks(packages: Sequence[Found]) -> Iterator[Sequence[Found]]:
    for start in range(0, len(packages), _TOGETHER):
        yield packages[start : start + _TOGETHER]


def from_segments(base: str, stage: str, segments: Sequence[Segment], without: Iterable[str]) -> Made:
    """One segment with the rows of others, without those of some packages, sorted by package."""
    pa = arrow()
    from pyarrow import compute, parquet

    gone = pa.array(sorted(without), pa.string())
    joined: dict[str, Any] = {}
    for name in tables():
        read = [
            parquet.read_table(Path(base, one.files[name].path), partitioning=None)
            for one in segments
            if name in one.files
        ]
        if not read:
            continue
        table = pa.concat_tables(read)
        if len(gone):
            table = table.filter(compute.invert(compute.is_in(table.column("package"), gone)))
        if len(read) > 1:
            table = _by_package(table)
        if table.num_rows:
            joined[name] = table
    return Made(_written(base, stage, segments[0].region, segments[0].year, joined))


def _by_package(table: Any) -> Any:
    """The rows by package, those of one package in the order they have."""
    pa = arrow()
    order = pa.table({"package": table.column("package"), "at": pa.array(range(table.num_rows), pa.int64())})
    order = order.sort_by([("package", "ascending"), ("at", "ascending")])
    return table.take(order.column("at"))


def _written(base: str, stage: str, region: str, year: int, joined: Mapping[str, Any]) -> Segment | None:
    if PACKAGES not in joined:
        return None
    from pyarrow import parquet

    held = joined[PACKAGES].select(["package", "descriptor_sha256"]).to_pylist()
    said = [f"{FORMAT} {standard.version()}", *sorted(f"{row['package']} {row['descriptor_sha256']}" for row in held)]
    name = hashlib.sha256("\n".join(said).encode()).hexdigest()[:20]
    files = {}
    for table, rows in joined.items():
        place = f"data/{table}/region={region}/year={year}/{name}.parquet"
        path = Path(stage, place)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            parquet.write_table(rows, path, compression="zstd", row_group_size=_ROW_GROUP)
            with path.open("rb") as stream:
                digest = hashlib.file_digest(stream, "sha256").hexdigest()
                os.fsync(stream.fileno())
            sync_folder(path.parent)
        except OSError as error:
            raise write_error(path, error) from error
        files[table] = File(place, rows.num_rows, path.stat().st_size, digest)
    return Segment(name, region, year, len(held), files)
