"""Two packages side by side: two years, two departments, or a budget and its final accounts.

Lines are matched by what they are (statement, flow, codes), not by where they stand. What finds no partner is
matched by its name where the code differs (recoded) and by a nearly equal name where there is no code (renamed);
what is still alone was added or dropped. Figures are never adjusted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from difflib import SequenceMatcher
from enum import StrEnum
from pathlib import Path
from typing import Any

from openbudget.batch.crosswalk import series_codes
from openbudget.errors import PackageError, UsageError
from openbudget.model.value import Value

Row = Mapping[str, Value]
# findings by which rows or values of a table were not read
NEAR = 0.75  # how alike two names must be to be one that was changed


class Match(StrEnum):
    """How two lines found each other."""

    SAME = "same"
    RENAMED = "renamed"
    RECODED = "recoded"
    ADDED = "added"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Change:
    """One item in both packages, in yuan; None where it is not in one or its amount is blank there.

    `part` is a statement's code, `projects` or `procurement`; `label` the name (the newer one), `former` the older
    where it differs; `fund` and `kind` are the codes of the column it stands in, where its statement has several;
    `before_row` and `after_row` are the rows' ids; `total` is the item's code where it is of the whole department and
    of all money (revenue, expenditure.basic …).
    """

    part: str
    label: str
    before: Decimal | None
    after: Decimal | None
    match: Match
    former: str | None = None
    before_row: str | None = None
    after_row: str | None = None
    fund: str = ""
    kind: str = ""
    total: str = ""

    @property
    def difference(self) -> Decimal | None:
        """After less before; None where one of them is blank."""
        return None if self.before is None or self.after is None else self.after - self.before

    @property
    def percent(self) -> Decimal | None:
        """The difference as per cent of before, to one decimal; None where that has no sense."""
        if self.difference is None or not self.before:
            return None
        return (100 * self.difference / abs(self.before)).quantize(Decimal("0.1"))


@dataclass(frozen=True)
class Side:
    """What is compared: whose, which year, which kind."""

    name: str
    agency: str
    year: int
    kind: str


@dataclass(frozen=True)
class Comparison:
    """Both sides, and every item of either, in the order of the second package."""

    before: Side
    after: Side
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class _Item:
    """A line to match: `key` is what it is; `kin` what stays where only the code changes; `name` as printed."""

    part: str
    key: tuple[str, ...]
    kin: tuple[str, ...]
    name: str
    coded: bool
    amount: Decimal | None
    row: str
    classed: bool = False  # by a code of a classification, whose name is part of it
    fund: str = ""
    kind: str = ""
    total: str = ""


def compare(before: Path, after: Path) -> Comparison:
    """Compare two packages of the standard. PackageError where one cannot be read or has errors;
    UsageError where one is not of it."""
    from openbudget import package
    from openbudget.package.losses import losses

    sides, items = [], []
    for path in (before, after):
        opened = package.open_package(path)
        if not opened.ours:
            raise UsageError("batch.compare_not_ours", path=str(path))
        if lost := {one.rule for one in losses(opened)}:
            raise PackageError("batch.compare_faulty", path=str(path), rules=", ".join(sorted(lost)))
        facts: Mapping[str, Any] = opened.facts
        side = Side(opened.name, str(facts["agency_name"]), int(facts["fiscal_year"]), str(facts["kind"]))
        sides.append(side)
        items.append([*_lines(opened.tables, side), *_projects(opened.tables), *_purchases(opened.tables)])
    return Comparison(sides[0], sides[1], tuple(_matched(items[0], items[1])))


def _text(row: Row, *names: str) -> tuple[str, ...]:
    return tuple(str(row.get(name) or "") for name in names)


def _plain(name: object) -> str:
    return "".join(str(name or "").split())


def _amount(row: Row, name: str = "amount") -> Decimal | None:
    value = row.get(name)
    return Decimal(str(value)) if isinstance(value, Decimal | int) else None


def _lines(tables: Mapping[str, Sequence[Row]], side: Side) -> Iterable[_Item]:
    """The lines of the package's own stage; of several with one key the first."""
    stage = "budget" if side.kind == "budget" else "final"
    bodies = _bodies(tables, side)
    seen: set[tuple[str, ...]] = set()
    for row in tables.get("budget_lines", ()):
        if row.get("stage") != stage or row.get("project"):
            continue
        statement, flow, code, function, economic, scheme, fund, kind = _text(
            row, "statement", "flow", "item_code", "function_code", "economic_code", "economic_scheme", "fund_source",
            "expenditure_type",
        )  # fmt: skip
        body = bodies.get(str(row.get("organization_id") or ""), "")
        named = _plain(row.get("function_name") or row.get("economic_name") or row.get("item"))
        kin = (statement, body, flow, scheme, fund, kind, str(len(function)), str(len(economic)))
        own = (function, economic) if function or economic else (code or named,)
        key = (*kin, code, *own)
        if key not in seen:
            seen.add(key)
            classed = bool(function or economic)
            coded, amount, name = classed or bool(code), _amount(row), str(row["id"])
            whole = not (classed or body) and {fund, kind} <= {"", "total"}
            total = code if whole else ""
            yield _Item(statement, key, kin, _label(row), coded, amount, name, classed, fund, kind, total)


def _bodies(tables: Mapping[str, Sequence[Row]], side: Side) -> dict[str, str]:
    """Organisation → its name; blank for the disclosing one, which may be called otherwise on the other side."""
    found = {}
    for number, row in enumerate(tables.get("organizations", ())):
        own = number == 0 or _plain(row.get("name")) == _plain(side.agency)
        found[str(row.get("id"))] = "" if own else _plain(row.get("name"))
    return found


