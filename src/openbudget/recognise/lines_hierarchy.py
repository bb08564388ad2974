"""Which row of a statement is part of which: by codes, by numbering, by what the labels say, by totals."""

from __future__ import annotations

from collections.abc import Sequence

from openbudget.recognise.layout import Layouts, begins_with, ends_with
from openbudget.recognise.lines_row import LineRow
from openbudget.recognise.lines_words import steps_up

_BUDGETS = ("general_public_budget", "government_fund", "state_capital", "fiscal_appropriation")
_OUTSIDE = ("revenue.carryover", "revenue.surplus_use", "expenditure.carryover")


def order_rows(rows: Sequence[LineRow], layouts: Layouts) -> None:
    """Fills `parent` and `part` of the rows of one block (in the order of the grid)."""
    _inner(rows, layouts)
    for unit in dict.fromkeys(row.unit for row in rows):
        _under_totals(rows, [at for at, row in enumerate(rows) if row.unit == unit], layouts)
    _units(rows)


def _inner(rows: Sequence[LineRow], layouts: Layouts) -> None:
    """Parents by code and by numbering."""
    numbers: list[tuple[str, int]] = []  # open numbering styles, outermost first, with the row that stands there
    carried: int | None = None  # the row of what was carried over, while its parts may follow
    which: int | None = None  # the row that 其中 speaks of
    coded = any(row.code is not None for row in rows)
    for at, row in enumerate(rows):
        if row.is_total and not _is_heading(rows, at):
            numbers.clear()
            carried = which = None
            continue
        if row.unit_row:
            continue
        if row.code is not None:
            row.parent = _by_code(rows, at)
        elif (public := _public(rows, at)) is not None:
            row.parent = public
        elif row.of_which or (row.meaning is None and which is not None and rows[which].code is not None):
            row.parent, row.part = which, True  # 其中, or a name without code under a class: a part, or all of it
        elif row.style is not None:
            row.parent = _numbered(row, at, numbers, carried)
        else:
            row.parent, row.part = _unnumbered(rows, at, numbers, carried, layouts)
            row.alternate = row.meaning is None and coded  # above the first class: what of, is not known
            if row.parent is None:
                numbers.clear() if _item(row) in _OUTSIDE else None
        if not row.part:
            which = at
        if _item(row) in _OUTSIDE:
            carried = at
        elif row.parent is None:
            carried = None


def _public(rows: Sequence[LineRow], at: int) -> int | None:
    """The row of 三公 that one of its items is part of, by what they are (购置费 of 购置及运行费); the nearest above."""
    own = _item(rows[at]) or ""
    if own.count(".") < 2 or not own.startswith("three_public."):
        return None
    return next((other for other in range(at - 1, -1, -1) if _item(rows[other]) == own.rpartition(".")[0]), None)


def _numbered(row: LineRow, at: int, numbers: list[tuple[str, int]], carried: int | None) -> int | None:
    """The parent of a numbered row: the one its style stands under; where the numbers begin anew behind what was
    carried over, they count its parts."""
    opened = [style for style, _ in numbers]
    if carried is not None and (row.style in opened or not numbers) and (row.ordinal == 1 or not numbers):
        outer = next((style for style, other in numbers if other == carried), None)
        if outer is None or row.style != outer:
            return carried
    if row.style in opened:
        del numbers[opened.index(str(row.style)) :]
    parent = numbers[-1][1] if numbers else None
    numbers.append((str(row.style), at))
    return parent


def _item(row: LineRow) -> str | None:
    return row.meaning.item if row.meaning is not None else None


def _is_heading(rows: Sequence[LineRow], at: int) -> bool:
    """True for a total that is numbered and followed by its parts (`一、本年收入`, `（一）一般公共预算拨款`)."""
    row = rows[at]
    if row.style is None or at + 1 >= len(rows):
        return False
    return rows[at + 1].style not in (None, row.style) or rows[at + 1].code is not None or rows[at + 1].of_which


