"""A package beside an earlier one of its body: which of their figures can be held against each other, and how they
changed.

Two figures are compared where they tell the same: the same item, of the same money, at the stage that each package is
about, of one function by code and by name. Where that is not sure both are shown and nothing is computed. A figure
stands for all that is printed alike (see `model.amount`): a change that rounding explains is none, and a percentage has
the digits that the two figures allow.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from openbudget import standard
from openbudget.package.name import normalised
from openbudget.package.totals import scope
from openbudget.site.figures import BY_TYPE, STATEMENTS, Figures, half_place

Row = Mapping[str, Any]
Key = tuple[str, str | None, str]  # group, fund, code

_TOTAL = (None, "total")
_WHOLES = ("revenue", "revenue.current", "expenditure", "expenditure.current")
_TYPED = {kind: code for code, kind in BY_TYPE.items()}
_TABLES = frozenset(STATEMENTS[:5]) | {"government_fund", "state_capital", "narrative"}
_FUNDS = (None, "fiscal_appropriation", "general_public_budget", "government_fund", "state_capital")
_LEVELS = (3, 5, 7)  # digits of 类, 款, 项
_THREE = (
    "three_public", "three_public.abroad", "three_public.vehicles", "three_public.vehicles.purchase",
    "three_public.vehicles.operation", "three_public.reception",
)  # fmt: skip
_MOST = 10**8  # times: beyond that a figure is no sum of money, and a percentage says nothing
_RANKS = {statement: rank for rank, statement in enumerate(STATEMENTS)}


@dataclass(frozen=True, slots=True)
class Told:
    """A package as it is held against others: what it is, its own department's lines, those of them that can be compared
    by what they tell and by statement, and the links to its rows below its page."""

    name: str
    year: int
    kind: str
    lines: Sequence[Row]
    found: Mapping[Key, Mapping[str, Row | None]]
    links: Mapping[tuple[str, str], str]

    def link(self, row: Row) -> str:
        """The link to a line below the package's page."""
        return self.links.get(("budget_lines", str(row["id"])), "tables/budget_lines.html")


def told(name: str, facts: Mapping[str, Any], figures: Figures, links: Mapping[tuple[str, str], str]) -> Told:
    """What of a package can be held against another. `figures` are those of its own department."""
    year, kind = int(facts["fiscal_year"]), str(facts["kind"])
    stage = "final" if kind == "final-accounts" else "budget"
    found: dict[Key, dict[str, Row | None]] = {}
    for row in figures.lines:
        if row.get("stage") == stage and row.get("fiscal_year") in (None, year) and (key := _key(row)):
            here = found.setdefault(key, {})
            statement = str(row["statement"])
            known = here.setdefault(statement, row)
            if known is not None and known["amount"] != row["amount"]:
                here[statement] = None  # which of the two is meant is not known
    return Told(name, year, kind, figures.lines, found, links)


def _key(row: Row) -> Key | None:
    """What a line tells; None where it is not one of the figures that are compared."""
    code, kind, statement = str(row.get("item_code")), row.get("expenditure_type"), row.get("statement")
    if row.get("of_which") or row.get("economic_code") or row.get("project"):
        return None
    if code in _THREE:
        return ("three", None, code) if kind in _TOTAL and row.get("fund_source") in _FUNDS + _TOTAL else None
    if statement not in _TABLES:
        return None
    function = row.get("function_code")
    if code == "expenditure.function" and kind in _TOTAL and function and len(function) in _LEVELS:
        return ("function", scope(row), str(function))
    if function:
        return None
    if code in _WHOLES and kind in _TOTAL:
        if (fund := scope(row)) is None:
            return ("total", None, code)
        if code.startswith("expenditure"):
            return ("spent", fund, code)
        return ("revenue", None, fund) if row.get("fund_source") not in _TOTAL else None
    if code in _WHOLES and kind in _TYPED and code.startswith("expenditure"):
        return ("type", scope(row), _TYPED[kind])
    if code in BY_TYPE and kind in (*_TOTAL, BY_TYPE[code]):
        return ("type", scope(row), code)
    if code.startswith("revenue.") and code != "revenue.function" and row.get("fund_source") in (*_TOTAL, code[8:]):
        # a statement of some funds has only their part of what was carried over
        return ("revenue", None, code[8:]) if code[8:] in _FUNDS or scope({"statement": statement}) is None else None
    return None