def _label(row: Row) -> str:
    code = row.get("function_code") or row.get("economic_code")
    name = str(row.get("function_name") or row.get("economic_name") or row.get("item") or "")
    return f"{code} {name}" if code and not name.startswith(str(code)) else name


def _projects(tables: Mapping[str, Sequence[Row]]) -> Iterable[_Item]:
    """Projects by their names, from goals and from statements that name projects."""
    found: dict[str, _Item] = {}
    for table, name in (("performance_goals", "title"), ("budget_lines", "project")):
        for row in tables.get(table, ()):
            title = _plain(row.get(name))
            if not title or (table == "performance_goals" and row.get("scope") not in ("project", "special_fund")):
                continue
            if table == "budget_lines" and row.get("is_total"):
                continue
            known = found.get(title)
            if known is None or known.amount is None:
                made = _Item("projects", ("projects", title), ("projects",), title, False, _amount(row), str(row["id"]))
                found[title] = made
    return found.values()


def _purchases(tables: Mapping[str, Sequence[Row]]) -> Iterable[_Item]:
    """What is bought, by catalogue code (of 2022 where both editions have the goods), summed."""
    sums: dict[tuple[str, ...], tuple[str, Decimal | None, str, bool]] = {}
    for row in tables.get("procurement", ()):
        edition, code = _text(row, "catalogue_edition", "catalogue_code")
        series = series_codes().get(f"{edition}:{code}", f"{edition}:{code}" if code else _plain(row.get("item")))
        key: tuple[str, ...] = ("procurement", series)
        amount, name = _amount(row), str(row.get("item") or code)
        before = sums.get(key)
        if before is not None and before[1] is not None:
            amount = before[1] + (amount or 0)
        sums[key] = (before[0] if before else name, amount, before[2] if before else str(row["id"]), bool(code))
    for key, (name, amount, first, coded) in sums.items():
        yield _Item("procurement", key, ("procurement",), name, coded, amount, first)


def _matched(before: Sequence[_Item], after: Sequence[_Item]) -> Iterable[Change]:
    """Every item of both sides once: those of the second in its order, then what was dropped."""
    partners: dict[int, tuple[int, Match]] = {}
    left, right = list(range(len(before))), list(range(len(after)))
    _pair(before, after, left, right, partners, lambda item: item.key, Match.SAME)
    named = [at for at in left if before[at].coded]
    _pair(before, after, named, [at for at in right if after[at].coded], partners, _by_name, Match.RECODED)
    taken = {one for one, _ in partners.values()}
    _pair_near(
        before, after, [at for at in left if at not in taken], [at for at in right if at not in partners], partners
    )
    taken = {one for one, _ in partners.values()}
    for at, item in enumerate(after):
        if at not in partners:
            yield Change(
                item.part, item.name, None, item.amount, Match.ADDED, None, None, item.row, item.fund, item.kind
            )
            continue
        one, how = before[partners[at][0]], partners[at][1]
        differs = _plain(one.name) != _plain(item.name)
        how = Match.RENAMED if how is Match.SAME and differs and item.classed else how
        yield Change(
            item.part, item.name, one.amount, item.amount, how, one.name if differs else None, one.row, item.row,
            item.fund, item.kind, item.total,
        )  # fmt: skip
    for at, item in enumerate(before):
        if at not in taken:
            yield Change(
                item.part, item.name, item.amount, None, Match.DROPPED, None, item.row, None, item.fund, item.kind
            )


def _by_name(item: _Item) -> tuple[str, ...]:
    """The kin of a line and its name without the code before it."""
    return (*item.kin, _plain(item.name.lstrip("0123456789 ")))


def _pair(
    before: Sequence[_Item], after: Sequence[_Item], left: list[int], right: list[int],
    partners: dict[int, tuple[int, Match]], key: Callable[[_Item], tuple[str, ...]], how: Match,
) -> None:  # fmt: skip
    """Pair items whose key is equal and stands once on each side; the paired are taken out of `left` and `right`."""
    one = _once(before, left, key)
    other = _once(after, right, key)
    for each, at in other.items():
        if each in one:
            partners[at] = (one[each], how)
            left.remove(one[each])
            right.remove(at)


def _once(
    items: Sequence[_Item], wanted: Sequence[int], key: Callable[[_Item], tuple[str, ...]]
) -> dict[tuple[str, ...], int]:
    found: dict[tuple[str, ...], int] = {}
    twice = set()
    for at in wanted:
        each = key(items[at])
        if each in found:
            twice.add(each)
        found[each] = at
    return {each: at for each, at in found.items() if each not in twice}


def _pair_near(
    before: Sequence[_Item], after: Sequence[_Item], left: Sequence[int], right: Sequence[int],
    partners: dict[int, tuple[int, Match]],
) -> None:  # fmt: skip
    """Pair items without codes whose names are nearly equal, the likest first."""
    close = sorted(
        (-likeness, one, at)
        for one in left
        for at in right
        if before[one].kin == after[at].kin and not before[one].coded and not after[at].coded
        and (likeness := _likeness(before[one].name, after[at].name)) >= NEAR
    )  # fmt: skip
    taken: set[int] = set()
    for _, one, at in close:
        if one not in taken and at not in partners:
            taken.add(one)
            partners[at] = (one, Match.RENAMED)


def _likeness(one: str, other: str) -> float:
    """From 0 to 1, years and their like in the names left out."""
    first, second = ("".join(char for char in _plain(name) if not char.isdigit()) for name in (one, other))
    return SequenceMatcher(None, first, second, autojunk=False).ratio()