def _by_code(rows: Sequence[LineRow], at: int) -> int | None:
    """The row with the longest code that this row's code begins with: the nearest before it, else behind it. Projects
    of units are under their class where it is printed once for all units."""
    row = rows[at]
    assert row.code is not None
    best: tuple[int, bool, bool, int] | None = None
    for other, candidate in enumerate(rows):
        if other == at or candidate.code is None or candidate.scheme != row.scheme:
            continue
        shared = candidate.unit is None and row.project is not None and candidate.code == row.code
        if candidate.unit != row.unit and not shared:
            continue
        shorter = len(candidate.code) < len(row.code) and candidate.project is None and candidate.economic is None
        if candidate.code == row.code:
            shorter = _detail(candidate) < _detail(row) and (candidate.economic is None or row.economic is not None)
        if shorter and row.code.startswith(candidate.code):
            rank = (len(candidate.code), candidate.unit == row.unit, other < at, -abs(other - at))
            best = max(best, rank) if best is not None else rank
            if best == rank:
                chosen = other
    return chosen if best is not None else None


def _detail(row: LineRow) -> int:
    """How much more than a code says what a row is of: a project, an economic class."""
    return (row.project is not None) + (row.economic is not None)


def _unnumbered(
    rows: Sequence[LineRow], at: int, numbers: Sequence[tuple[str, int]], carried: int | None, layouts: Layouts
) -> tuple[int | None, bool]:
    """The parent of a label without number and code, and whether it is only a part of it."""
    row = rows[at]
    own = row.meaning
    public = own is not None and (own.item or "").startswith("three_public.")
    if (
        at
        and not public
        and rows[at - 1].part
        and (own is None or own.fund is None or _inside(rows, at, rows[at - 1].parent))
    ):
        return rows[at - 1].parent, True  # 其中 goes on
    if own is not None and own.item in _OUTSIDE:
        return None, False
    fund = own.fund if own is not None else None
    if carried is not None and fund is not None and (_again(rows, at, layouts) or (carried > 0 and fund in _BUDGETS)):
        return carried, False
    if numbers and numbers[-1][1] == at - 1 and rows[at - 1].meaning is None:
        return at - 1, True  # right below a number whose text is not understood
    if own is not None and (own.fund is not None or own.type is not None):
        for before in range(at - 1, -1, -1):
            if rows[before].is_total and not _is_heading(rows, before):
                break
            if _inside(rows, at, before):
                return before, bool(numbers)
        return None, False
    if numbers and own is None:
        return numbers[-1][1], True  # an unnumbered text between numbered ones belongs to the one above it
    return None, False


def _again(rows: Sequence[LineRow], at: int, layouts: Layouts) -> bool:
    """True where a source stands in the block a second time (一般公共预算拨款 of this year, then of what was carried
    over), or calls itself carried over."""
    own = rows[at]
    if ends_with(layouts["statements"]["carried"], own.folded):
        return True
    fund = own.meaning.fund if own.meaning is not None else None
    return any(row.meaning is not None and row.meaning.fund == fund for row in rows[:at])


def _inside(rows: Sequence[LineRow], inner: int, outer: int | None) -> bool:
    """True where the fund (or type) of one row is a part of that of the other, or the same in a numbered row."""
    one = rows[inner].meaning
    other = rows[outer].meaning if outer is not None else None
    if outer is None or one is None or other is None:
        return False
    for name, low, high in (("fund_source", one.fund, other.fund), ("expenditure_type", one.type, other.type)):
        if low is not None and high is not None:
            steps = steps_up(name, low, high)
            if steps or (steps == 0 and rows[outer].style is not None):
                return True
    return False


def _is_bare(folded: str, layouts: Layouts) -> bool:
    """True for a total that does not say of which year it is."""
    words = layouts["statements"]
    return begins_with(words["totals"]["any"], folded) and not begins_with(words["current"], folded)


