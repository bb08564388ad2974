"""The pages that are about more than one package: home, regions, departments, dictionary, about."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from markupsafe import Markup

from openbudget import standard
from openbudget.site import money
from openbudget.site.charts.small import bar
from openbudget.site.charts.years import Column, years
from openbudget.site.departments import Department, departments_count, departments_of
from openbudget.site.entry import Entry, key_figure
from openbudget.site.frame import Site, render
from openbudget.site.search_index import BLOCK
from openbudget.site.words import Words

NEWEST = 15
LONG_LIST = 120  # entries: a longer code list is a file, not a part of a page
_COLUMNS = 6  # years and kinds of which the home page tells who has disclosed
_KINDS = ("budget", "final-accounts")
_LINES = (
    "revenue", "expenditure", "expenditure.basic.personnel", "expenditure.basic.public", "expenditure.project",
    "three_public", "procurement", "assets",
)  # fmt: skip


def home(site: Site, entries: Sequence[Entry], shards: int) -> dict[str, bytes]:
    """The home page: search, what is published, the newest."""
    living = [entry for entry in entries if not entry.withdrawn]
    newest = sorted(living, key=lambda one: (one.published, one.year, one.name), reverse=True)[:NEWEST]
    provinces: dict[tuple[str, str], int] = {}
    for entry in living:
        provinces[entry.regions[0]] = provinces.get(entry.regions[0], 0) + 1
    counts = dict.fromkeys(sorted({entry.year for entry in living}, reverse=True), 0)
    for entry in living:
        counts[entry.year] += 1
    context = {
        "newest": newest,
        "departments": departments_count(living),
        "packages": len(living),
        "provinces": sorted(provinces.items()),
        "years": list(counts.items()),
        "regions": len({entry.region_code for entry in living}),
        "shards": shards,
        "blocks": -(-len(living) // BLOCK),
        **_shares(living),
        "bar": lambda count, known: Markup(bar(Decimal(count), Decimal(known))),
        "codes": sorted({entry.region_code for entry in living}),
    }
    return render(
        site, "home.html", "", "index.html",
        lambda words: {**context, "told": _told(words), "structured": Markup(site.structured("home", entries, words.language))},
    )  # fmt: skip


def _shares(living: Sequence[Entry]) -> dict[str, Any]:
    """How many of the departments known in each region have disclosed, by year and kind (the newest first): of the
    uppermost regions of which there are several."""
    depth = 0
    while depth < 2 and len({entry.regions[min(depth, len(entry.regions) - 1)] for entry in living}) == 1:
        depth += 1
    inside: dict[tuple[str, str], list[Entry]] = {}
    for entry in living:
        inside.setdefault(entry.regions[min(depth, len(entry.regions) - 1)], []).append(entry)
    columns = sorted({(entry.year, entry.kind) for entry in living}, key=lambda one: (-one[0], one[1]))[:_COLUMNS]
    shares = [
        (code, name, departments_count(here), [
            departments_count(entry for entry in here if (entry.year, entry.kind) == column) for column in columns
        ])
        for (code, name), here in sorted(inside.items())
    ]  # fmt: skip
    return {"shares": shares, "columns": columns}


def regions(site: Site, entries: Sequence[Entry]) -> dict[str, bytes]:
    """A page for every region: the regions in it, its departments, and for which years each has disclosed."""
    made: dict[str, bytes] = {}
    below: dict[str, dict[str, str]] = {}
    names: dict[str, str] = {}
    inside: dict[str, list[Entry]] = {}
    for entry in entries:
        above = ""
        for code, name in entry.regions:
            below.setdefault(above, {})[code] = name
            names[code] = name
            inside.setdefault(code, []).append(entry)
            above = code
    inside[""] = list(entries)
    for code, here in inside.items():
        own = departments_of(entry for entry in here if not code or entry.regions[-1][0] == code) if code else []
        spans = _columns_of(own)
        trail = here[0].regions[: [c for c, _ in here[0].regions].index(code)] if code else ()
        context = {
            "code": code,
            "name": names.get(code, ""),
            "trail": trail,
            "below": [(c, n, departments_count(inside[c])) for c, n in sorted(below.get(code, {}).items())],
            "departments": own,
            "columns": spans,
        }
        folder = f"regions/{code}/" if code else "regions/"
        made.update(render(site, "region.html", folder, "index.html", lambda words: context))  # noqa: B023
    return made


def _columns_of(departments: Sequence[Department]) -> list[tuple[int, str]]:
    """The years and kinds of which any of the departments has something, the newest first."""
    return sorted({key for one in departments for key in one.entries}, key=lambda one: (-one[0], one[1]))


def department(site: Site, one: Department) -> dict[str, bytes]:
    """The page of a department across years, at each of its addresses."""

    def context(words: Words) -> dict[str, Any]:
        living = {key: entry for key, entry in sorted(one.entries.items()) if not entry.withdrawn}
        rows = []
        for code in _LINES:
            cells = [_figure(entry, code, words) for entry in living.values()]
            if any(cells):
                rows.append((words.code("items", code), code, cells))
        columns = []
        # totals of all money are not drawn beside those of one fund
        funds = {
            entry.figures["expenditure"].get("fund") for entry in living.values() if "expenditure" in entry.figures
        }
        drawn = None if None in funds or len(funds) != 1 else funds.pop()
        for (year, kind), entry in living.items():
            figure = entry.figures.get("expenditure")
            if figure and figure.get("fund") == drawn:
                amount = Decimal(figure["amount"])
                columns.append(
                    Column(year, amount, money.rounded(amount, words.language), "s1" if kind == "budget" else "s2")
                )
        title = words("years_title", agency=one.latest.agency)
        spans = list(range(min(key[0] for key in one.entries), max(key[0] for key in one.entries) + 1))
        return {
            "department": one, "entry": one.latest, "living": list(living.values()), "rows": rows,
            "known": {entry.name: entry for entry in living.values()},
            "chart": Markup(years(columns, title)), "spans": spans, "kinds": _KINDS,
        }  # fmt: skip

    made = render(site, "department.html", f"departments/{one.id}/", "index.html", context)
    others = {path.replace(one.id, other, 1): page for other in one.others for path, page in made.items()}
    return {**made, **others}


def dictionary(site: Site) -> dict[str, bytes]:
    """The data dictionary: every table and field, the code lists, the checks."""
    made = render(
        site, "dictionary.html", "dictionary/", "index.html",
        lambda words: {"tables": standard.tables(), "version": standard.version()},
    )  # fmt: skip
    lists = _lists()
    made.update({f"dictionary/codes/{spec.name}.csv": standard.codelist_file(spec.name).encode() for spec, _ in lists})
    made.update(render(site, "codes.html", "dictionary/", "codes.html", lambda words: {"lists": lists}))
    made.update(
        render(
            site, "checks.html", "dictionary/", "checks.html",
            lambda words: {"checks": standard.checks(), "groups": standard.check_groups()},
        )
    )  # fmt: skip
    return made


def _lists() -> list[tuple[standard.CodelistSpec, list[standard.Entry] | None]]:
    """The code lists with their entries; None for those too long for a page."""
    found = []
    for name, spec in standard.codelists().items():
        entries = list(standard.codelist(name).values())
        found.append((spec, entries if len(entries) <= LONG_LIST else None))
    return found


def plain_pages(site: Site) -> dict[str, bytes]:
    """About, the query page, and the page for what is not there."""
    made = render(site, "about.html", "about/", "index.html", lambda words: {})
    if site.url:  # a server shows it at any address: its links must be whole
        made.update(render(site, "missing.html", "", "404.html", lambda words: {}, whole=True))
    made.update(render(site, "query.html", "query/", "index.html", lambda words: {}))
    return made


def _told(words: Words) -> Any:
    def told(entry: Entry, code: str) -> str:
        figure = entry.figures.get(code)
        return "" if figure is None else key_figure(figure, words)[0]

    return told


def _figure(entry: Entry, code: str, words: Words) -> tuple[str, str] | None:
    figure = entry.figures.get(code)
    return None if figure is None else key_figure(figure, words)
