"""The figures of the prose as rows: budget_lines and comparisons."""

from __future__ import annotations

from decimal import Decimal

from openbudget.model.amount import Amount, plain
from openbudget.model.disclosure import Facts
from openbudget.recognise.rows import Fields, Read, Rows, amount_fields
from openbudget.recognise.sentences import Change, Line, Said

STATEMENTS = {"agency_operation": "agency_operation", "procurement": "procurement_total", "assets": "state_assets"}
FLOWS = {"balance": "balance", "revenue": "revenue", "assets": "stock"}
TYPES = {
    "expenditure.basic": "basic",
    "expenditure.basic.personnel": "personnel",
    "expenditure.basic.public": "public",
    "expenditure.project": "project",
    "expenditure.operating": "operating",
    "expenditure.remitted_up": "remitted_up",
    "expenditure.subsidy_down": "subsidy_down",
}


def statement_of(item_code: str) -> str:
    """The statement that a figure printed only in sentences goes to."""
    return STATEMENTS.get(item_code.partition(".")[0], "narrative")


def flow_of(item_code: str) -> str:
    """The flow of an item."""
    if item_code == "assets.planned_purchase":
        return "expenditure"
    return FLOWS.get(item_code.partition(".")[0], "expenditure")


def add_narrative(said: Said, facts: Facts, organization: str, rows: Rows) -> None:
    """Adds the rows of what the sentences say. A figure said twice with the same amount is one row."""
    kept: dict[tuple[str, str | None], list[Line]] = {}
    order: list[Line] = []
    for line in said.lines:
        same = kept.setdefault((line.item_code, line.fund_source), [])
        if any(Amount(line.figure, line.unit).yuan == Amount(other.figure, other.unit).yuan for other in same):
            continue
        same.append(line)
        order.append(line)
    ids = {key: _line_id(key) for key in kept}
    for line in order:
        rows.add("budget_lines", _line_id((line.item_code, line.fund_source)), _line_fields(line, facts, organization, kept, ids))
    seen: set[tuple[object, ...]] = set()
    for change in said.changes:
        fields = _change_fields(change, ids, facts)
        if fields is None:
            continue
        key = (change.item_code, change.fund_source, change.base_year, change.direction, change.figure and change.figure.value, change.percent)
        if key not in seen:
            seen.add(key)
            rows.add("comparisons", f"{_line_id((change.item_code, change.fund_source))}/{change.base_year or facts.fiscal_year - 1}", fields)


def _line_id(key: tuple[str, str | None]) -> str:
    code, fund = key
    return f"{statement_of(code)}/{code}" + (f"@{fund}" if fund else "")


def _line_fields(
    line: Line, facts: Facts, organization: str, kept: dict[tuple[str, str | None], list[Line]], ids: dict[tuple[str, str | None], str]
) -> Fields:
    key = (line.item_code, line.fund_source)
    children = [other for other in kept if _parent(other, kept) == key]
    parts = sum((Amount(kept[child][0].figure, kept[child][0].unit).yuan for child in children), Decimal(0))
    whole = Amount(line.figure, line.unit).yuan
    parent = _parent(key, kept)
    fund = line.fund_source or _fund(line.item_code)
    fields: Fields = {
        "organization_id": Read(organization),
        "fiscal_year": Read(facts.fiscal_year),
        "stage": Read("budget" if facts.kind == "budget" else "final"),
        "statement": Read(statement_of(line.item_code)),
        "flow": Read(flow_of(line.item_code)),
        "item": Read(line.label.printed, line.label),
        "item_code": Read(line.item_code, line.label),
        "parent_id": Read(ids[parent] if parent else None),
        "is_total": Read(len(children) > 1 or (len(children) == 1 and parts == whole)),
        "fund_source": Read(fund),
        "expenditure_type": Read(TYPES.get(line.item_code)),
    }
    return fields | amount_fields(line.figure, line.unit, line.origin, line.unit_origin)


def _fund(item_code: str) -> str | None:
    """`revenue.government_fund` → `government_fund`."""
    root, _, rest = item_code.partition(".")
    return rest if root == "revenue" and rest and rest != "current" else None


def _parent(key: tuple[str, str | None], kept: dict[tuple[str, str | None], list[Line]]) -> tuple[str, str | None] | None:
    """The nearest item above (by dotted code, in the same fund) that was said too."""
    code, fund = key
    while "." in code:
        code = code.rpartition(".")[0]
        if (code, fund) in kept:
            return code, fund
    return None


def _change_fields(change: Change, ids: dict[tuple[str, str | None], str], facts: Facts) -> Fields | None:
    """The fields of a comparison; None where neither amount nor rate nor `unchanged` was said."""
    if change.figure is None and change.percent is None and change.direction != "unchanged":
        return None
    sign = -1 if change.direction == "decrease" else 1
    if change.figure is not None and change.figure.value < 0:
        return None  # `减少 -5 万元`: which way is not certain
    amount = None
    if change.figure is not None and change.unit is not None:
        amount = plain(sign * Amount(change.figure, change.unit).yuan)
    return {
        "line_id": Read(ids.get((change.item_code, change.fund_source))),
        "item_code": Read(change.item_code),
        "base_year": Read(change.base_year or facts.fiscal_year - 1, change.base_origin),
        "base_stage": Read(change.base_stage, change.base_origin if change.base_stage else None),
        "direction": Read(change.direction, change.direction_origin),
        "change_amount": Read(amount, change.origin),
        "change_reported": Read(Decimal(change.figure.text) if change.figure else None, change.origin),
        "unit_reported": Read(change.unit, change.origin),
        "change_percent": Read(sign * change.percent if change.percent is not None else None, change.percent_origin),
        "reason": Read(change.reason.printed if change.reason else None, change.reason),
    }
