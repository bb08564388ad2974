"""Packages that are given together: a department and its units, the departments of one place.

test    `units`: the figures of the units add up to the department's (where only some units are given: to no more) ·
        `codes`: no two bodies of one place and year have the same agency code
items   (`units`) codes of the figures that are added up
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from openbudget.checks.data import Data, Row, label_of
from openbudget.checks.figures import NOTHING, Number, agree, exceeds
from openbudget.checks.recorder import Recorder
from openbudget.checks.rule import Rule
from openbudget.checks.wording import common_unit, show, show_sum, unit_names

_ALONE = ("fiscal_year", "kind", "region_code")


def run(rule: Rule, data: Data, out: Recorder) -> None:
    """See the module."""
    beside = [
        Data(tables, facts)
        for tables, facts in data.others
        if all(facts.get(name) == data.facts.get(name) for name in _ALONE)
    ]
    if not beside:
        return out.not_applicable("alone")
    if rule.params["test"] == "codes":
        return _codes(data, beside, out)
    names = {_plain(other.facts.get("agency_name")): other for other in beside}
    units = [row for row in data.rows("organizations") if row.get("parent_id") is not None]
    given = [(unit, names[_plain(unit.get("name"))]) for unit in units if _plain(unit.get("name")) in names]
    if not given:
        return out.not_applicable("no_units")
    for item in rule.params["items"]:
        _units(item, data, given, len(units), out)
    return None


def _units(item: str, data: Data, given: Sequence[tuple[Row, Data]], units: int, out: Recorder) -> None:
    whole = _figure(data, item)
    parts = [(unit, other, _figure(other, item)) for unit, other in given]
    known = [(unit, other, row) for unit, other, row in parts if row is not None]
    if whole is None or not known:
        return out.not_applicable(f"missing_operand:{item}")
    stated = _number(data, whole)
    numbers = [_number(other, row) for _, other, row in known]
    total = NOTHING
    for number in numbers:
        total = total.plus(number)
    complete = len(known) == units
    holds = agree(stated, total, single=len(known) == 1) if complete else not exceeds(total, stated)
    if holds:
        return out.passed(rounded=complete and stated.value != total.value)
    unit = common_unit([whole.get("unit_reported"), *(row.get("unit_reported") for _, _, row in known)])
    return out.failed(
        ("budget_lines", whole, "amount"),
        terms=[other.term("budget_lines", row, "amount", "+", label_of(name)) for name, other, row in known]
        + [data.term("budget_lines", whole, "amount", "=" if complete else ">=")],
        expected=total.value,
        actual=stated.value,
        difference=stated.value - total.value,
        tolerance=stated.radius + total.radius,
        message=None if complete else "units_exceed",
        label=data.label(whole),
        sum=show_sum([("+", number.value, unit) for number in numbers], show(total.value, unit)),
        actual_shown=show(stated.value, unit),
        difference_shown=show(abs(stated.value - total.value), unit),
        known=str(len(known)),
        units=str(units),
        unit=unit_names(unit),
    )


def _figure(data: Data, item: str) -> Row | None:
    """The total of an item that a package states, whatever its statement: of all funds and kinds, of the body itself."""
    own = next(iter(data.rows("organizations")), {}).get("id")
    for code in (item, f"{item}.current"):
        for row in data.by("budget_lines", "item_code").get(code, ()):
            total = all(row.get(field) in (None, "total") for field in ("fund_source", "expenditure_type"))
            kept = total or (item != "expenditure" and row.get("expenditure_type") == item.rpartition(".")[2])
            if row.get("amount") is not None and kept and row.get("organization_id") in (own, None):
                return row
    return None


def _number(data: Data, row: Row) -> Number:
    number = data.figure("budget_lines", row, "amount")
    assert number is not None
    return number


def _codes(data: Data, beside: Sequence[Data], out: Recorder) -> None:
    code, name = data.facts.get("agency_code"), data.facts.get("agency_name")
    if not code:
        return out.not_applicable("no_agency_code")
    same = [str(other.facts.get("agency_name")) for other in beside if _shares(other.facts, code, name)]
    if not same:
        return out.passed()
    first = next(iter(data.rows("organizations")), None)
    return out.failed(
        ("organizations", first, "agency_code") if first is not None else None,
        key=[str(code), *sorted(same)],
        actual=str(code),
        code=str(code),
        name=str(name),
        other="、".join(sorted(same)),
    )


def _shares(facts: Mapping[str, Any], code: object, name: object) -> bool:
    return facts.get("agency_code") == code and _plain(facts.get("agency_name")) != _plain(name)


def _plain(name: object) -> str:
    return "".join(str(name or "").split())
