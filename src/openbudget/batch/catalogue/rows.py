"""The rows of many packages as Arrow tables, each row with its package and its place in the source.

The CSV files of one table are read as one, because most of the cost of reading a small file is the call. That takes
files as this program writes them; where one is otherwise, or a value does not fit, the packages are read one by one.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from itertools import chain, repeat
from typing import Any

from openbudget import standard
from openbudget.batch.catalogue.package import PLACES, Opened, short
from openbudget.batch.catalogue.schema import LINEAGE, PACKAGES, PLACE, PRINTED, arrow, arrow_schema, columns, figures
from openbudget.errors import PackageError

Tables = dict[str, Any]  # name → Arrow table


class MisfitError(Exception):
    """The files cannot be read as one, or a value does not fit its column; the text says which."""


def rows_of(packages: Sequence[Opened]) -> tuple[Tables, list[PackageError]]:
    """The rows of the packages, in their order, and why some could not be taken."""
    try:
        return _rows(packages), []
    except MisfitError:
        pass
    parts: dict[str, list[Any]] = {}
    refused = []
    for one in packages:
        try:
            made = _rows([one], alone=True)
        except MisfitError as error:
            refused.append(PackageError("batch.not_for_catalogue", path=one.path, reason=str(error)))
            continue
        for name, table in made.items():
            parts.setdefault(name, []).append(table)
    return {name: arrow().concat_tables(found) for name, found in parts.items()}, refused


def _rows(packages: Sequence[Opened], alone: bool = False) -> Tables:
    pa = arrow()
    made = {PACKAGES: pa.Table.from_pylist([dict(one.row) for one in packages], schema=arrow_schema(PACKAGES))}
    places, where = _read(PLACES, packages, dict.fromkeys(_PLACED, pa.string()), alone)
    keyed = _keyed(places, where)
    for table in standard.tables():
        holders = [at for at, one in enumerate(packages) if table in one.tables]
        if table == PLACES or not holders:
            continue
        types = columns(table)
        own = {name: types[name] for name in standard.tables()[table].columns}
        found, of = _read(table, packages, own, alone)
        arrays = {name: found.column(name) for name in own}
        for name in LINEAGE:
            if name not in arrays:
                arrays[name] = pa.array([one.lineage[name] for one in packages], pa.string()).take(of)
        stands = _stand(table, arrays.get("id"), of, keyed)
        arrays |= dict(zip(PLACE, stands, strict=True))
        made[table] = pa.table([arrays[name] for name in types], schema=arrow_schema(table))
    made[PRINTED] = _printed(packages, places, where)
    return made


_PLACED = ("table", "row_id", "field", "file", "locator", "method", "printed")


def _printed(packages: Sequence[Opened], places: Any, where: Any) -> Any:
    """The texts of figures that have no printed twin in their row."""
    from pyarrow import compute as pc

    pa = arrow()
    wanted = pa.array([f"{table} {field}" for table in standard.tables() for field in figures(table)], pa.string())
    named = pc.binary_join_element_wise(places.column("table"), places.column("field"), " ")
    chosen = pc.and_(pc.is_in(named, wanted), pc.is_valid(places.column("printed")))
    names = pa.array([one.lineage["package"] for one in packages], pa.string()).take(where)
    every = [names, *(places.column(name) for name in columns(PRINTED) if name != "package")]
    return pa.table(every, schema=arrow_schema(PRINTED)).filter(chosen)


def _read(table: str, packages: Sequence[Opened], types: Mapping[str, Any], alone: bool) -> tuple[Any, Any]:
    """The columns `types` of a table of all packages, and for each row the number of its package."""
    pa = arrow()
    files = [(at, one.tables[table]) for at, one in enumerate(packages) if table in one.tables]
    if alone:
        found = _parsed(files[0][1], types) if files else pa.table({name: pa.array([], types[name]) for name in types})
        return found, pa.array([0] * found.num_rows, pa.int32())
    head = ",".join(standard.tables()[table].columns).encode() + b"\n"
    counts = []
    bodies = [head]
    for at, data in files:
        if not data.startswith(head) or not data.endswith(b"\n") or b"\r" in data:
            raise MisfitError
        bodies.append(data[len(head) :])
        counts.append((at, _records(bodies[-1])))
    found = _parsed(b"".join(bodies), types)
    if found.num_rows != sum(count for _, count in counts):
        raise MisfitError
    return found, pa.array(chain.from_iterable(repeat(at, count) for at, count in counts), pa.int32())


def _records(body: bytes) -> int:
    """The records of RFC 4180 without its head: line ends that are not within quotes."""
    if b'"' not in body:
        return body.count(b"\n")
    return sum(part.count(b"\n") for part in body.split(b'"')[::2])


def _parsed(data: bytes, types: Mapping[str, Any]) -> Any:
    from pyarrow import csv

    try:
        return csv.read_csv(
            io.BytesIO(data),
            read_options=csv.ReadOptions(use_threads=False, block_size=max(1 << 20, len(data))),
            parse_options=csv.ParseOptions(newlines_in_values=True),
            convert_options=csv.ConvertOptions(
                column_types=types, include_columns=list(types), include_missing_columns=True,
                strings_can_be_null=True, quoted_strings_can_be_null=False, null_values=[""], true_values=["true"],
                false_values=["false"],
            ),
        )  # fmt: skip
    except arrow().ArrowInvalid as error:
        raise MisfitError(short(error)) from error


def _keyed(places: Any, where: Any) -> tuple[Any, Any]:
    """The places, those of amounts first, and for each its key: package, table and row."""
    from pyarrow import compute as pc

    amounts = pc.equal(places.column("field"), "amount")
    at = arrow().array(range(places.num_rows), arrow().int64())
    order = arrow().concat_arrays([at.filter(amounts.combine_chunks()), at])
    keys = pc.binary_join_element_wise(
        where.cast("string"),
        places.column("table").combine_chunks(),
        places.column("row_id").combine_chunks(),
        _BETWEEN,
    )
    return places.take(order), keys.take(order)


_BETWEEN = "\x1f"


def _stand(table: str, ids: Any, of: Any, keyed: tuple[Any, Any]) -> tuple[Any, ...]:
    """File, place and method of each row: of its amount, or of the first of its values that has a place."""
    from pyarrow import compute as pc

    pa = arrow()
    places, keys = keyed
    if ids is None or not len(keys):
        return (pa.nulls(len(of), pa.string()),) * len(PLACE)
    own = pc.binary_join_element_wise(of.cast("string"), table, ids.combine_chunks(), _BETWEEN)
    at = pc.index_in(own, value_set=keys)
    return tuple(places.column(name).take(at) for name in ("file", "locator", "method"))
