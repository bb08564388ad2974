"""Lines of budget of one body that tell the same in two of its packages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

Row = Mapping[str, Any]
Column = tuple[str, str]

_STAGES = {"budget": ("budget",), "initial": ("budget",), "executed": ("final",), "final": ("final",)}
_SAME = ("statement", "flow", "function_code", "economic_code", "project")


def column_of(row: Row, code: str) -> Column:
    """The column that a line stands in (fund source and expenditure type), without what its code or its statement says
    already: the total of 财政拨款收支总表 is of fiscal appropriations."""
    fund, kind = row.get("fund_source"), row.get("expenditure_type")
    implied = code.split(".")
    if row.get("statement") == "appropriation":
        implied.append("fiscal_appropriation")
    return (
        "" if fund in (None, "total") or fund in implied else str(fund),
        "" if kind in (None, "total") or kind in implied else str(kind),
    )


def earlier_lines(line: Row, lines: Iterable[Row], stage: object, year: object) -> Iterator[Row]:
    """The lines of an earlier package that tell what `line` tells, in the same statement. `stage` (code of the list
    `base_stage`; None: that of the line, as final accounts are held against final accounts) and `year` (None: any) are what
    it is compared with."""
    code = line.get("item_code")
    stages = _STAGES.get(str(stage), (line.get("stage"),))
    column = column_of(line, str(code))
    for old in lines:
        if (
            old.get("item_code") == code
            and old.get("stage") in stages
            and (year is None or old.get("fiscal_year") == year)
            and all(old.get(name) == line.get(name) for name in _SAME)
            and column_of(old, str(code)) == column
        ):
            yield old
