"""Tables by column: what asks for a field of every row asks once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Rows = Sequence[Mapping[str, Any]]
Columns = Mapping[str, Sequence[Any]]


def columns_of(rows: Rows) -> Columns:
    """The values of each field of a table, whose rows all have the same fields in the same order."""
    return dict(zip(rows[0], zip(*[row.values() for row in rows], strict=True), strict=True)) if rows else {}
