"""A package beside an earlier one, in words and figures of one language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Any

from markupsafe import Markup

from openbudget.model.amount import plain
from openbudget.site import money
from openbudget.site.beside import Change, Group, Pair, Told, compare
from openbudget.site.charts import small
from openbudget.site.headline import inner
from openbudget.site.places import Places
from openbudget.site.said import Said, said_of
from openbudget.site.shown import shown
from openbudget.site.topics import Story
from openbudget.site.words import Words

Row = Mapping[str, Any]
MOST = 100  # pairs of one group that a page shows
_TENTH = Decimal("0.1")


@dataclass(frozen=True)
class Beside:
    """A package and one that it is held against, in no language: `groups` of figures, and what the document says of that
    year."""

    now: Told
    then: Told
    groups: Sequence[Group]
    said: Sequence[Said]


@dataclass(frozen=True, slots=True)
class Line:
    """A pair as a row of a table. `now`, `then` and `change` are figures as text ("" where there is none), the first two
    with the links to their rows; `note` is what is to be said besides, and stands where a percentage would."""

    name: str
    level: int
    now: str
    now_href: str
    then: str
    then_href: str
    change: str
    percent: str
    note: str
    chart: Markup


@dataclass(frozen=True, slots=True)
class Block:
    """A group as a part of a table; `more` pairs of it are not shown."""

    title: str
    lines: Sequence[Line]
    more: int


def beside(now: Told, then: Told, comparisons: Sequence[Row], places: Places) -> Beside:
    """Two packages side by side."""
    return Beside(now, then, compare(now, then), said_of(comparisons, now, then, places))


class Shown:
    """Two packages side by side in one language. `up` leads from the page to the folder of all packages, `en` from the
    folder of a package to its pages in the language."""

    def __init__(self, one: Beside, story: Story, up: str, en: str) -> None:
        self.one, self.story, self.words = one, story, story.words
        self._up = f"{up}{one.then.name}/{en}"
        rows = [row for group in one.groups for pair in group.pairs for row in (pair.now, pair.then) if row]
        self.wan = self.words.language == "zh" and all(row.get("unit_reported") == "wan_yuan" for row in rows)
        self.now, self.then = named(one.now, self.words), named(one.then, self.words)

    @property
    def base(self) -> str:
        """The earlier package in a sentence: `2021 年预算`, `the budget 2021`."""
        return _in_sentence(self.one.then, self.words)

    def link(self) -> Markup:
        """The earlier package, as a link to its page."""
        return Markup('<a href="{}">{}</a>').format(f"{self._up}index.html", self.base)

    @property
    def unit(self) -> str:
        """The unit of the figures of the table."""
        return self.words("unit_wan" if self.wan else "unit_yuan")

    def blocks(self) -> list[Block]:
        """The table, part by part."""
        return [
            Block(self._title(group), self._lines(group), max(len(group.pairs) - MOST, 0)) for group in self.one.groups
        ]

    def _title(self, group: Group) -> str:
        title = self.words(f"beside_{group.sort}")
        fund = self.words.code("fund_source", group.fund) if group.fund else ""
        return self.words("of_fund", name=title, fund=fund) if fund else title

    def _lines(self, group: Group) -> list[Line]:
        pairs = group.pairs[:MOST]
        largest = max((abs(pair.change.amount or Decimal(0)) for pair in pairs), default=Decimal(0))
        shortest = min((len(pair.code) for pair in pairs), default=3)
        return [self._line(group.sort, pair, largest, shortest) for pair in pairs]

    def _line(self, sort: str, pair: Pair, largest: Decimal, shortest: int) -> Line:
        now, then, change = pair.now, pair.then, pair.change
        level = (
            (len(pair.code) - shortest) // 2 if sort == "function" else pair.code.count(".") if sort == "three" else 0
        )
        amount = change.amount
        return Line(
            self._name(sort, pair),
            level,
            self._figure(now),
            self.one.now.link(now) if now else "",
            self._figure(then),
            self._up + self.one.then.link(then) if then else "",
            "" if amount is None or change.state == "same" else ("+" if amount > 0 else "−") + self._money(abs(amount)),
            percent(change, self.words),
            self._note(pair),
            Markup(small.change(amount, largest)) if amount else Markup(""),
        )

    def _name(self, sort: str, pair: Pair) -> str:
        words = self.words
        if sort in ("revenue", "spent"):
            return words.code("fund_source", pair.code)
        if sort != "function":
            name = words.code("items", pair.code)
            return self.story.of_fund(name, pair.now) if sort == "total" and pair.now else name
        year = self.one.now.year if pair.now else self.one.then.year
        printed = str((pair.now or pair.then or {}).get("function_name") or "")
        titled = words.code("function", pair.code, year)
        name = printed or titled if words.language == "zh" or titled == pair.code else titled
        return f"{pair.code} {name}"

    def _note(self, pair: Pair) -> str:
        words, state = self.words, pair.change.state
        if pair.moved:
            return words("beside_moved", base=self.base, code=pair.moved)
        if state == "unlike" and pair.now and pair.then:
            return words("beside_unlike", base=self.base, name=inner(_label(pair.then, words)))
        if state in ("new", "gone"):
            return words("beside_absent", base=self.base if state == "new" else _in_sentence(self.one.now, words))
        if state in ("zero", "negative", "rounding", "same"):
            return words(f"beside_{state}")
        if pair.now and pair.then and _printed(pair.now) != _printed(pair.then):
            return words("beside_named", base=self.base, name=inner(_label(pair.then, words)))
        return ""

    def _figure(self, row: Row | None) -> str:
        return "" if row is None else self._money(Decimal(row["amount"]))

    def _money(self, amount: Decimal) -> str:
        figure = plain(amount / money.WAN if self.wan else amount)
        text = f"{figure:f}"
        decimals = len(text.partition(".")[2])
        return money.grouped(f"{figure:.2f}" if decimals == 1 or (self.wan and not decimals) else text)

    def since(self) -> tuple[str, str, str, str] | None:
        """How the total changed: its name, the direction, the change, and the percentage; None where that cannot be
        said."""
        pairs = [pair for group in self.one.groups if group.sort == "total" for pair in group.pairs]
        pair = next((one for one in reversed(pairs) if one.code.startswith("expenditure")), pairs[0] if pairs else None)
        if pair is None or pair.change.amount is None:
            return None
        direction = {"same": "unchanged", "rounding": "unchanged"}.get(pair.change.state)
        direction = direction or ("increase" if pair.change.amount > 0 else "decrease")
        told = money.rounded(abs(pair.change.amount), self.words.language)
        return self._name("total", pair), direction, told, percent(pair.change, self.words, signed=False)

    def doubts(self) -> list[Markup]:
        """What the document says of that year and the package of that year does not, in words."""
        return [self._doubt(one) for one in self.one.said if not one.agrees]

    def agreed(self) -> int:
        """How many statements of that year agree with its package."""
        return sum(one.agrees for one in self.one.said)

    def contradicted(self) -> frozenset[tuple[str, str]]:
        """The rows of statements that do not agree."""
        return frozenset(("comparisons", str(one.row["id"])) for one in self.one.said if not one.agrees)

    def _doubt(self, one: Said) -> Markup:
        words, was = self.words, Decimal(one.was["amount"])
        field = "base_amount" if one.printed else "change_amount"
        place = self.story.place("comparisons", one.row["id"], field)
        place = place or self.story.place("comparisons", one.row["id"], "change_reported")
        change = Decimal(one.row.get("change_amount") or 0)
        return words.html(
            "beside_printed" if one.printed else "beside_implied",
            label=inner(self.story.of_fund(words.item(one.line), one.line)),
            base=self.base,
            change=_linked(place, self._signed(change)),
            then=_linked(place if one.printed else None, self._exact(one.then)),
            was=_linked(self._up + self.one.then.link(one.was), self._exact(was)),
            gap=self._exact(abs(one.then - was)),
        )

    def _signed(self, change: Decimal) -> str:
        key = "increase" if change > 0 else "decrease" if change < 0 else "unchanged"
        return self.words(f"beside_{key}", sum=self._exact(abs(change)))

    def _exact(self, amount: Decimal) -> str:
        if self.words.language == "zh":
            return f"{self._money(amount)} {self.unit}"
        return f"¥{self._money(amount)}"


def named(one: Told, words: Words) -> str:
    """`2021 年预算`, `Budget 2021`."""
    return words("year_kind", year=one.year, kind=words.code("kind", one.kind))


def _in_sentence(one: Told, words: Words) -> str:
    if words.language == "zh":
        return named(one, words)
    return "the " + words("base_of", year=one.year, stage=words.code("kind", one.kind)).lower()


def percent(change: Change, words: Words, signed: bool = True) -> str:
    """A percentage with the digits that the printed figures allow; "" where there is none to tell. Not `signed`: behind
    words that say whether it is more or less."""
    if change.percent is None:
        return ""
    width = change.high - change.low

    def told(figure: Decimal) -> str:
        sign = "+" if figure > 0 else "−" if figure < 0 else ""
        return f"{sign if signed else ''}{money.grouped(f'{abs(figure):f}')}%"

    if width <= Decimal("0.5"):
        figure = change.percent.quantize(_TENTH, ROUND_HALF_UP)
        if change.percent == -100:
            return told(Decimal(-100))
        sign = "+" if change.state == "up" else "−"
        return told(figure) if figure else words("beside_tiny", sign=sign if signed else "")
    if width <= 10:
        return words("beside_about", percent=told(change.percent.quantize(Decimal(1), ROUND_HALF_UP)))
    ends = [change.low.quantize(Decimal(1), ROUND_FLOOR), change.high.quantize(Decimal(1), ROUND_CEILING)]
    low, high = ends if signed else sorted(ends, key=abs)
    return words("beside_between", low=told(low), high=told(high))


def _printed(row: Row) -> str:
    return "".join(str(row.get("function_name") or "").split())


def _label(row: Row, words: Words) -> str:
    name = str(row.get("function_name") or "")
    return name or words.item(row) if words.language == "zh" or name else words.code("items", row.get("item_code"))


def _linked(href: str | None, text: str) -> Markup:
    return Markup('<a class="fig" href="{}">{}</a>').format(href, shown(text)) if href else shown(text)
