"""The Parquet files of segments: how they are written and read, and how their rows are put together by package."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

from openbudget.batch.catalogue.schema import arrow, columns
from openbudget.batch.catalogue.snapshot import File
from openbudget.package.atomic import write_error

_ROW_GROUP = 100_000
_SOUGHT = frozenset(
    ("package", "region_code", "agency_name", "fiscal_year", "statement", "item_code", "catalogue_code", "rule", "amount")
)  # fmt: skip


def staged(stage: str, place: str) -> Path:
    """Where a file waits for the commit that makes it `place` (folders of its own would cost more than the file)."""
    return Path(stage, place.replace("/", "~"))


def write(rows: Any, stage: str, place: str) -> File:
    """Write a table to where it waits to become `place`. WriteError where the disk refuses."""
    from pyarrow import parquet

    path = staged(stage, place)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        parquet.write_table(
            rows, path, compression="zstd", row_group_size=_ROW_GROUP, store_schema=False,
            write_statistics=[name for name in rows.column_names if name in _SOUGHT],
        )  # fmt: skip
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise write_error(path, error) from error
    return File(place, rows.num_rows, path.stat().st_size, digest)


def stored(base: str, file: File, table: str, plain: bool = False) -> Any:
    """The table in a file. Text is as it is stored, in dictionaries, which is half the work of writing it again;
    `plain`: as text, which is a tenth of the work of making Python's rows of it."""
    from pyarrow import parquet

    text = [] if plain else [name for name, kind in columns(table).items() if kind == arrow().string()]
    return parquet.ParquetFile(Path(base, file.path), read_dictionary=text).read(use_threads=False)


def together(pieces: Sequence[Any], without: Collection[str] = (), only: Collection[str] | None = None) -> Any:
    """The rows of the pieces by package, those of one package in the order they have, without those of some packages or
    `only` those of some. Text is in dictionaries where a piece has it so."""
    pa = arrow()
    if len(pieces) > 1:
        if any(pa.types.is_dictionary(column.type) for table in pieces for column in table.schema):
            pieces = [_encoded(table) for table in pieces]
        whole = pa.concat_tables(pieces).unify_dictionaries().combine_chunks()
    else:
        whole = pieces[0]
    wanted = (run for run in runs_of(whole) if run[0] not in without and (only is None or run[0] in only))
    runs = sorted(wanted, key=lambda run: run[0])
    spans: list[tuple[int, int]] = []
    for _, start, stop in runs:
        if spans and spans[-1][1] == start:
            spans[-1] = (spans[-1][0], stop)
        else:
            spans.append((start, stop))
    if spans == [(0, whole.num_rows)]:
        return whole
    return pa.concat_tables([whole.slice(start, stop - start) for start, stop in spans] or [whole.slice(0, 0)])


def forgetful(table: Any) -> Any:
    """The table with only those texts in its dictionaries that a row has: others would be written, too."""
    from pyarrow import compute

    pa = arrow()
    made = []
    for column in table.columns:
        if pa.types.is_dictionary(column.type):
            one = column.unify_dictionaries().combine_chunks()
            used = compute.unique(one.indices.drop_null())
            column = pa.DictionaryArray.from_arrays(compute.index_in(one.indices, used), one.dictionary.take(used))
        made.append(column)
    return pa.table(made, names=table.column_names)


def runs_of(table: Any) -> Iterator[tuple[str, int, int]]:
    """Each package's rows: its name, the first row, the row behind the last."""
    from pyarrow import compute

    names = table.column("package").cast(arrow().string()).combine_chunks()
    encoded = compute.run_end_encode(names)
    start = 0
    for name, stop in zip(encoded.values.to_pylist(), encoded.run_ends.to_pylist(), strict=True):
        yield name, start, stop
        start = stop


def _encoded(table: Any) -> Any:
    pa = arrow()
    whole = [column.dictionary_encode() if column.type == pa.string() else column for column in table.columns]
    return pa.table(whole, names=table.column_names)
