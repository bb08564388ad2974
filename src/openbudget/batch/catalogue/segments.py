"""Segments: made of packages, made of other segments without some packages. What a process of a build does."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from openbudget import standard
from openbudget.batch.catalogue.package import opened
from openbudget.batch.catalogue.rows import rows_of
from openbudget.batch.catalogue.schema import FORMAT, PACKAGES, arrow, tables
from openbudget.batch.catalogue.snapshot import File, Segment
from openbudget.errors import OpenBudgetError
from openbudget.package.atomic import write_error

_ROW_GROUP = 100_000
_SOUGHT = (
    "package",
    "region_code",
    "agency_name",
    "fiscal_year",
    "statement",
    "item_code",
    "catalogue_code",
    "rule",
    "amount",
)
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
    parts, left_out = _read(packages)
    return Made(_written(stage, region, year, parts), left_out)


Left = tuple[tuple[str, str, Mapping[str, str]], ...]


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


def from_segments(
    base: str, stage: str, segments: Sequence[Segment], without: Iterable[str], packages: Sequence[Found]
) -> Made:
    """One segment with the rows of others, without those of some packages and with those of `packages`, sorted by
    package."""
    from pyarrow import compute

    gone = arrow().array(sorted(without), arrow().string())
    parts, left_out = _read(packages)
    for name in tables():
        for one in segments:
            if name in one.files:
                table = _stored(Path(base, one.files[name].path))
                if len(gone):
                    table = table.filter(compute.invert(compute.is_in(table.column("package"), gone)))
                parts[name].insert(0, table)
    return Made(_written(stage, segments[0].region, segments[0].year, parts), left_out)


def _stored(path: Path) -> Any:
    """A Parquet file; text as it is stored, in dictionaries, which is half the work of filtering and writing it."""
    from pyarrow import parquet

    text = [one.name for one in parquet.read_schema(path) if one.type == arrow().string()]
    return parquet.ParquetFile(path, read_dictionary=text).read()


def _joined(parts: Sequence[Any]) -> Any:
    """The pieces as one table, by package; text in dictionaries where a piece has it so."""
    pa = arrow()
    kept = [table for table in parts if table.num_rows] or parts[:1]
    if len(kept) == 1:
        return kept[0]
    if any(pa.types.is_dictionary(column.type) for table in kept for column in table.schema):
        kept = [_encoded(table) for table in kept]
    return _by_package(pa.concat_tables(kept).unify_dictionaries())


def _encoded(table: Any) -> Any:
    pa = arrow()
    whole = [column.dictionary_encode() if column.type == pa.string() else column for column in table.columns]
    return pa.table(whole, names=table.column_names)


def _by_package(table: Any) -> Any:
    """The rows by package, those of one package in the order they have; the same table where they stand so."""
    pa = arrow()
    packages = table.column("package")
    plain = packages.cast(pa.string()) if pa.types.is_dictionary(packages.type) else packages
    names = plain.to_pylist()
    if all(one <= other for one, other in pairwise(names)):
        return table
    return table.take(pa.array(sorted(range(len(names)), key=names.__getitem__), pa.int64()))


def staged(stage: str, place: str) -> Path:
    """Where a file waits for the commit that makes it `place` (folders of its own would cost more than the file)."""
    return Path(stage, place.replace("/", "~"))


def _written(stage: str, region: str, year: int, parts: Mapping[str, Sequence[Any]]) -> Segment | None:
    """The segment, its files written below `stage`; None where no package is left."""
    joined = {name: _joined(found) for name, found in parts.items() if any(table.num_rows for table in found)}
    if PACKAGES not in joined:
        return None
    from pyarrow import parquet

    held = joined[PACKAGES].select(["package", "descriptor_sha256"]).to_pylist()
    said = [f"{FORMAT} {standard.version()}", *sorted(f"{row['package']} {row['descriptor_sha256']}" for row in held)]
    name = hashlib.sha256("\n".join(said).encode()).hexdigest()[:20]
    files = {}
    for table, rows in joined.items():
        place = f"data/{table}/region={region}/year={year}/{name}.parquet"
        path = staged(stage, place)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            parquet.write_table(
                rows, path, compression="zstd", row_group_size=_ROW_GROUP, store_schema=False,
                write_statistics=[name for name in _SOUGHT if name in rows.column_names],
            )  # fmt: skip
            with path.open("rb") as stream:
                digest = hashlib.file_digest(stream, "sha256").hexdigest()
        except OSError as error:
            raise write_error(path, error) from error
        files[table] = File(place, rows.num_rows, path.stat().st_size, digest)
    return Segment(name, region, year, len(held), files)
