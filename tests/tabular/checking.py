"""Short ways to check a text against a schema."""

from __future__ import annotations

import io
from typing import Any

from openbudget.tabular import TableSource, check_tables, read_dialect, read_schema
from openbudget.tabular.faults import Fault
from openbudget.tabular.source import TableResult


def source(
    content: str | bytes, schema: Any, name: str = "t", dialect: Any = None, encoding: str | None = None
) -> TableSource:
    data = content.encode() if isinstance(content, str) else content
    return TableSource(name, lambda: io.BytesIO(data), read_schema(schema, name), read_dialect(dialect), encoding)


def check(content: str | bytes, schema: Any, dialect: Any = None, encoding: str | None = None) -> TableResult:
    return check_tables([source(content, schema, "t", dialect, encoding)], keep_rows=True)["t"]


def faults(result: TableResult) -> list[tuple[str, int | None, str | None, str | None]]:
    return [(fault.rule, fault.number, fault.field, fault.text) for fault in result.faults]


def rules(result: TableResult) -> list[str]:
    return [fault.rule for fault in result.faults]


def fields(*given: Any, **more: Any) -> dict[str, Any]:
    """A schema with these fields: names, or descriptors."""
    return {"fields": [{"name": item} if isinstance(item, str) else item for item in given], **more}


__all__ = ["Fault", "check", "faults", "fields", "rules", "source"]