class Change(NamedTuple):
    """How a figure changed. `state`: up, down, same; rounding (no more than the printed digits explain); zero, negative
    (a percentage of what it was means nothing); new, gone (one of the two is not stated); unlike (not the same thing).
    `percent` is the change in percent; `low` and `high` are the least and the most that the printed figures allow."""

    state: str
    amount: Decimal | None = None
    percent: Decimal | None = None
    low: Decimal = Decimal(0)
    high: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Pair:
    """A figure of a package and that of an earlier one: the code of what they tell, the rows (None: not stated)."""

    code: str
    now: Row | None
    then: Row | None
    change: Change
    moved: str = ""  # the code under which the earlier package has a class of the same name


@dataclass(frozen=True, slots=True)
class Group:
    """Pairs of one sort (total, revenue, spent, type, function, three), all of the money of `fund` (None: all)."""

    sort: str
    fund: str | None
    pairs: tuple[Pair, ...]


def compare(now: Told, then: Told) -> list[Group]:
    """The figures of two packages side by side, in the order of the page; groups in which none can be compared are left
    out."""
    groups = [
        Group("total", None, tuple(_totals(now, then))),
        Group("revenue", None, tuple(_revenue(now, then))),
        Group("spent", None, tuple(_spent(now, then))[::-1]),
        *_of_one_fund(now, then, "type", tuple(BY_TYPE)),
        *_functions(now, then),
        Group("three", None, tuple(_listed(now, then, "three", None, _THREE, zeros=True))),
    ]
    return [group for group in groups if any(pair.now and pair.then for pair in group.pairs)]


def change(now: Row, then: Row) -> Change:
    """How a figure changed against an earlier one that tells the same."""
    new, old = Decimal(now["amount"]), Decimal(then["amount"])
    # what is printed as 0 is nothing, and not what rounds to it
    near, far = (half_place(row) if row["amount"] else Decimal(0) for row in (now, then))
    amount = new - old
    if not amount:
        return Change("same", amount)
    if abs(amount) < near + far:
        return Change("rounding", amount)
    if old <= 0 or new < 0:
        return Change("negative" if old < 0 or new < 0 else "zero", amount)
    if amount > old * _MOST or old <= far:
        return Change("up" if amount > 0 else "down", amount)
    low, high = max(new - near, Decimal(0)) / (old + far), (new + near) / (old - far)
    return Change("up" if amount > 0 else "down", amount, amount / old * 100, low * 100 - 100, high * 100 - 100)


def _pair(now: Told, then: Told, key: Key, code: str) -> Pair | None:
    """The rows of two packages that tell one thing: of one statement where both have one. What sentences tell of functions
    is not held against tables, since they name some of many; nor is what was carried over in one statement and in
    another, which may be of other money."""
    ours, theirs = now.found.get(key, {}), then.found.get(key, {})
    both = [one for one in ours if one in theirs and ours[one] and theirs[one]]
    if both:
        first = min(both, key=_rank)
        new, old = ours[first], theirs[first]
    else:
        aside = "narrative" if key[0] == "function" else ""
        new, old = _first(ours, aside), _first(theirs, aside)
        if new and old and code == "carryover":
            return Pair(code, new, old, Change("unlike"))
    if new is None and old is None:
        return None
    if new is None or old is None:
        return Pair(code, new, old, Change("gone" if new is None else "new"))
    unlike = key[0] == "function" and not _one_class(new, old, now.year, then.year)
    return Pair(code, new, old, Change("unlike") if unlike else change(new, old))


def _first(rows: Mapping[str, Row | None], aside: str) -> Row | None:
    known = [statement for statement, row in rows.items() if row and statement != aside]
    return rows[min(known, key=_rank)] if known else None


def _rank(statement: str) -> int:
    return _RANKS.get(statement, 99)


def _totals(now: Told, then: Told) -> Iterator[Pair]:
    for side in ("revenue", "expenditure"):
        codes = (side, f"{side}.current")
        pairs = [pair for code in codes if (pair := _pair(now, then, ("total", None, code), code))]
        whole = [pair for pair in pairs if pair.now and pair.then]
        seen = set()
        for pair in whole:
            amounts = (pair.now["amount"], pair.then["amount"]) if pair.now and pair.then else ()
            if amounts not in seen:
                yield pair
            seen.add(amounts)
        new = next((pair.now for pair in pairs if pair.now), None)
        old = next((pair.then for pair in pairs if pair.then), None)
        if not whole and new and old:
            # one tells 收入总计, the other 本年收入合计: what was carried over is between them
            yield Pair(str(new["item_code"]), new, old, Change("unlike"))
        elif not whole:
            yield from pairs[:1]


