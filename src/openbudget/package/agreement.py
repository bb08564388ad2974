"""disclosure.json says the same as the tables: row by row, field by field."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any

from openbudget import standard
from openbudget.package.findings import Structure
from openbudget.package.profiles import fitting

PATH = "disclosure.json"


def compare(
    document: Any,
    descriptor: Mapping[str, Any],
    tables: Mapping[str, Sequence[Mapping[str, Any]]],
    large: Collection[str],
    out: Structure,
) -> None:
    """Tell `out` where the document differs from the descriptor and the tables (as read from CSV; those in `large` are
    not held, and are not compared). A document that is
    the same everywhere needs no further check, since all it says was checked there; any other is held against its
    JSON Schema as well."""
    before = len(out.findings)
    out.case("STR-009")
    given = document if isinstance(document, dict) else {}
    for name in ("name", "openbudget"):
        if given.get(name) != descriptor.get(name):
            out.fault("STR-009", "package.document_property", path=PATH, field=name)
    listed = given.get("tables")
    listed = listed if isinstance(listed, dict) else {}
    for name in [*tables, *(name for name in listed if name not in tables and name not in large)]:
        _compare_table(name, listed.get(name), tables.get(name), out)
    if len(out.findings) > before or set(given) - {"name", "title", "openbudget", "tables"}:
        for misfit in fitting(standard.json_schema("disclosure"), document, "OpenBudget"):
            out.fault("STR-009", "package.document_misfit", path=PATH, where=misfit.where or "/", reason=misfit.reason)


def _compare_table(name: str, listed: Any, rows: Sequence[Mapping[str, Any]] | None, out: Structure) -> None:
    if not isinstance(listed, list) or rows is None:
        key = "package.document_table_extra" if rows is None else "package.document_table_absent"
        out.fault("STR-009", key, path=PATH, table=name)
        return
    out.case("STR-009", len(rows))
    if len(listed) != len(rows):
        out.fault(
            "STR-009", "package.document_rows", path=PATH, table=name, expected=str(len(rows)), actual=str(len(listed))
        )
        return
    if _agrees(listed, rows):
        return
    for number, (said, row) in enumerate(zip(listed, rows, strict=True), 1):
        wanted = _without_blanks(row)
        if said == wanted and _truths(said) == _truths(wanted):
            continue
        wanted = {field: _plain(value) for field, value in wanted.items()}
        given = {field: value for field, value in said.items() if value is not None} if isinstance(said, dict) else {}
        for field in [*row, *(field for field in given if field not in row)]:
            one, other = wanted.get(field), given.get(field)
            if one != other or isinstance(one, bool) != isinstance(other, bool):
                out.fault(
                    "STR-009", "package.document_value", path=PATH, table=name, field=field, row_id=_id(row),
                    expected=_shown(one), actual=_shown(other), row=number,
                )  # fmt: skip


def _agrees(listed: Sequence[Any], rows: Sequence[Mapping[str, Any]]) -> bool:
    """Whether every row is said as it stands, but for its blanks. False tells nothing: dates, for one, are said as
    text."""
    for said, row in zip(listed, rows, strict=True):
        if said != row and not (isinstance(said, dict) and _is_row(said, row)):
            return False
    return all(_is_text(field, rows) or _kinds(field, listed) == _kinds(field, rows) for field in (rows or ({},))[0])


def _is_row(said: Mapping[str, Any], row: Mapping[str, Any]) -> bool:
    """Whether a row is said without its blanks."""
    return len(said) + list(row.values()).count(None) == len(row) and said.items() <= row.items()


def _without_blanks(row: Mapping[str, Any]) -> dict[str, Any]:
    return {field: value for field, value in row.items() if value is not None}


def _is_text(field: str, rows: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a field holds text: all its values are of one type."""
    return isinstance(next((row[field] for row in rows if row[field] is not None), ""), str)


def _kinds(field: str, rows: Sequence[Mapping[str, Any]]) -> list[bool]:
    """In which rows a field holds a truth value: true is not 1, though Python has them equal. Nothing where in none."""
    types = [type(row.get(field)) for row in rows]
    return [kind is bool for kind in types] if bool in types else []


def _truths(row: Mapping[str, Any]) -> list[str]:
    """The fields that hold a truth value."""
    return sorted([field for field, value in row.items() if value is True or value is False])


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime.date) else value


def _id(row: Mapping[str, Any]) -> str | None:
    return None if row.get("id") is None else str(row["id"])


def _shown(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
