"""What the page of a package tells, topic by topic: sums with their way back, sentences, charts, rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from markupsafe import Markup

from openbudget.package.totals import WHOLES, scope
from openbudget.site import money
from openbudget.site.charts import flow as flows
from openbudget.site.charts import small
from openbudget.site.figures import Figures, Part
from openbudget.site.places import Places
from openbudget.site.shown import escape
from openbudget.site.words import Words

Row = Mapping[str, Any]
_SERIES = {
    "expenditure.basic": "s1", "expenditure.basic.personnel": "s1", "expenditure.basic.public": "s2",
    "expenditure.project": "s3",
}  # fmt: skip
_NO_MARKUP = Markup("")
_CARDS = ("revenue", "expenditure", "expenditure.basic.personnel", "expenditure.project", "three_public", "procurement")


@dataclass(frozen=True, slots=True)
class Figure:
    """A sum of money on a page: what it is, how it is told, and the link to its place in the source."""

    name: str
    amount: Decimal
    told: money.Sum
    href: str | None
    code: str = ""
    series: str = ""
    share: Decimal | None = None
    bar: Markup = _NO_MARKUP
    rows: int = 1

    @property
    def same(self) -> bool:
        """Whether the printed figure is in yuan already, so that one column tells it."""
        return self.told.printed in ("", self.told.exact)


class Story:
    """The figures of one package in one language. `base` leads from the page to the package's page."""

    def __init__(
        self,
        tables: Mapping[str, Sequence[Row]],
        facts: Mapping[str, Any],
        places: Places,
        words: Words,
        base: str = "",
    ) -> None:
        self.tables, self.facts, self.places, self.words, self.base = tables, facts, places, words, base
        self.figures = Figures(tables, str(facts["kind"]))

    def figure(self, row: Row, name: str | None = None, table: str = "budget_lines", value: str = "amount") -> Figure:
        """A row's sum as the page shows it."""
        reported = "change_reported" if value == "change_amount" else f"{value}_reported"
        amount = Decimal(row[value])
        unit = row.get("unit_reported")
        told = money.told(amount, money.printed(row, reported), str(unit) if unit else None, self.words.language)
        href = self.places.of(table, row["id"], value) or self.places.of(table, row["id"], reported)
        return Figure(name or self.words.item(row), amount, told, self._link(href), str(row.get("item_code") or ""))

    def place(self, table: str, row_id: object, field: str) -> str | None:
        """The link to where a value stands."""
        return self._link(self.places.of(table, row_id, field))

    def _link(self, href: str | None) -> str | None:
        return None if href is None else self.base + href

    def cards(self) -> list[Figure]:
        """The key figures, in the order of the page."""
        return [
            self.figure(row, self.of_fund(self.words(f"card_{code.replace('.', '_')}"), row))
            for code in _CARDS
            if (row := self.figures.one(code))
        ]

    def of_fund(self, name: str, row: Row) -> str:
        """The name of a figure, and the fund that it is of where it is not of all money and the name does not say so."""
        fund = scope(row) if row.get("item_code") in WHOLES else None
        told = self.words.code("fund_source", fund) if fund else ""
        return name if told in name else self.words("of_fund", name=name, fund=told)

    def partial(self) -> list[tuple[str, str]]:
        """Which totals (all, revenue, expenditure) are of one fund alone, and of which."""
        rows = {code: row for code in ("revenue", "expenditure") if (row := self.figures.one(code))}
        funds = {code: self.words.code("fund_source", fund) for code, row in rows.items() if (fund := scope(row))}
        if len(funds) == len(rows) and len({*funds.values()}) == 1:
            return [(self.words("card_totals"), next(iter(funds.values())))]
        return [(self.words.code("items", code), fund) for code, fund in funds.items()]

    def total(self, code: str) -> Figure | None:
        """The figure of one item; None where the package does not tell it."""
        row = self.figures.one(code)
        return None if row is None else self.figure(row, self.words.code("items", code))

    def coverage(self) -> str:
        """The share of the source's lines that is in tables or prose, in percent; 100 only where nothing is left."""
        counted = self.facts.get("coverage") or {}
        total, rest = int(counted.get("total") or 0), int(counted.get("unrecognised") or 0)
        whole, tenths = divmod(1000 * max(total - rest, 0) // max(total, 1), 10)
        return f"{whole}.{tenths}".removesuffix(".0")

    def _parts(
        self, parts: Sequence[Part], listed: str, of: str | None = None, series: Mapping[str, str] | None = None
    ) -> list[Figure]:
        """Parts with names from a code list, and the share that each is of the figure `of` (else of their sum)."""
        total = self.figures.one(of) if of else None
        whole = Decimal(total["amount"]) if total else sum((part.amount for part in parts), Decimal(0))
        made = []
        drawn = 0  # parts with a colour of their own: zeros are not drawn
        for part in parts:
            name = self.words.code(listed, part.code)
            one = self.figure(part.row, name)
            if len(part.rows) > 1:
                told = money.told(part.amount, "", None, self.words.language)
                one = Figure(name, part.amount, told, None, rows=len(part.rows))
            colour = (series or {}).get(part.code) or (f"s{drawn % 7 + 1}" if part.amount > 0 else "s0")
            drawn += part.amount > 0
            bar = Markup(small.bar(part.amount, whole, colour))
            made.append(
                Figure(
                    one.name,
                    one.amount,
                    one.told,
                    one.href,
                    part.code,
                    colour,
                    money.share(part.amount, whole),
                    bar,
                    one.rows,
                )
            )
        return made

    def revenue(self) -> list[Figure]:
        """Where the money comes from."""
        return self._parts(self.figures.revenue(), "fund_source", "revenue")

    def expenditure(self) -> list[Figure]:
        """What it is spent on."""
        return self._parts(self.figures.expenditure(), "items", "expenditure", _SERIES)

    def functions(self) -> list[Figure]:
        """Expenditure by class of function."""
        return self._parts(self.figures.functions(), "function")

    def economies(self) -> list[Figure]:
        """Expenditure by economic class."""
        return self._parts(self.figures.economies(), "economic_department")

    def of_basic(self) -> bool:
        """Whether the economic classes are those of basic expenditure alone."""
        rows = [row for part in self.figures.economies() for row in part.rows]
        return all(
            row.get("expenditure_type") == "basic" or row.get("statement") == "general_public_basic" for row in rows
        )

    def summed(self, parts: Sequence[Figure], code: str = "") -> Figure:
        """The sum of parts: the figure of the item `code` where that says the same, else one that is added here."""
        amount = sum((part.amount for part in parts), Decimal(0))
        printed = self.total(code) if code else None
        if printed is not None and printed.amount == amount:
            return printed
        told = money.told(amount, "", None, self.words.language)
        return Figure(self.words("total"), amount, told, None, rows=max(len(parts), 2))

    def bought(self) -> Figure | None:
        """What the purchases listed come to; None where an amount is missing."""
        cells = [self._cell(row, "amount") for row in self.tables.get("procurement", ())]
        known = [cell for cell in cells if cell is not None]
        return self.summed(known, "procurement") if known and len(known) == len(cells) else None

    def three_public(self) -> list[Figure]:
        """The three public expenses."""
        return self._parts(self.figures.three_public(), "items", "three_public")

    def flow(self, sources: Sequence[Figure], uses: Sequence[Figure], narrow: bool = False) -> Markup:
        """The chart of sources and uses, for wide or narrow screens; "" where the figures do not allow one."""
        total = self.figures.one("expenditure") or self.figures.one("revenue")
        if total is None:
            return Markup("")
        one = self.figure(total)
        ends = [
            self._ends(parts, one.amount, self.words(rest))
            for parts, rest in ((sources, "flow_rest"), (uses, "hundred_rest"))
        ]
        title = self.words("flow_title", year=self.facts["fiscal_year"])
        draw = flows.down if narrow else flows.flow
        name = self.of_fund(self.words("flow_whole"), total)
        return Markup(draw(ends[0], ends[1], one.amount, name, one.told.big, title))

    def _ends(self, parts: Sequence[Figure], whole: Decimal, name: str) -> list[flows.End]:
        """The ends of the bands to parts; what the parts leave of the whole is an end of its own, with that name."""
        ends = [flows.End(part.name, part.amount, part.told.big, part.series) for part in parts]
        rest = whole - sum((part.amount for part in parts if part.amount > 0), Decimal(0))
        if ends and rest * 500 > whole:  # below that it cannot be seen, and may be rounding
            ends.append(flows.End(name, rest, money.told(rest, "", None, self.words.language).big, "s0"))
        return ends

    def hundred(self, uses: Sequence[Figure]) -> tuple[Markup, list[tuple[Figure, int]]]:
        """A hundred squares for a hundred yuan of expenditure, and how many of them stand for what."""
        whole = self.figures.one("expenditure")
        parts = [part for part in uses if part.amount > 0]
        if whole is None or not parts:
            return Markup(""), []
        amount = Decimal(whole["amount"])
        title = escape(self.words("hundred_title"))
        counts = small.hundredths([part.amount for part in parts], amount)
        if not counts:
            return Markup(""), []
        chart = small.squares([(count, part.series) for count, part in zip(counts, parts, strict=True)], title)
        return Markup(chart), list(zip(parts, counts, strict=True))

    def goal_sum(self, goal: Row) -> Figure | None:
        """The sum that a goal states; None where it states none."""
        return None if goal.get("amount") is None else self.figure(goal, "", "performance_goals")

    def changes(self) -> list[dict[str, Any]]:
        """What changed against the year before: each with a bar, a sign, a reason."""
        rows = [row for row in self.tables.get("comparisons", ()) if row.get("change_amount") is not None]
        largest = max((abs(Decimal(row["change_amount"])) for row in rows), default=Decimal(0))
        lines = {row["id"]: row for row in self.tables.get("budget_lines", ())}
        made = []
        for row in rows:
            line = lines.get(row.get("line_id"))
            name = self.words.item(line) if line else self.words.code("items", row.get("item_code") or "")
            amount = Decimal(row["change_amount"])
            one = self.figure(row, name, "comparisons", "change_amount")
            made.append(
                {
                    "figure": one,
                    "sign": "+" if amount > 0 else "−" if amount < 0 else "",
                    "told": unsigned(one.told),
                    "base": row.get("base_year"),
                    "stage": self.words.code("base_stage", row["base_stage"]) if row.get("base_stage") else "",
                    "reason": row.get("reason"),
                    "reason_href": self._link(self.places.of("comparisons", row["id"], "reason")),
                    "chart": Markup(small.change(amount, largest)),
                    "percent": row.get("change_percent"),
                }
            )
        return made

    def assets(self) -> list[dict[str, Any]]:
        """State assets: what, how many, worth how much."""
        rows = self.tables.get("assets", ())
        whole = max((Decimal(row["value"]) for row in rows if row.get("value") is not None), default=Decimal(0))
        levels: dict[object, int] = {}
        made = []
        for row in rows:
            level = levels[row["id"]] = levels.get(row.get("parent_id"), -1) + 1
            has = row.get("value") is not None
            made.append(
                {
                    "name": str(row.get("item") or "") if self.words.language == "zh" else self._asset(row),
                    "level": min(level, 3),
                    "quantity": money.number(row.get("quantity"))
                    or self.places.texts.get(("assets", str(row["id"]), "quantity"), ""),
                    "unit": row.get("quantity_unit"),
                    "quantity_href": self._link(self.places.of("assets", row["id"], "quantity")),
                    "figure": self.figure(row, "", "assets", "value") if has else None,
                    "bar": Markup(small.bar(Decimal(row["value"]), whole)) if has and level else "",
                }
            )
        return made

    def _asset(self, row: Row) -> str:
        return (
            self.words.code("asset_category", row["category_code"])
            if row.get("category_code")
            else str(row.get("item") or "")
        )

    def procurement(self) -> list[dict[str, Any]]:
        """What is to be bought."""
        made = []
        for row in self.tables.get("procurement", ()):
            made.append(
                {
                    "item": row.get("item"),
                    "project": row.get("project"),
                    "code": row.get("catalogue_code"),
                    "quantity": money.number(row.get("quantity")),
                    "unit": row.get("unit_of_measure"),
                    "quantity_href": self._link(self.places.of("procurement", row["id"], "quantity")),
                    "price": self._cell(row, "unit_price"),
                    "amount": self._cell(row, "amount"),
                }
            )
        return made

    def _cell(self, row: Row, name: str) -> Figure | None:
        if row.get(name) is None:
            return None
        amount = Decimal(row[name])
        href = self.places.of("procurement", row["id"], name)
        return Figure("", amount, money.told(amount, "", None, self.words.language), self._link(href))


def unsigned(told: money.Sum, as_printed: bool = True) -> str:
    """A change as printed, without the sign that is put before it; in yuan where it is printed in another way (△, in
    brackets), or where that is asked for."""
    printed = told.printed.lstrip("−-－+＋")
    return printed if as_printed and printed[:1].isdigit() else told.exact.replace("−", "")
