"""Packages into the database and out of it again."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from openbudget import standard
from openbudget.errors import PublishError
from openbudget.package import Package
from openbudget.publish.plan import Release

_NO_TEXT = frozenset(
    {
        "id",
        "number",
        "locator",
        "file",
        "table",
        "field",
        "expected",
        "actual",
        "difference",
        "tolerance",
        "rule",
        "key",
    }
)
_NOT_SEARCHED = ("sources", "diagnostics")


@dataclass(frozen=True, slots=True)
class Content:
    """A package as plain values for the database. `rows` are in the order of the columns; `texts` are (table, row,
    text)."""

    release: Release
    facts: Mapping[str, Any]
    rows: Mapping[str, Sequence[tuple[Any, ...]]]
    texts: Sequence[tuple[str, str, str]]


def content_of(package: Package, release: Release, findings: Mapping[str, int], licence: str | None) -> Content:
    """The rows and texts of a package."""
    said, descriptor = package.facts, package.descriptor
    from openbudget.site.entry import regions_above

    region = str(said["region_code"])
    facts = {
        "name": package.name,
        "title_zh": str(descriptor.get("title") or package.name),
        "title_en": descriptor.get("title_en"),
        "agency": str(said["agency_name"]),
        "agency_code": said.get("agency_code"),
        "region_code": region,
        "region_name": said.get("region_name"),
        "province": regions_above(region, str(said.get("region_name") or ""))[0][1],
        "year": int(said["fiscal_year"]),
        "kind": str(said["kind"]),
        "licence": licence,
        "findings_error": findings.get("error", 0),
        "findings_warning": findings.get("warning", 0),
    }
    rows: dict[str, list[tuple[Any, ...]]] = {}
    texts: list[tuple[str, str, str]] = []
    for name, spec in standard.tables().items():
        held = package.tables.get(name)
        if held is None:
            continue
        rows[name] = [tuple(_stored(row.get(field.name)) for field in spec.fields) for row in held]
        if name not in _NOT_SEARCHED:
            columns = [field.name for field in spec.fields if _is_text(field)]
            texts += _texts(name, held, columns)
    return Content(release, facts, rows, texts)


def _texts(table: str, rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    for row in rows:
        text = "\n".join(str(row[name]) for name in columns if row.get(name))
        if text:
            yield table, str(row.get("id") or ""), text


def _is_text(field: standard.Field) -> bool:
    return (
        field.type == "string"
        and not field.codelists
        and field.name not in _NO_TEXT
        and not field.name.endswith(("_id", "_code", "_reported", "_en"))
    )


def _stored(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, int) and abs(value) >= 1 << 63:
        return str(value)
    return value.isoformat() if isinstance(value, date) else value


def put(connection: sqlite3.Connection, content: Content, day: str, what: str) -> None:
    """Put a package in, in place of what was there under its name. Raises PublishError where rows have no key or the
    same one."""
    name = content.release.name
    clear(connection, name)
    facts = {**content.facts, "published": day, "withdrawn": None}
    columns = ", ".join(facts)
    marks = ", ".join("?" * len(facts))
    connection.execute(
        f"INSERT OR REPLACE INTO packages ({columns}) VALUES ({marks})", list(map(_stored, facts.values()))
    )
    for table, rows in content.rows.items():
        marks = ", ".join("?" * (len(standard.tables()[table].fields) + 1))
        try:
            connection.executemany(f'INSERT INTO "{table}" VALUES ({marks})', ((name, *row) for row in rows))
        except sqlite3.IntegrityError as error:
            raise PublishError("publish.sqlite_key", name=name, table=table) from error
    first = connection.execute("SELECT coalesce(max(last_text), 0) + 1 FROM _published").fetchone()[0]
    last = first + len(content.texts) - 1
    connection.executemany(
        "INSERT INTO texts VALUES (?, ?, ?, ?, ?)",
        ((number, name, table, row, text) for number, (table, row, text) in enumerate(content.texts, first)),
    )
    connection.execute(
        "INSERT INTO search (rowid, text) SELECT id, text FROM texts WHERE id BETWEEN ? AND ?", (first, last)
    )
    hashes = json.dumps(dict(content.release.hashes), sort_keys=True)
    connection.execute(
        "INSERT OR REPLACE INTO _published VALUES (?, ?, ?, ?, ?)",
        (name, content.release.fingerprint, hashes, first, last),
    )
    note(connection, name, day, what, None)


def clear(connection: sqlite3.Connection, name: str) -> None:
    """Take all rows of a package out; what is known of the package itself stays."""
    for table in reversed(list(standard.tables())):
        connection.execute(f'DELETE FROM "{table}" WHERE "package" = ?', (name,))
    held = connection.execute("SELECT first_text, last_text FROM _published WHERE package = ?", (name,)).fetchone()
    if held:
        # a search index without text of its own is told what to forget
        connection.execute(
            "INSERT INTO search (search, rowid, text) SELECT 'delete', id, text FROM texts WHERE id BETWEEN ? AND ?",
            held,
        )
        connection.execute("DELETE FROM texts WHERE id BETWEEN ? AND ?", held)


def withdraw(connection: sqlite3.Connection, name: str, day: str, reason: str) -> None:
    """Take a package out and say when and why."""
    clear(connection, name)
    connection.execute("DELETE FROM _published WHERE package = ?", (name,))
    connection.execute("UPDATE packages SET published = ?, withdrawn = ? WHERE name = ?", (day, reason, name))
    note(connection, name, day, "withdrawn", reason)


def note(connection: sqlite3.Connection, name: str, day: str, what: str, reason: str | None) -> None:
    """Add a line to the change log of a package."""
    connection.execute(
        "INSERT INTO changes SELECT ?1, coalesce(max(number), 0) + 1, ?2, ?3, ?4 FROM changes WHERE package = ?1",
        (name, day, what, reason),
    )
