"""The catalogue as a database: DuckDB in memory with a view of each table, closed to everything else."""

from __future__ import annotations

import atexit
import gc
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openbudget import standard
from openbudget.batch.catalogue import snapshot as snapshots
from openbudget.batch.catalogue.schema import columns, tables
from openbudget.batch.catalogue.snapshot import Snapshot
from openbudget.errors import UsageError


@dataclass(frozen=True)
class Answer:
    """What a query gives: the names of the columns and the rows, as Python values (money as Decimal)."""

    columns: tuple[str, ...]
    rows: Sequence[tuple[Any, ...]]


def connect(catalogue: Path) -> Any:
    """A DuckDB connection that sees the catalogue as it is now, and no other file; nothing in it can be changed.

    Views: the tables of the catalogue, `codes` (code lists: list, code, title_zh, title_en, parent, valid_from,
    valid_to; each code once, with its latest title), `code_titles` (every title that a code of a classification had, with
    its years) and `same_goods` (procurement codes of 2013 and of 2022 for the same goods). UsageError where there is
    no catalogue or no DuckDB.
    """
    now = snapshots.load(catalogue)
    try:
        import duckdb
    except ImportError as error:
        raise UsageError("batch.extra_missing", extra="catalogue", module="duckdb") from error
    atexit.unregister(gc.freeze)  # the command line skips the last collection; DuckDB then complains of leaks at length
    connection = duckdb.connect()
    if now.void:
        connection.execute("CREATE TABLE corrected (package VARCHAR)")
        connection.execute("INSERT INTO corrected SELECT unnest(?)", [sorted(now.void)])
    for table in tables():
        connection.execute(f"CREATE VIEW {table} AS {_view(catalogue, now, table)}")
    _codes(connection)
    folders = ", ".join(_quoted(str((catalogue / top).absolute()), "'") for top in (snapshots.DATA, snapshots.CHANGES))
    connection.execute(f"SET allowed_directories = [{folders}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection


def _view(catalogue: Path, now: Snapshot, table: str) -> str:
    """All rows of a table: those of the segments without those that were corrected, and those of the changes."""
    whole, partly, changes = (
        [str((catalogue / one.files[table].path).absolute()) for one in segments if table in one.files]
        for segments in (
            [one for one in now.segments if not one.void], [one for one in now.segments if one.void], now.changes,
        )
    )  # fmt: skip
    parts = [_read(whole, True)] if whole else []
    if partly:
        parts.append(f"{_read(partly, True)} WHERE package NOT IN (SELECT package FROM corrected)")
    if changes:
        parts.append(_read(changes, False))
    if parts:
        return " UNION ALL BY NAME ".join(parts)
    held = {name: _sql(kind) for name, kind in columns(table).items()} | {"region": "VARCHAR", "year": "INTEGER"}
    types = ", ".join(f"CAST(NULL AS {kind}) AS {_quoted(name)}" for name, kind in held.items())
    return f"SELECT {types} WHERE false"


def _read(files: Sequence[str], by_year: bool) -> str:
    listed = ", ".join(_quoted(path, "'") for path in files)
    year = ", 'year': INTEGER" if by_year else ""
    return (
        f"SELECT * FROM read_parquet([{listed}], hive_partitioning = true, "
        f"hive_types = {{'region': VARCHAR{year}}}, union_by_name = false)"
    )


def _sql(kind: Any) -> str:
    names = {"string": "VARCHAR", "int64": "BIGINT", "int32": "INTEGER", "bool": "BOOLEAN", "date32[day]": "DATE"}
    text = str(kind)
    return names.get(text) or text.replace("decimal128", "DECIMAL")


def _quoted(name: str, mark: str = '"') -> str:
    return mark + name.replace(mark, mark + mark) + mark


def counts(connection: Any) -> dict[str, int]:
    """The number of rows of each table."""
    return {table: ask(connection, f"SELECT count(*) FROM {table}").rows[0][0] for table in tables()}


def _codes(connection: Any) -> None:
    from openbudget.batch.crosswalk import same_goods, titles

    connection.execute(
        "CREATE TABLE codes (list VARCHAR, code VARCHAR, title_zh VARCHAR, title_en VARCHAR, parent VARCHAR, "
        "valid_from INTEGER, valid_to INTEGER)"
    )
    connection.execute("CREATE TABLE same_goods (code_2013 VARCHAR, code_2022 VARCHAR, title_zh VARCHAR)")
    used = [name for name in standard.codelists() if name not in ("regions",)]
    listed = [
        [name, one.code, one.title_zh, one.title_en, one.parent, one.valid_from, one.valid_to]
        for name in used
        if not name.startswith("procurement_catalogue")
        for one in standard.codelist(name).values()
    ]
    _insert(connection, "codes", listed)
    _insert(connection, "same_goods", [list(row) for row in same_goods()])
    connection.execute(
        "CREATE TABLE code_titles (list VARCHAR, code VARCHAR, title_zh VARCHAR, valid_from INTEGER, valid_to INTEGER)"
    )
    _insert(connection, "code_titles", [list(row) for row in titles()])


def _insert(connection: Any, table: str, rows: Sequence[Sequence[Any]]) -> None:
    """Rows through JSON in one statement: row by row DuckDB is slow."""
    if not rows:
        return
    names = [row[0] for row in connection.execute(f"DESCRIBE {table}").fetchall()]
    said = json.dumps([dict(zip(names, row, strict=True)) for row in rows], ensure_ascii=False)
    shape = json.dumps([{row[0]: row[1] for row in connection.execute(f"DESCRIBE {table}").fetchall()}])
    connection.execute(f"INSERT INTO {table} SELECT unnest(from_json(?::JSON, '{shape}'), max_depth := 2)", [said])


def ask(connection: Any, sql: str, values: Mapping[str, Any] | None = None) -> Answer:
    """The answer to one SELECT. UsageError where it is none, cannot be understood, or reaches for what is closed."""
    with _told():
        _only_reads(connection, sql)
        done = connection.execute(sql, dict(values or {}))
        return Answer(tuple(column[0] for column in done.description or []), done.fetchall())


def ask_arrow(connection: Any, sql: str, values: Mapping[str, Any] | None = None) -> Any:
    """The same as an Arrow table."""
    with _told():
        _only_reads(connection, sql)
        return connection.sql(sql, params=dict(values or {})).to_arrow_table()


def _only_reads(connection: Any, sql: str) -> None:
    import duckdb

    kinds = [statement.type for statement in connection.extract_statements(sql)]
    if kinds != [duckdb.StatementType.SELECT]:
        raise UsageError("batch.only_select")


@contextmanager
def _told() -> Iterator[None]:
    import duckdb

    try:
        yield
    except duckdb.Error as error:
        if isinstance(error, duckdb.IOException) and ".parquet" in str(error):
            raise UsageError("batch.catalogue_moved_on") from error
        raise UsageError("batch.bad_query", reason=" ".join(str(error).split())[:500]) from error
