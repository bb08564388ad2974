"""Packages and catalogues as data frames, for people who work in Python.

import openbudget
tables = openbudget.load("datapackages/cn-130433-434-2021-budget")
tables["budget_lines"]                                  a pandas frame; amounts are exact decimals
openbudget.load(path, engine="polars")                  the same as Polars frames
openbudget.catalogue("catalogue").sql("SELECT …")        the answer to a query as a frame
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from openbudget import standard
from openbudget.batch.catalogue.schema import arrow, columns, tables
from openbudget.errors import PackageError, UsageError
from openbudget.messages import default_language

ENGINES = ("pandas", "polars", "arrow")


def load(path: str | Path, engine: str = "pandas") -> dict[str, Any]:
    """The tables of a package (folder, datapackage.json or zip) as frames by name, in the order of the standard.

    `engine` is `pandas` (Arrow-backed types), `polars` or `arrow`. Money and other figures are exact decimals, years
    and counts whole numbers, dates dates, codes text; blank is null. What is no cell of its type is null as well:
    `openbudget validate` tells. PackageError where there is no package, where a table, a column or cells that the
    descriptor promises are missing, and where a table is too large to be held; UsageError where the engine is missing.
    """
    from openbudget import package
    from openbudget.package.losses import losses

    _check(engine)
    opened = package.open_package(path)
    if lost := losses(opened):
        said = lost[0].message[default_language()]
        raise PackageError("batch.load_lost", path=str(path), count=len(lost), reason=said)
    if large := sorted(opened.rows.keys() - opened.tables.keys()):
        raise PackageError("batch.load_too_large", path=str(path), tables=", ".join(large))
    found = opened.tables
    order = [*(name for name in standard.tables() if name in found), *(n for n in found if n not in standard.tables())]
    return {name: frame(_arrow(name, found[name]), engine) for name in order}


def _arrow(name: str, rows: Any) -> Any:
    pa = arrow()
    plain = [dict(row) for row in rows]
    if name not in standard.tables():
        return pa.Table.from_pylist(plain)
    types = _types(name)
    return pa.Table.from_pylist(plain, schema=pa.schema(list(types.items())))


def _types(name: str) -> Mapping[str, Any]:
    """Columns of a table as in the catalogue, but figures with all the room that there is."""
    pa = arrow()
    wide = {field.name: pa.decimal128(38, 12) for field in standard.tables()[name].fields if field.type == "number"}
    own = standard.tables()[name].columns
    known = columns(name)
    return {column: wide.get(column) or known[column] for column in own}


def frame(table: Any, engine: str) -> Any:
    """An Arrow table as a frame of the engine."""
    if engine == "arrow":
        return table
    if engine == "polars":
        import polars

        return polars.from_arrow(table)
    import pandas

    return table.to_pandas(types_mapper=pandas.ArrowDtype)


def _check(engine: str) -> None:
    if engine not in ENGINES:
        raise UsageError("batch.no_such_engine", name=engine, known=", ".join(ENGINES))
    from importlib.util import find_spec

    if engine != "arrow" and find_spec(engine) is None:
        raise UsageError("batch.module_missing", module=engine)
    arrow()


class Catalogue:
    """A catalogue (see `openbudget catalogue build`), read as it is when it is opened."""

    def __init__(self, path: str | Path, engine: str = "pandas") -> None:
        """`path` is the folder; `engine` as for `load`. UsageError where there is no catalogue."""
        from openbudget.batch import database

        _check(engine)
        self._path, self._engine = Path(path), engine
        self._connection = database.connect(self._path)

    @property
    def tables(self) -> tuple[str, ...]:
        """The names of its tables."""
        return tables()

    def table(self, name: str) -> Any:
        """A whole table as a frame. UsageError where there is none of that name."""
        if name not in self.tables:
            raise UsageError("batch.no_such_view", name=name, known=", ".join(self.tables))
        return self.sql(f"SELECT * FROM {name}")

    def files(self, table: str) -> list[Path]:
        """The Parquet files of a table, to be read by anything that reads Parquet. UsageError where they would not give
        the rows that hold, because corrected packages stand beside them (`openbudget catalogue compact` merges them)."""
        from openbudget.batch.catalogue import snapshot

        now = snapshot.load(self._path)
        if now.changes:
            raise UsageError("batch.catalogue_not_plain", path=str(self._path))
        return [self._path / one.files[table].path for one in now.segments if table in one.files]

    def sql(self, query: str, **values: Any) -> Any:
        """The answer to one SELECT as a frame; `$name` in it is filled from `values`. UsageError where it fails."""
        from openbudget.batch import database

        return frame(database.ask_arrow(self._connection, query, values), self._engine)

    def question(self, name: str, **parameters: Any) -> Any:
        """The answer to a question that ships with the tool as a frame. UsageError where there is none of the name."""
        from openbudget.batch.questions import questions

        if name not in questions():
            raise UsageError("batch.no_such_question", name=name, known=", ".join(questions()))
        one = questions()[name]
        return self.sql(one.sql, **one.values({key: str(value) for key, value in parameters.items()}))
