"""The columns of money of a block: what the statement adds to their headings, and which column is the total of
which."""

from __future__ import annotations

from collections.abc import Sequence

from openbudget.recognise.lines_header import Column
from openbudget.recognise.lines_words import steps_up

_ONE_BUDGET = {
    "general_public": "general_public_budget",
    "general_public_basic": "general_public_budget",
    "government_fund": "government_fund",
    "state_capital": "state_capital",
}
_ONE_FUND = {"special_account": "special_account", "unit_funds": "unit_funds"}  # statements of one fund
_BESIDE = ("carryover", "surplus_use")  # sources that stand beside the revenue of the year


def resolved(
    columns: Sequence[Column], statement: str, flow: str, kind: str, fund: str | None = None, type_: str | None = None
) -> list[Column]:
    """The columns with what the statement implies: flow, stage, item of what was carried over, and, where some
    columns of a block name their fund (or type), `total` for those that do not. `fund`, `type_`: those of a caption."""
    fund = fund or _ONE_FUND.get(statement)
    stage = "budget" if kind == "budget" else "final"
    public = {column.item for column in columns if column.item} - {"agency_operation"}
    told = "three_public" in public  # a column says that it is the total of 三公; a bare 合计 is that of more
    public = {item for item in public if item.startswith("three_public.")}
    both = any(column.flow for column in columns)  # 年初结转 beside 本年收入 and 本年支出 is none of what was spent
    filled = []
    for column in _sources(columns, statement):
        carried = column.fund in _BESIDE or (column.item or "").startswith("carryover:")
        inside = _beside_carryover(column, columns)
        revenue = carried and statement != "expenditure" and both and not inside
        own_flow = column.flow or ("revenue" if revenue else flow)
        item = column.item
        if carried:
            item = f"{own_flow}.{item}" if item is not None and ":" in item else f"{own_flow}.{column.fund}"
        elif column.total and item is None and statement == "three_public" and public and not told:
            item = "three_public"
        own_stage = stage if column.stage in (None, "own") else column.stage
        own_fund = column.fund
        if fund is not None and own_fund in (None, "fiscal_appropriation") and not carried:
            own_fund = fund
        if statement in _ONE_BUDGET and own_fund == "fiscal_appropriation":
            own_fund = _ONE_BUDGET[statement]  # 财政拨款 in a statement of one budget is that budget's
        own_type = (type_ if type_ and column.type == "basic" else column.type) or (
            (type_ or ("project" if statement == "projects" else None)) if _of_year(column) else None
        )
        filled.append(
            column._replace(
                flow=own_flow,
                stage=own_stage,
                item=item,
                fund=own_fund,
                type=own_type,
                of_which=(column.of_which and not (item or "").startswith("three_public."))  # the parts are known
                or inside
                or (carried and own_flow == "expenditure" and _beside_unknown(column, columns)),
            )
        )
    return [_filled(column, filled, statement) for column in filled]


def _beside_unknown(column: Column, columns: Sequence[Column]) -> bool:
    """True where a part stands in a group of headings beside one that is not understood (项目支出: 小计, 当年安排,
    上年结转): the parts that are read do not make up the total."""
    peers = [other for other in columns if column.groups and other.groups == column.groups]
    return any(other.total for other in peers) and any(not other.known for other in peers)


def _beside_carryover(column: Column, columns: Sequence[Column]) -> bool:
    """True for the parts of one kind of expenditure where one of them is what was carried over (项目支出: 小计, 本年支出,
    上年结转): they differ from their total in different things."""
    peers = [other for other in columns if column.groups and other.groups == column.groups]
    total = next((other for other in peers if other.total), None)
    carried = any(other.fund in _BESIDE for other in peers)
    return (
        carried and total is not None and total is not column and total.type is not None and total.type == column.type
    )


def _sources(columns: Sequence[Column], statement: str) -> list[Column]:
    """The columns; where those of a statement of expenditure stand under 本年收入 and none under 本年支出, they are the
    sources that the expenditure is paid from."""
    spends = statement in ("expenditure", *_ONE_BUDGET) and not any(column.flow == "expenditure" for column in columns)
    if not spends or (statement != "expenditure" and not any(column.type for column in columns)):
        return list(columns)
    return [
        column._replace(flow=None, item=None if column.item == "revenue.current" else column.item)
        if column.flow == "revenue"
        else column
        for column in columns
    ]


def _filled(column: Column, columns: Sequence[Column], statement: str) -> Column:
    if not _of_year(column):
        return column
    carried = ".carryover" in (column.item or "")
    peers = [other for other in columns if other.flow == column.flow and _of_year(other)]
    if not carried and column.fund is None and any(peer.fund not in (None, *_BESIDE) for peer in peers):
        depth = len(column.groups)
        more = column.total and any(
            peer.fund == "carryover" and peer.groups[:depth] == column.groups and peer.flow == "expenditure"
            for peer in peers
        )
        column = column._replace(fund="fiscal_appropriation" if statement == "appropriation" and not more else "total")
    if column.type is None and any(peer.type for peer in peers):
        column = column._replace(type="total")
    return column


