"""The few sentences at the top of a package's page that go beyond its totals: what the total is of, how it changed
against the year before, and what does not agree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from openbudget.package.totals import WHOLES, scope
from openbudget.site import money
from openbudget.site.findings import SORTS, FindingShown, sort_of
from openbudget.site.topics import Figure, Story, unsigned
from openbudget.site.words import Words

Row = Mapping[str, Any]
_WHOLE = (None, "total")
_REASON = 80  # characters of a reason that the top of a page shows


@dataclass(frozen=True, slots=True)
class Against:
    """How the total changed: its name, the base (`2024 年预算数`) and its sum where that is printed, the direction
    (increase, decrease, unchanged), the change where it is printed, in percent too, the reason as printed, the link to
    where it stands, and the part of the page that doubts it ("": none does)."""

    name: str
    base: str
    base_sum: str
    direction: str
    change: str
    percent: str
    reason: str
    href: str | None
    doubted: str


def against(
    story: Story, doubted: AbstractSet[tuple[str, str]], contradicted: AbstractSet[tuple[str, str]] = frozenset()
) -> Against | None:
    """The comparison with the year before that the source makes of the total; None where it makes none. `doubted` are
    the rows (table, id) that findings are about, `contradicted` those that the package of that year contradicts."""
    year = int(story.facts["fiscal_year"])
    lines = {row["id"]: row for row in story.tables.get("budget_lines", ())}
    found = [
        (_rank(row, lines.get(row.get("line_id"))), row)
        for row in story.tables.get("comparisons", ())
        if row.get("item_code") in WHOLES
        and row.get("base_year") is not None
        and int(row["base_year"]) == year - 1
        and row.get("direction") in ("increase", "decrease", "unchanged")
        and _is_total(lines.get(row.get("line_id")), story.figures.own)
    ]
    if not found:
        return None
    row = min(found, key=lambda one: one[0])[1]
    words, line, key = story.words, lines.get(row.get("line_id")), ("comparisons", str(row["id"]))
    change = None if row.get("change_amount") is None else story.figure(row, "", "comparisons", "change_amount")
    base, percent = row.get("base_amount"), row.get("change_percent")
    reason = str(row.get("reason") or "").rstrip("。；，")
    return Against(
        name=inner(story.of_fund(words.item(line), line) if line else words.code("items", row["item_code"])),
        base=_base(row, words),
        base_sum="" if base is None else money.rounded(Decimal(base), words.language),
        direction="unchanged" if change is not None and not change.amount else str(row["direction"]),
        change=""
        if change is None
        else unsigned(change.told)
        if words.language == "zh"
        else unsigned(change.told, False),
        percent="" if not percent else f"{abs(Decimal(percent)):f}%",
        reason=reason if len(reason) <= _REASON else reason[:_REASON] + "……",
        href=change.href if change else story.place("comparisons", row["id"], "direction"),
        doubted="findings" if key in doubted else "beside" if key in contradicted else "",
    )


def _base(row: Row, words: Words) -> str:
    """What the total is compared with: `2024 年预算数`, `the 2024 budget`."""
    stage = words.code("base_stage", row["base_stage"]) if row.get("base_stage") else ""
    told = words("base_of", year=row["base_year"], stage=stage).strip()
    return told if words.language == "zh" or not stage else f"the {told.lower()}"


def inner(name: str) -> str:
    """A name that is to stand in quotation marks: its own become single ones."""
    return name.translate(_SINGLE)


_SINGLE = str.maketrans("“”", "‘’")


def _is_total(line: Row | None, own: str | None) -> bool:
    """Whether a line is a total of the department itself, and of all functions and types of expenditure."""
    if line is None:
        return True
    return (
        line.get("organization_id") in (None, own)
        and not line.get("function_code")
        and line.get("expenditure_type") in _WHOLE
    )


def _rank(row: Row, line: Row | None) -> tuple[int, int, int]:
    """The total of all money before that of one fund; a printed change before none; expenditure before revenue."""
    of_all = 2 if line is None else 1 if scope(line) else 0
    return of_all, row.get("change_amount") is None, WHOLES.index(str(row["item_code"]))


@dataclass(frozen=True, slots=True)
class Doubts:
    """What the checks found: how many of each sort (not those that are waived or only worth knowing), and the finding in
    which figures differ by most, with that difference."""

    counts: Mapping[str, int]
    largest: FindingShown | None
    label: str
    gap: Figure | None

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def doubts(findings: Sequence[FindingShown], words: Words) -> Doubts:
    """The findings of a package in one sentence."""
    counted = [one for one in findings if one.counts]
    largest = max((one for one in counted if one.gap), key=lambda one: one.gap, default=None)
    label, gap = "", None
    if largest is not None:
        terms = largest.stated or largest.terms
        label = inner(terms[0].label if terms else largest.title)
        gap = Figure(label, largest.gap, money.told(largest.gap, "", None, words.language), f"#{largest.anchor}")
    return Doubts({sort: sum(one.sort == sort for one in counted) for sort in SORTS}, largest, label, gap)


def doubted_rows(findings: Sequence[Mapping[str, Any]]) -> frozenset[tuple[str, str]]:
    """The rows (table, id) that findings of a report are about, with those of their terms."""
    counted = [one for one in findings if one.get("severity") != "note" and not one.get("waived")]
    return frozenset(
        (str(part.get("table")), str(part.get("row_id")))
        for one in counted
        for part in (one, *(one.get("terms") or ()))
    )


def agreed(runs: Sequence[Mapping[str, Any]]) -> int:
    """How many times figures were held against each other and agreed."""
    return sum(int(run.get("outcomes", {}).get("pass", 0)) for run in runs if sort_of(str(run["rule"])) == "figures")
