"""A comparison as text, CSV, JSON, a chart (SVG) or a page (HTML) that needs nothing else."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from html import escape
from itertools import groupby

from openbudget import standard
from openbudget.batch.answers import text as figure
from openbudget.batch.compare import Change, Comparison, Match, Side
from openbudget.messages import default_language, say
from openbudget.package.serialise import json_bytes, write_csv

COLUMNS = (
    "part",
    "label",
    "fund",
    "kind",
    "former",
    "match",
    "before",
    "after",
    "difference",
    "percent",
    "before_row",
    "after_row",
)
_BARS = 16  # in a chart
_HEADLINE = (
    "revenue", "expenditure", "expenditure.basic", "expenditure.project", "three_public", "agency_operation",
    "procurement",
)  # fmt: skip


def changed(comparison: Comparison) -> list[Change]:
    """The items that are not the same on both sides."""
    return [one for one in comparison.changes if one.match is not Match.SAME or one.before != one.after]


def headline(comparison: Comparison) -> list[list[str]]:
    """The key figures that both sides tell, changed or not, as rows of the table: each from the first statement that
    has it."""
    order = [*standard.codelist("statement")]
    found: dict[str, Change] = {}
    for one in sorted(comparison.changes, key=lambda one: order.index(one.part) if one.part in order else len(order)):
        if one.total in _HEADLINE and one.difference is not None:
            found.setdefault(one.total, one)
    items, language = standard.codelist("items"), default_language()
    return [[items[code].title(language), *cells(found[code])[1:5], ""] for code in _HEADLINE if code in found]


def wan(amount: Decimal | None) -> str:
    """Yuan as 万元, exact; `—` for blank."""
    return "—" if amount is None else f"{(amount / 10000).normalize():,f}"


def title(comparison: Comparison) -> str:
    """What is compared, in one line."""
    return say("batch.compare_title", None, before=_side(comparison.before), after=_side(comparison.after))


def _side(side: Side) -> str:
    kind = say(f"batch.compare_kind_{side.kind.replace('-', '_')}")
    return say("batch.compare_side", None, agency=side.agency, year=side.year, kind=kind)


def part_title(part: str) -> str:
    """The name of a statement, or of the projects and purchases."""
    listed = standard.codelist("statement")
    return listed[part].title(default_language()) if part in listed else say(f"batch.compare_part_{part}")


def parts(changes: Sequence[Change]) -> Iterable[tuple[str, list[Change]]]:
    """The changes by part, parts in the order of the standard."""
    order = [*standard.codelist("statement"), "projects", "procurement"]
    ordered = sorted(changes, key=lambda one: order.index(one.part) if one.part in order else len(order))
    for part, members in groupby(ordered, key=lambda one: one.part):
        yield part, list(members)


def label(one: Change) -> str:
    """The item, and of which column of its statement the figure is."""
    lists = (("fund_source", one.fund), ("expenditure_type", one.kind))
    said = [
        standard.codelist(name)[code].title(default_language())
        for name, code in lists
        if code and code != "total" and code in standard.codelist(name)
    ]
    return f"{one.label} · {'，'.join(said)}" if said else one.label


def cells(one: Change) -> list[str]:
    """A change as it stands in a table: item, before, after, difference, per cent, remark."""
    percent = "" if one.percent is None else f"{one.percent:+}%"
    difference = "" if one.difference is None else ("+" if one.difference > 0 else "") + wan(one.difference)
    key = f"batch.compare_match_{one.match}"
    remark = "" if one.match is Match.SAME else say(key, None, former=one.former or "")
    return [label(one), wan(one.before), wan(one.after), difference, percent, remark]


def heads() -> list[str]:
    """The heads of that table."""
    return [
        say(f"batch.compare_head_{name}") for name in ("item", "before", "after", "difference", "percent", "remark")
    ]


def as_csv(comparison: Comparison) -> bytes:
    """Every item of both sides, in yuan."""
    out = io.StringIO()
    write_csv(out, [COLUMNS])
    write_csv(out, ([figure(getattr(one, name)) for name in COLUMNS] for one in comparison.changes))
    return out.getvalue().encode()


def as_json(comparison: Comparison) -> bytes:
    """The same, with both sides, as one JSON document."""
    from dataclasses import asdict

    sides = {name: asdict(getattr(comparison, name)) for name in ("before", "after")}
    items = [
        {name: str(value) if isinstance(value := getattr(one, name), Match) else value for name in COLUMNS}
        for one in comparison.changes
    ]
    return json_bytes({**sides, "changes": items})


def as_svg(comparison: Comparison) -> bytes:
    """The biggest differences as bars, up to the right and down to the left."""
    found = [one for one in changed(comparison) if one.difference]
    found = sorted(found, key=lambda one: abs(one.difference or Decimal(0)), reverse=True)
    unique: dict[tuple[str, Decimal | None], Change] = {}
    for one in found:
        unique.setdefault((one.label, one.difference), one)
    bars = list(unique.values())[:_BARS]
    height = 64 + 26 * len(bars)
    widest = max((abs(one.difference or Decimal(0)) for one in bars), default=Decimal(1))
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 900 {height}" role="img" font-family="sans-serif" '
        f'font-size="13"><title>{escape(title(comparison))}</title>'
        f'<text x="10" y="22" font-size="15">{escape(say("batch.compare_chart"))}</text>'
        f'<line x1="600" y1="40" x2="600" y2="{height - 14}" stroke="#888"/>'
    ]
    for number, one in enumerate(bars):
        assert one.difference is not None
        y, length = 46 + 26 * number, float(abs(one.difference) / widest) * 180
        up = one.difference > 0
        x, colour, anchor = (600.0, "#1b6ca8", "start") if up else (600 - length, "#b5472f", "end")
        at = 600 + length + 6 if up else 600 - length - 6
        name = shorten(one)
        out.append(
            f'<text x="10" y="{y + 15}">{escape(name)}</text>'
            f'<rect x="{x:.1f}" y="{y}" width="{max(length, 1):.1f}" height="20" fill="{colour}"/>'
            f'<text x="{at:.1f}" y="{y + 15}" text-anchor="{anchor}">{"+" if up else ""}{wan(one.difference)}</text>'
        )
    return "".join([*out, "</svg>\n"]).encode()


def shorten(one: Change, length: int = 26) -> str:
    """The item's name, cut for a chart."""
    name = label(one)
    return name if len(name) <= length else name[: length - 1] + "…"