def _listed(
    now: Told, then: Told, sort: str, fund: str | None, codes: Sequence[str], zeros: bool = False
) -> Iterator[Pair]:
    for code in codes:
        pair = _pair(now, then, (sort, fund, code), code)
        if pair and (zeros or any(row and row["amount"] for row in (pair.now, pair.then))):
            yield pair


def _revenue(now: Told, then: Told) -> Iterator[Pair]:
    """Revenue by fund. A fund that is made of others is left out where one of the two has it and both have some of those."""
    funds = standard.codelist("fund_source")
    pairs = list(_listed(now, then, "revenue", None, list(funds)))
    whole = {funds[pair.code].parent for pair in pairs if pair.now and pair.then}
    return (pair for pair in pairs if (pair.now and pair.then) or pair.code not in whole)


def _spent(now: Told, then: Told) -> Iterator[Pair]:
    """Expenditure by fund: that of the year where both tell it, else the total with what is left over. All of 财政拨款
    is left out where that is 一般公共预算 alone."""
    seen = set()
    for fund in reversed(_FUNDS[1:]):
        pairs = [
            pair
            for code in ("expenditure.current", "expenditure")
            if (pair := _pair(now, then, ("spent", fund, code), str(fund)))
        ]
        chosen = next((pair for pair in pairs if pair.now and pair.then), None)
        amounts = (chosen.now["amount"], chosen.then["amount"]) if chosen and chosen.now and chosen.then else (0, 0)
        if chosen and any(amounts) and not (fund == _FUNDS[1] and amounts in seen):
            yield chosen
        seen.add(amounts)


def _of_one_fund(now: Told, then: Told, sort: str, codes: Sequence[str]) -> Iterator[Group]:
    """The group of all money; where the two do not both have that, of a fund that both tell of."""
    for fund in _FUNDS:
        pairs = tuple(_listed(now, then, sort, fund, codes))
        if any(pair.now and pair.then for pair in pairs):
            yield Group(sort, fund, pairs)
            return


def _functions(now: Told, then: Told) -> Iterator[Group]:
    """Expenditure by function, of the first fund that both tell of. What one of the two does not state is shown at the
    levels that the tables of both have."""
    for fund in _FUNDS:
        codes = {key[2] for one in (now, then) for key in one.found if key[:2] == ("function", fund)}
        levels = _levels(now, fund) & _levels(then, fund)
        pairs = list(_listed(now, then, "function", fund, sorted(codes)))
        kept = [pair for pair in pairs if (pair.now and pair.then) or len(pair.code) in levels]
        if any(pair.now and pair.then for pair in kept):
            yield Group("function", fund, tuple(_with_moves(kept)))
            return


def _levels(one: Told, fund: str | None) -> set[int]:
    """The levels of functions (digits of their codes) of which a package has tables."""
    return {len(key[2]) for key, rows in one.found.items() if key[:2] == ("function", fund) and {*rows} - {"narrative"}}


def _with_moves(pairs: Sequence[Pair]) -> Iterator[Pair]:
    """Pairs, where a class that is new has the name of one that is gone, with the code of that."""
    gone: dict[tuple[int, str], list[str]] = {}
    for pair in pairs:
        if pair.change.state == "gone" and pair.then:
            gone.setdefault((len(pair.code), _name(pair.then)), []).append(pair.code)
    for pair in pairs:
        named = gone.get((len(pair.code), _name(pair.now)), []) if pair.change.state == "new" and pair.now else []
        yield Pair(pair.code, pair.now, pair.then, pair.change, named[0]) if len(named) == 1 else pair


def _one_class(now: Row, then: Row, year: int, before: int) -> bool:
    """Whether a code stands for one class in both: the names agree, or are those that the two editions of the code list
    give it."""
    ours, theirs = _name(now), _name(then)
    if ours == theirs or not ours or not theirs:
        return True
    code = str(now["function_code"])
    return (ours, theirs) == (_title(code, year), _title(code, before))


def _title(code: str, year: int) -> str:
    entry = standard.codelist("function", year).get(code)
    return _bare(entry.title_zh) if entry else ""


def _name(row: Row) -> str:
    return _bare(str(row.get("function_name") or ""))


def _bare(name: str) -> str:
    return normalised(name).removesuffix("支出")
