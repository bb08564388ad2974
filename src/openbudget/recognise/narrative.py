"""The figures of the prose as rows: budget_lines and comparisons."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal

from openbudget.model.amount import Amount, plain
from openbudget.model.facts import Facts
from openbudget.recognise.functions import code_of, table_names
from openbudget.recognise.rows import Fields, Read, Rows, amount_fields
from openbudget.recognise.said import Change, Line, Said
from openbudget.recognise.shares import whole_of

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
_APPROPRIATION = "revenue.fiscal_appropriation"
_APPROPRIATED = ("revenue.general_public_budget", "revenue.government_fund", "revenue.state_capital")
_BESIDE_THE_YEAR = ("current", "carryover", "surplus_use")  # beside the total of the year, not under it


def statement_of(item_code: str) -> str:
    """The statement that a figure printed only in sentences goes to."""
    return STATEMENTS.get(item_code.partition(".")[0], "narrative")


def flow_of(item_code: str) -> str:
    """The flow of an item."""
    if item_code == "assets.planned_purchase":
        return "expenditure"
    return FLOWS.get(item_code.partition(".")[0], "expenditure")


Key = tuple[str, str | None, str, tuple[str, ...]]  # item (of a class also `/basic`), fund, stage, names of the class


def add_narrative(said: Said, facts: Facts, organization: str, rows: Rows) -> None:
    """Adds the rows of what the sentences say. A figure said again is one row; said again with another amount, it is a
    diagnostic: which of the two is meant cannot be known."""
    default = "budget" if facts.kind == "budget" else "final"
    kept: dict[Key, Line] = {}
    for line in said.lines:
        stage = line.stage or default
        if default == "budget" and stage != "budget":
            continue  # a figure of the year before's accounts
        key = (line.item_code, line.fund_source, stage, line.names)
        if key not in kept:
            kept[key] = line
        elif Amount(kept[key].figure, kept[key].unit).yuan == Amount(line.figure, line.unit).yuan:
            if kept[key].share is None and line.share is not None:
                kept[key] = kept[key]._replace(share=line.share)
        else:
            first, second = kept[key], line
            rows.say(
                "recognise.said_differently",
                second.origin.place,
                second.origin.file,
                label=second.label.printed,
                printed=second.origin.printed,
                first=first.origin.printed,
            )
    printed = {
        tuple(row.get(name) for name in ("statement", "item_code", "stage"))
        for row in rows.tables.get("budget_lines", ())
    }
    own = table_names(row.values for row in rows.tables.get("budget_lines", ()))
    kin = _Kin(kept)
    for key, line in kept.items():
        fields = _line_fields(line, key, facts, organization, kin, default)
        if line.named is not None:
            code = code_of(line.named, own, facts.fiscal_year)
            fields["function_code"] = Read(code, (line.code or line.label) if code else None)
        if (statement_of(line.item_code), line.item_code, key[2]) in printed:
            fields["is_total"] = Read(True)  # a table says it too (机关运行经费): it must not be added twice
        if line.share is not None:
            whole = whole_of(key, line, kept, kin.parents)
            fields["share_percent"] = Read(line.share.percent, line.share.origin)
            fields["share_of_id"] = Read(_line_id(whole, default) if whole is not None else None)
        rows.add("budget_lines", _line_id(key, default), fields)
    _add_changes(said, facts, kept, default, rows)


def _add_changes(said: Said, facts: Facts, kept: dict[Key, Line], default: str, rows: Rows) -> None:
    seen: set[tuple[object, ...]] = set()
    for change in _each(said.changes):
        own: Key = (change.item_code, change.fund_source, default, change.names)
        fields = _change_fields(change, _line_id(own, default) if own in kept else None, facts)
        mark = (own, change.base_year, change.direction, change.figure and change.figure.value, change.percent)
        if fields is not None and mark not in seen:
            seen.add(mark)
            rows.add("comparisons", f"{_line_id(own, default)}/{change.base_year or facts.fiscal_year - 1}", fields)


def _each(changes: Iterable[Change]) -> Iterator[Change]:
    """The changes, one for each item that changed."""
    for change in changes:
        yield change
        for code, fund in change.also:
            yield replace(change, item_code=code, fund_source=fund, also=())


def _line_id(key: Key, default: str) -> str:
    code, fund, stage, names = key
    code, _, kind = code.partition("/")
    tail = f"/{kind}" if kind else ""
    tail += f"@{fund}" if fund else ""
    return (
        f"{statement_of(code)}/{code}"
        + "".join(f"/{name}" for name in names)
        + tail
        + (f"#{stage}" if stage != default else "")
    )


class _Kin:
    """What is part of what among the figures of the sentences."""

    def __init__(self, kept: dict[Key, Line]) -> None:
        self.kept = kept
        self.parents = {key: _parent(key, kept) for key in kept}
        self.children: dict[Key, list[Key]] = {}
        for key, parent in self.parents.items():
            if parent is not None:
                self.children.setdefault(parent, []).append(key)

    def yuan(self, key: Key) -> Decimal:
        """The amount of a figure."""
        return Amount(self.kept[key].figure, self.kept[key].unit).yuan

    def is_whole(self, key: Key) -> bool:
        """True where others are all of its parts: several, or one of the same amount."""
        parts = self.children.get(key, [])
        return len(parts) > 1 or (len(parts) == 1 and self.yuan(parts[0]) == self.yuan(key))

    def is_of_which(self, key: Key) -> bool:
        """True for the only part said of a whole that is not all of it."""
        parent = self.parents[key]
        return parent is not None and not self.is_whole(parent)


def _line_fields(line: Line, key: Key, facts: Facts, organization: str, kin: _Kin, default: str) -> Fields:
    parent = kin.parents[key]
    fields: Fields = {
        "organization_id": Read(organization),
        "fiscal_year": Read(facts.fiscal_year),
        "stage": Read(key[2]),
        "statement": Read(statement_of(line.item_code)),
        "flow": Read(flow_of(line.item_code)),
        "item": Read(line.label.printed, line.label),
        "item_code": Read(line.item_code.partition("/")[0], line.label),
        "parent_id": Read(_line_id(parent, default) if parent else None),
        "is_total": Read(kin.is_whole(key) or kin.is_of_which(key)),
        "of_which": Read(kin.is_of_which(key)),
        "fund_source": Read(line.fund_source or _fund(line.item_code)),
        "expenditure_type": Read(line.item_code.partition("/")[2] or TYPES.get(line.item_code)),
        "function_name": Read(line.names[-1] if line.names else None, line.label if line.names else None),
    }
    return fields | amount_fields(line.figure, line.unit, line.origin, line.unit_origin)


def _fund(item_code: str) -> str | None:
    """`revenue.government_fund` → `government_fund`."""
    root, _, rest = item_code.partition(".")
    return rest if root == "revenue" and rest and rest != "current" else None


def _parent(key: Key, kept: dict[Key, Line]) -> Key | None:
    """The nearest item above (by dotted code, in the same fund and stage) that was said too.

    What is neither carried over nor made up from surpluses is of the year: it is under the total of the year, where
    that was said, and not once more beside it.
    """
    code, fund, stage, names = key
    if names:
        return None  # a functional class in a sentence stands for itself
    if code in _APPROPRIATED:  # 财政拨款 is the sum of the three, where the general public budget is not all of it
        whole = next((other for other in kept if other[0] == _APPROPRIATION and other[2] == stage), None)
        if whole is not None and any(other[0] == _APPROPRIATED[0] and other[2] == stage for other in kept):
            return whole
    while "." in code:
        above, _, last = code.rpartition(".")
        of_the_year = (f"{above}.current", fund, stage, ())
        if last not in _BESIDE_THE_YEAR and of_the_year in kept:
            return of_the_year
        code = above
        if (code, fund, stage, ()) in kept:
            return code, fund, stage, ()
    return None


def _change_fields(change: Change, line_id: str | None, facts: Facts) -> Fields | None:
    """The fields of a comparison; None where neither amount nor rate nor `unchanged` was said."""
    if change.figure is None and change.percent is None and change.direction != "unchanged":
        return None
    sign = -1 if change.direction == "decrease" else 1
    rate = -sign if change.against else sign
    amount = None
    if change.figure is None and change.direction == "unchanged" and not change.roughly:
        amount = Decimal(0)
    elif change.figure is not None and change.unit is not None and change.figure.value >= 0:
        amount = plain(sign * Amount(change.figure, change.unit).yuan)  # `减少 -5 万元`: which way is not certain
    earlier = change.earlier
    if earlier is not None and change.unit not in (None, earlier.unit):
        earlier = None  # one row has one unit
    base = None if earlier is None else Amount(earlier.figure, earlier.unit).yuan
    unit_origin = change.origin or (earlier.origin if earlier else None)
    return {
        "line_id": Read(line_id),
        "item_code": Read(change.item_code.partition("/")[0]),
        "base_year": Read(change.base_year or facts.fiscal_year - 1, change.base_origin),
        "base_stage": Read(change.base_stage, change.base_origin if change.base_stage else None),
        "base_amount": Read(base, earlier.origin if earlier else None),
        "direction": Read(change.direction, change.direction_origin),
        "change_amount": Read(amount, change.origin),
        "change_reported": Read(Decimal(change.figure.text) if change.figure else None, change.origin),
        "unit_reported": Read(change.unit or (earlier.unit if earlier else None), unit_origin),
        "change_percent": Read(rate * change.percent if change.percent is not None else None, change.percent_origin),
        "reason": Read(change.reason.printed if change.reason else None, change.reason),
    }
