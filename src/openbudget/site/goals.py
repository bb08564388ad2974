"""Goals and their indicators as the page of a package shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from markupsafe import Markup

from openbudget.site.charts import small
from openbudget.site.places import Places
from openbudget.site.shown import escape
from openbudget.site.words import LANGUAGES, Words

Row = Mapping[str, Any]
SHOWN = 60  # indicators of one goal


@dataclass(frozen=True, slots=True)
class Goal:
    """A goal: its row, the link to its place, and its indicators as rows of a table, by language."""

    row: Row
    href: str | None
    count: int
    body: Mapping[str, Markup]


def goals(tables: Mapping[str, Sequence[Row]], places: Places) -> dict[str, list[Goal]]:
    """Goals by scope, in the order of the source."""
    indicators: dict[object, list[Row]] = {}
    for row in tables.get("performance_indicators", ()):
        indicators.setdefault(row.get("goal_id"), []).append(row)
    made: dict[str, list[Goal]] = {}
    for goal in tables.get("performance_goals", ()):
        listed = indicators.get(goal["id"], [])
        drawn = [_indicator(row, places) for row in listed[:SHOWN]]
        body = {language: Markup("\n".join([one[n] for one in drawn])) for n, language in enumerate(LANGUAGES)}
        href = places.of("performance_goals", goal["id"], "goal")
        made.setdefault(str(goal.get("scope") or "project"), []).append(Goal(goal, href, len(listed), body))
    return made


def _indicator(row: Row, places: Places) -> Sequence[str]:
    """One indicator: kind and name, target with its way back, the target drawn, and what it is based on; by language."""
    kind = row.get("level_2") or row.get("level_1")
    name = escape(str(row.get("level_3") or row.get("definition") or ""))
    head = f"<small>{escape(str(kind))}</small>{name}" if kind else name
    target = row.get("target_reported")
    href = places.of("performance_indicators", row["id"], "target_reported")
    href = href or places.of("performance_indicators", row["id"], "level_3")
    text = escape(str(target)) if target else ""
    value = row.get("value")
    chart = ""
    if isinstance(value, Decimal | int) and row.get("unit") == "%":
        chart = small.target(Decimal(value), row.get("operator"))
    basis = escape(str(row.get("basis") or ""))
    lead, close = (
        f'<tr><th scope="row">{head}</th><td>',
        f'</td><td class="chartcell">{chart}</td><td>{basis}</td></tr>',
    )
    if not href:
        return [f"{lead}{text}{close}"] * len(LANGUAGES)
    return [f'{lead}<a class="fig" href="{href}">{text or in_words}</a>{close}' for in_words in _in_words()]


@cache
def _in_words() -> Sequence[str]:
    """What is said of a target that is not a figure, by language."""
    return [escape(Words(language)("in_words")) for language in LANGUAGES]
