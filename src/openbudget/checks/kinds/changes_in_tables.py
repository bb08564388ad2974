"""A change that a sentence tells, held against the amounts of both years that a table prints.

`比上年增加30万元` agrees where this year's cell less the earlier year's (the base that the table prints) is that change, or
where that divided by the earlier amount is the percentage. A sentence that does not say which funds it speaks of fails
only where the tables' cells for the same item all say something else.
"""

from decimal import Decimal
from typing import NamedTuple

from openbudget.checks.data import Data, Row
from openbudget.checks.figures import Number
from openbudget.checks.kinds.changes import rates
from openbudget.checks.kinds.same_figure import cells_of
from openbudget.checks.recorder import Recorder
from openbudget.checks.rule import Rule
from openbudget.checks.wording import common_unit, show, unit_names


class _Years(NamedTuple):
    """A cell of this year, the comparison that has the amount of the earlier year, and both amounts."""

    cell: Row
    base: Row
    now: Number
    then: Number


def run(rule: Rule, data: Data, out: Recorder) -> None:
    """See the module."""
    bases: dict[object, list[Row]] = {}
    for row in data.rows("comparisons"):
        if row.get("base_amount") is not None and row.get("line_id") is not None:
            bases.setdefault(row["line_id"], []).append(row)
    for row in data.rows("comparisons"):
        if row.get("base_amount") is None:
            _hold(row, bases, data, out)


def _hold(row: Row, bases: dict[object, list[Row]], data: Data, out: Recorder) -> None:
    line = data.row("budget_lines", row.get("line_id"))
    field = "change_amount" if row.get("change_amount") is not None else "change_percent"
    printed = data.figure("comparisons", row, field)
    if line is None or printed is None:
        return out.not_applicable("change_without_line" if line is None else "no_percentage")
    found = [years for cell in cells_of(data, line) for years in _years(row, cell, bases, data)]
    if not found:
        return out.not_applicable("no_base_amount")
    ranges = [(years, _range(years, field)) for years in found]
    usable = [(years, range_) for years, range_ in ranges if range_ is not None]
    if not usable:
        return out.not_applicable("base_near_zero")
    place = printed.radius if field == "change_amount" else 2 * printed.radius
    if any(low - place <= printed.value <= high + place for _, (low, high) in usable):
        return out.passed()
    years, (low, high) = min(usable, key=lambda pair: abs((pair[1][0] + pair[1][1]) / 2 - printed.value))
    return _fail(row, field, printed, years, (low, high, place), data, out)


def _years(row: Row, cell: Row, bases: dict[object, list[Row]], data: Data) -> list[_Years]:
    found = []
    for base in bases.get(cell.get("id"), ()):
        stages = {base.get("base_stage"), row.get("base_stage")} - {None}
        now = data.figure("budget_lines", cell, "amount")
        then = data.figure("comparisons", base, "base_amount")
        if base.get("base_year") == row.get("base_year") and len(stages) < 2 and now is not None and then is not None:
            found.append(_Years(cell, base, now, then))
    return found


def _range(years: _Years, field: str) -> tuple[Decimal, Decimal] | None:
    """The lowest and the highest that the change (or its percentage) can be; None where there is no base to divide by."""
    change = years.now.minus(years.then)
    if field == "change_amount":
        return change.value - change.radius, change.value + change.radius
    return None if years.then.value <= years.then.radius else rates(change, years.then)


def _fail(
    row: Row,
    field: str,
    printed: Number,
    years: _Years,
    range_: tuple[Decimal, Decimal, Decimal],
    data: Data,
    out: Recorder,
) -> None:
    low, high, place = range_
    expected = years.now.value - years.then.value if field == "change_amount" else (low + high) / 2
    expected = expected if field == "change_amount" else expected.quantize(Decimal("0.01"))
    unit = common_unit((years.cell.get("unit_reported"), years.base.get("unit_reported"), row.get("unit_reported")))
    out.failed(
        ("comparisons", row, field),
        terms=[
            data.term("budget_lines", years.cell, "amount"),
            data.term("comparisons", years.base, "base_amount", "-", data.label(years.base)),
            data.term("comparisons", row, field, "=", data.label(row)),
        ],
        expected=expected,
        actual=printed.value,
        difference=printed.value - expected,
        tolerance=((high - low) / 2 + place).quantize(Decimal("0.0001")),
        label=data.label(row),
        amount=show(years.now.value, unit),
        then=show(years.then.value, unit),
        year=str(row.get("base_year") or ""),
        unit=unit_names(unit),
        expected_shown=show(expected, unit if field == "change_amount" else None),
        printed=show(printed.value, unit if field == "change_amount" else None),
        measure=unit_names(unit) if field == "change_amount" else {"zh": "%", "en": " %"},
    )
