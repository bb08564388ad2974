"""What the site remembers of a package it published: enough to list, find and compare it without the package.

It is kept as `release.json` in the package's folder of the site, and is itself a document that programs may read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from openbudget import standard
from openbudget.package import Package
from openbudget.package.totals import WHOLES, scope
from openbudget.site import money
from openbudget.site.figures import Figures
from openbudget.site.words import Words

KEY_FIGURES = (
    "revenue", "expenditure", "expenditure.basic", "expenditure.basic.personnel", "expenditure.basic.public",
    "expenditure.project", "three_public", "agency_operation", "procurement", "assets",
)  # fmt: skip

_TEXTS = ("name", "fingerprint", "agency", "region_code", "region_name", "kind")
_MAYBE = ("agency_code", "credit_code", "level", "withdrawn")


@dataclass(frozen=True)
class Entry:
    """One published package. `figures` are the key figures by item code: yuan, the printed figure with its unit's
    code, and for a total the fund that it is of where it is not of all money. `regions` leads from the province down (code, name). `history` is the change log, newest first. `files` are
    those that can be downloaded, by their paths below the package's folder: size and SHA-256. `licence` is the one that
    the package states (name, url). `beside` are the packages that its page is held against, with their fingerprints."""

    name: str
    fingerprint: str
    title: Mapping[str, str]
    agency: str
    agency_code: str | None
    region_code: str
    region_name: str
    regions: tuple[tuple[str, str], ...]
    year: int
    kind: str
    figures: Mapping[str, Mapping[str, str]]
    findings: Mapping[str, int]
    rows: Mapping[str, int]
    hashes: Mapping[str, str]
    words: tuple[str, ...] = ()
    history: tuple[Mapping[str, Any], ...] = ()
    withdrawn: str | None = None  # the reason
    builder: str = ""
    description: Mapping[str, str] = field(default_factory=dict)
    credit_code: str | None = None
    licence: Mapping[str, str] | None = None
    level: str | None = None
    files: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    beside: tuple[tuple[str, str], ...] = ()

    @property
    def department(self) -> str:
        """The identity of the department: the package's name without year and kind."""
        return self.name.removesuffix(f"-{self.year}-{self.kind}")

    @property
    def published(self) -> str:
        """The day of the last change."""
        return str(self.history[0]["date"]) if self.history else ""

    def document(self) -> dict[str, Any]:
        """The entry as plain values, in the order of its fields."""
        return dict(vars(self))


def entry_of(document: Mapping[str, Any]) -> Entry:
    """The inverse of `document`. Raises TypeError, ValueError or KeyError where it is none."""
    values = dict(document)
    values["year"] = int(values["year"])
    for name in _TEXTS:
        if not isinstance(values[name], str):
            raise TypeError(name)
    values |= {name: None if values.get(name) is None else str(values[name]) for name in _MAYBE}
    values["regions"] = tuple((str(code), str(name)) for code, name in values["regions"])
    values["words"] = tuple(values.get("words", ()))
    values["history"] = tuple(values.get("history", ()))
    values["beside"] = tuple((str(name), str(digest)) for name, digest in values.get("beside", ()))
    files: Mapping[str, Any] = values.get("files", {})
    values["files"] = {path: (int(size), str(digest)) for path, (size, digest) in files.items()}
    return Entry(**values)


def key_figure(figure: Mapping[str, str], words: Words) -> tuple[str, str]:
    """A key figure of an entry for a headline and in full. A total that is of one fund says so."""
    row = {"amount_reported": figure["reported"], "unit_reported": figure["unit"]}
    sum_ = money.told(Decimal(figure["amount"]), money.printed(row), figure["unit"] or None, words.language)
    fund = figure.get("fund")
    big = words("of_fund", name=sum_.big, fund=words.code("fund_source", fund)) if fund else sum_.big
    return big, sum_.exact


def describe(package: Package, findings: Mapping[str, int], fingerprint: str, builder: str) -> Entry:
    """The entry of a package that is to be published, without its history."""
    facts, descriptor = package.facts, package.descriptor
    figures = Figures(package.tables, str(facts["kind"]))
    told: dict[str, dict[str, str]] = {}
    for code in KEY_FIGURES:
        row = _assets(package) if code == "assets" else figures.one(code)
        if row is not None:
            reported = row.get("amount_reported") or row.get("value_reported")
            amount = row.get("amount") if "amount" in row else row.get("value")
            told[code] = {
                "amount": f"{amount:f}" if isinstance(amount, Decimal) else str(amount),
                "reported": str(reported or ""),
                "unit": str(row.get("unit_reported") or ""),
            }
            fund = scope(row) if row.get("item_code") in WHOLES else None
            if fund:
                told[code]["fund"] = fund
    title = str(descriptor.get("title") or package.name)
    return Entry(
        name=package.name,
        fingerprint=fingerprint,
        title={"zh": title, "en": str(descriptor.get("title_en") or title)},
        agency=str(facts["agency_name"]),
        agency_code=facts.get("agency_code"),
        region_code=str(facts["region_code"]),
        region_name=str(facts.get("region_name") or ""),
        regions=regions_above(str(facts["region_code"]), str(facts.get("region_name") or "")),
        year=int(facts["fiscal_year"]),
        kind=str(facts["kind"]),
        figures=told,
        findings=dict(findings),
        rows=dict(package.rows),
        hashes={str(part["name"]): str(part.get("hash") or "") for part in descriptor["resources"]},
        words=_search_words(package),
        builder=builder,
        description={
            language: str(descriptor.get(name) or "")
            for language, name in (("zh", "description"), ("en", "description_en"))
        },
        credit_code=next(
            (str(row["credit_code"]) for row in package.tables.get("organizations", ())[:1] if row.get("credit_code")),
            None,
        ),
        licence=_licence(descriptor),
        level=facts.get("level"),
    )


def _licence(descriptor: Mapping[str, Any]) -> Mapping[str, str] | None:
    """The first licence that a descriptor states with its address (Data Package: `licenses`)."""
    for one in descriptor.get("licenses") or ():
        if isinstance(one, dict) and str(one.get("path", "")).startswith(("https://", "http://")):
            return {"name": str(one.get("name") or one.get("title") or one["path"]), "url": str(one["path"])}
    return None


def regions_above(code: str, name: str) -> tuple[tuple[str, str], ...]:
    """A region with those it lies in, the largest first."""
    listed = standard.codelist("regions")
    chain: list[tuple[str, str]] = []
    at = code
    while at in listed and len(chain) < 5:
        if listed[at].title_zh not in _NO_PLACES:
            chain.append((at, listed[at].title_zh))
        at = listed[at].parent
    return tuple(reversed(chain)) or ((code, name),)


# rows of GB/T 2260 that only group others
_NO_PLACES = frozenset({"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"})


def _assets(package: Package) -> Mapping[str, Any] | None:
    for row in package.tables.get("assets", ()):
        if row.get("parent_id") is None and isinstance(row.get("value"), Decimal | int):
            return row
    return None


def _search_words(package: Package) -> tuple[str, ...]:
    """What a person may look for: units, projects, goals, functions, things bought."""
    wanted = (
        ("organizations", "name"), ("performance_goals", "title"), ("budget_lines", "project"),
        ("budget_lines", "function_name"), ("procurement", "item"),
    )  # fmt: skip
    found: dict[str, None] = {}
    for table, name in wanted:
        for row in package.tables.get(table, ()):
            text = row.get(name)
            if isinstance(text, str) and text:
                found.setdefault(text[:60])
    return tuple(found)[:200]


__all__ = ["KEY_FIGURES", "Entry", "describe", "entry_of", "regions_above"]