def _under_totals(rows: Sequence[LineRow], own: Sequence[int], layouts: Layouts) -> None:
    """Puts the top rows of one unit under its totals: the year's, the grand one, those of personnel and public
    funds."""
    own = _without_classes(rows, own)
    totals = [at for at in own if rows[at].is_total and rows[at].parent is None]
    loose = [at for at in own if rows[at].parent is None and at not in totals]
    grand = [at for at in totals if _item(rows[at]) in ("revenue", "expenditure", "balance", "three_public")]
    current = [at for at in totals if at not in grand and (_item(rows[at]) or "").endswith(".current")]
    typed = [at for at in totals if at not in grand and at not in current]
    if not grand and current and _is_bare(rows[current[-1]].folded, layouts) and _covers(rows, own, current):
        grand = [current.pop()]  # a bare 合计 of rows that hold what was carried over too
    public = bool(grand) and _item(rows[grand[0]]) == "three_public"
    for at in loose:
        if public and not (_item(rows[at]) or "").startswith("three_public."):
            continue  # 会议费, 行政经费: beside 三公, not part of it
        rows[at].parent = _typed(rows, at, typed)
        if rows[at].parent is None:
            if _item(rows[at]) not in _OUTSIDE:
                rows[at].parent = _nearest(own, at, current)
            if rows[at].parent is None:
                rows[at].parent = _nearest(own, at, grand)
            if rows[at].parent is None and grand:
                rows[at].parent = grand[-1] if grand[-1] > at else grand[0]
    for at in current + typed + grand:
        if len(totals) > 1 and not any(row.parent == at for row in rows):
            rows[at].alternate = any(_item(rows[other]) == _item(rows[at]) for other in totals if other != at)
    for at in current + typed:
        above = grand or (current if at in typed else [])
        rows[at].parent = (above[-1] if above[-1] > at else above[0]) if above else None


def _without_classes(rows: Sequence[LineRow], own: Sequence[int]) -> list[int]:
    """The rows of one unit without the same expenditure once more by economic class (`经济分类支出合计`, then its classes,
    down to the next total): those are parts of that total alone, if it has a figure."""
    rest: list[int] = []
    again: int | None = None
    for at in own:
        if rows[at].is_total and rows[at].parent is None:
            again = at if _item(rows[at]) is None and _type(rows[at]) is None else None
        if again is None:
            rest.append(at)
        elif at == again:
            rows[at].alternate = True
        elif rows[at].parent is None:
            rows[at].parent = again
    return rest


def _covers(rows: Sequence[LineRow], own: Sequence[int], current: Sequence[int]) -> bool:
    """True where the last total takes in rows that do not belong to the year's revenue or expenditure."""
    last = current[-1]
    inside = own if last == own[0] else [at for at in own if at < last]
    return any(_item(rows[at]) in _OUTSIDE and rows[at].parent is None for at in inside)


def _nearest(own: Sequence[int], at: int, totals: Sequence[int]) -> int | None:
    """The total that a row belongs to: the next below it, or the last above it where totals stand on top."""
    if not totals:
        return None
    if totals[0] == own[0]:
        return max((total for total in totals if total < at), default=None)
    return min((total for total in totals if total > at), default=None)


def _typed(rows: Sequence[LineRow], at: int, typed: Sequence[int]) -> int | None:
    """The total of personnel or of public funds that an economic class belongs to (301, 303: personnel)."""
    meaning = rows[at].meaning
    code = rows[at].code or (meaning.economic[0] if meaning is not None and meaning.economic else None)
    if code is None or code[0] not in "35":
        return None
    wanted = "personnel" if code[:3] in ("301", "303", "501", "509") else "public"
    return next((total for total in typed if _type(rows[total]) == wanted), None)


def _type(row: LineRow) -> str | None:
    return row.meaning.type if row.meaning is not None else None


def _units(rows: Sequence[LineRow]) -> None:
    """The rows of a unit stand under the row of that unit; this one under that of the unit whose code its own begins
    with, else under the total of all."""
    top = next((at for at, row in enumerate(rows) if row.unit is None and row.is_total and row.parent is None), None)
    for unit in dict.fromkeys(row.unit for row in rows if row.unit is not None):
        own = [at for at, row in enumerate(rows) if row.unit == unit]
        named = next((at for at in own if rows[at].unit_row and rows[at].parent is None), None)
        for at in own:
            if rows[at].parent is None:
                above = _unit_above(rows, at)
                rows[at].parent = named if named is not None and at != named else top if above is None else above


def _unit_above(rows: Sequence[LineRow], at: int) -> int | None:
    code = _unit_code(rows[at])
    if not rows[at].unit_row or code is None:
        return None
    longest: tuple[int, int] | None = None
    for other, row in enumerate(rows):
        above = _unit_code(row)
        if row.unit_row and above is not None and len(above) < len(code) and code.startswith(above):
            longest = max(longest or (0, 0), (len(above), other))
    return longest[1] if longest is not None else None


def _unit_code(row: LineRow) -> str | None:
    return str(row.unit_code.value) if row.unit_code is not None else None