_STYLE = (
    "body{font-family:sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;line-height:1.5}"
    "table{border-collapse:collapse;width:100%;margin:0 0 2rem}th,td{border-bottom:1px solid #ccc;padding:.3rem .5rem;"
    "text-align:left}td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}svg{width:100%}"
)


def as_html(comparison: Comparison) -> bytes:
    """A page with the chart and the tables of what changed."""
    language = "zh-CN" if default_language() == "zh" else "en"
    out = [
        f'<!DOCTYPE html>\n<html lang="{language}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{escape(title(comparison))}</title>'
        f"<style>{_STYLE}</style></head><body><h1>{escape(title(comparison))}</h1>"
        f"<p>{escape(say('batch.compare_unit'))}</p>",
    ]
    if key := headline(comparison):
        out.append(
            f"<h2>{escape(say('batch.compare_headline'))}</h2><table><thead>{_row(heads(), 'th')}</thead><tbody>"
        )
        out += [_row(texts, "td") for texts in key] + ["</tbody></table>"]
    out.append(as_svg(comparison).decode())
    for part, members in parts(changed(comparison)):
        out.append(f"<h2>{escape(part_title(part))}</h2><table><thead>{_row(heads(), 'th')}</thead><tbody>")
        out += [_row(cells(one), "td") for one in members]
        out.append("</tbody></table>")
    if not changed(comparison):
        out.append(f"<p>{escape(say('batch.compare_nothing'))}</p>")
    return "".join([*out, "</body></html>\n"]).encode()


def _row(texts: Sequence[str], tag: str) -> str:
    return "<tr>" + "".join(
        f"<{tag}{' class=n' if 1 <= at <= 4 else ''}>{escape(text)}</{tag}>" for at, text in enumerate(texts)
    ) + "</tr>"  # fmt: skip


FORMATS: Mapping[str, Callable[[Comparison], bytes]] = {
    "csv": as_csv, "json": as_json, "svg": as_svg, "html": as_html,
}  # fmt: skip