def _of_year(column: Column) -> bool:
    return column.known and column.other is None


def wholes(columns: Sequence[Column]) -> list[int | None]:
    """For each column the index of the one that is its total: that of its group of headings, else by what they say."""
    found = [_whole(columns, at) for at in range(len(columns))]
    for at in range(len(columns)):
        seen = {at}
        up = found[at]
        while up is not None and up not in seen:
            seen.add(up)
            up = found[up]
        if up == at:
            found[at] = None  # headings that each say they take in the other: none is the total
    return found


def _whole(columns: Sequence[Column], at: int) -> int | None:
    own = columns[at]
    if not _of_year(own):
        return None
    fitting = [
        other
        for other, column in enumerate(columns)
        if other != at
        and _of_year(column)
        and (column.stage, column.flow) == (own.stage, own.flow)
        and (other < at or not column.of_which)  # 其中 is a part of what stands before it
    ]
    if own.of_which:
        before = [other for other in fitting if other < at and columns[other].groups == own.groups]
        above = [other for other in before if columns[other].of_which and _steps(own, columns[other])]
        before = above or [other for other in before if not columns[other].of_which]
        if before:
            return before[-1]
    for depth in range(len(own.groups), -1, -1):
        group = own.groups[:depth]
        inside = [other for other in fitting if columns[other].groups[:depth] == group]
        found = _in_group(columns, at, group, inside)
        if found is not None:
            return found
    return None


def _in_group(columns: Sequence[Column], at: int, group: tuple[object, ...], inside: Sequence[int]) -> int | None:
    """The total of a column among the columns of one group of headings."""
    own = columns[at]
    best: tuple[int, int] | None = None
    chosen: int | None = None
    for other in inside:
        column = columns[other]
        direct = column.groups == group
        if direct and column.total and not (own.groups == group and own.total and other > at):
            steps = 0 if _says_more(own, column) else None
        else:
            steps = _steps(own, column)
        if steps is None:
            continue
        rank = (_steps(own, column) or (50 if steps == 0 else steps), abs(other - at))
        if best is None or rank < best:
            best, chosen = rank, other
    return chosen


def _says_more(inner: Column, outer: Column) -> bool:
    """True where a total may take in a column: it names no fund, type or item that the column does not have."""
    same_fund = outer.fund in (None, "total", inner.fund) or steps_up("fund_source", inner.fund, outer.fund) is not None
    same_type = (
        outer.type in (None, "total", inner.type) or steps_up("expenditure_type", inner.type, outer.type) is not None
    )
    item = _item_steps(inner.item, outer.item)
    if item is None and outer.item is not None:
        return False
    same_fund = same_fund or (outer.fund in _BESIDE and item is not None)
    return same_fund and same_type and _economic_steps(inner, outer) is not None and inner != outer


def _steps(inner: Column, outer: Column) -> int | None:
    """How many steps `outer` stands above `inner` by what their headings say; None where it does not."""
    steps = [
        steps_up("fund_source", inner.fund, outer.fund),
        steps_up("expenditure_type", inner.type, outer.type),
        _item_steps(inner.item, outer.item),
        _economic_steps(inner, outer),
    ]
    if any(step is None for step in steps):
        return None
    return sum(step for step in steps if step is not None) or None


def _economic_steps(inner: Column, outer: Column) -> int | None:
    """Steps between economic classes: a 款 is part of its 类, both are of what names none."""
    if inner.economic == outer.economic:
        return 0
    if outer.economic is None:
        return 1 + (inner.economic is not None and len(inner.economic[0]) > 3)
    if inner.economic is None or not inner.economic[0].startswith(outer.economic[0]):
        return None
    return 1


def _item_steps(inner: str | None, outer: str | None) -> int | None:
    """Steps between items; the year's revenue (expenditure) takes in what names no item, and not what was carried
    over."""
    if inner == outer:
        return 0
    if outer is None:
        return 1 + (inner or "").count(".")
    if outer.endswith(".current"):
        return 0 if inner is None else None
    if inner is None or not inner.startswith((outer + ".", outer + ":")):
        return None
    return inner.count(".") + inner.count(":") - outer.count(".")


def repeated(columns: Sequence[Column], above: Sequence[int | None]) -> set[int]:
    """Columns that break a total down a second time (合计 | 基本支出 项目支出 | 一般公共预算 政府性基金), or are only
    one of its parts (其中)."""
    axes: dict[int, str] = {}
    aside: set[int] = set()
    for at, whole in enumerate(above):
        if whole is None:
            continue
        axis = axis_of(columns[at], columns[whole])
        if axes.setdefault(whole, axis) != axis or columns[at].of_which:
            aside.add(at)
    for at in range(len(columns)):
        up = above[at]
        while up is not None:
            if up in aside:
                aside.add(at)
            up = above[up]
    return aside


def axis_of(part: Column, whole: Column) -> str:
    """In what a column differs from its total: the source of the money, the type of expenditure, the economic class."""
    if part.fund != whole.fund or part.item != whole.item:
        return "source"
    return "type" if part.type != whole.type else "economic"
