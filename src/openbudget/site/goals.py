"""Goals and their indicators as the page of a package shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from markupsafe import Markup

from openbudget.site.charts import small
from openbudget.site.places import Places
from openbudget.site.shown import escape
from openbudget.site.words import Words

Row = Mapping[str, Any]
SHOWN = 60  # indicators of one goal


@dataclass(frozen=True, slots=True)
class Goal:
    """A goal: its row, the link to its place, and its indicators as rows of a table."""

    row: Row
    href: str | None
    count: int
    body: Markup


def goals(tables: Mapping[str, Sequence[Row]], places: Places, words: Words) -> dict[str, list[Goal]]:
    """Goals by scope, in the order of the source."""
    indicators: dict[object, list[Row]] = {}
    for row in tables.get("performance_indicators", ()):
        indicators.setdefault(row.get("goal_id"), []).append(row)
    made: dict[str, list[Goal]] = {}
    for goal in tables.get("performance_goals", ()):
        listed = indicators.get(goal["id"], [])
        body = Markup("\n".join(_indicator(row, places, words) for row in listed[:SHOWN]))
        href = places.of("performance_goals", goal["id"], "goal")
        made.setdefault(str(goal.get("scope") or "project"), []).append(Goal(goal, href, len(listed), body))
    return made


def _indicator(row: Row, places: Places, words: Words) -> str:
    """One indicator: kind and name, target with its way back, the target drawn, and what it is based on."""
    kind = row.get("level_2") or row.get("level_1")
    name = escape(str(row.get("level_3") or row.get("definition") or ""))
    head = f"<small>{escape(str(kind))}</small>{name}" if kind else name
    target = row.get("target_reported")
    href = places.of("performance_indicators", row["id"], "target_reported")
    href = href or places.of("performance_indicators", row["id"], "level_3")
    text = escape(str(target)) if target else ""
    if href:
        text = f'<a class="fig" href="{href}">{text or escape(words("in_words"))}</a>'
    value = row.get("value")
    chart = ""
    if isinstance(value, Decimal | int) and row.get("unit") == "%":
        chart = small.target(Decimal(value), row.get("operator"))
    basis = escape(str(row.get("basis") or ""))
    return f'<tr><th scope="row">{head}</th><td>{text}</td><td class="chartcell">{chart}</td><td>{basis}</td></tr>'
