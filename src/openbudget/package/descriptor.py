"""datapackage.json: a Data Package v2 descriptor that software for v1 reads as well."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from openbudget import __version__, standard
from openbudget.messages import say
from openbudget.model.digest import sha256
from openbudget.model.facts import Facts
from openbudget.package.name import package_name, source_file_name

if TYPE_CHECKING:
    from openbudget.model.disclosure import Disclosure

_KEYWORDS = ("预算公开", "budget disclosure")
_PROFILES = "https://datapackage.org/profiles/2.0"
# every default said aloud: readers that guess (by sniffing) must not guess wrong on prose with semicolons
_DIALECT = {
    "$schema": f"{_PROFILES}/tabledialect.json",
    "delimiter": ",",
    "lineTerminator": "\n",
    "quoteChar": '"',
    "doubleQuote": True,
    "skipInitialSpace": False,
    "header": True,
}


def title_of(facts: Facts, language: str) -> str:
    """The package's title: in Chinese as printed where it is known, else made of body, year and kind."""
    if language == "zh" and facts.title:
        return " ".join(facts.title.split())
    level = "unit_" if facts.level == "unit" else ""
    key = f"package.title_{level}{facts.kind.replace('-', '_')}"
    return say(key, language, agency=facts.agency_name, year=facts.fiscal_year)


def descriptor(
    disclosure: Disclosure, files: Mapping[str, bytes], tables: Mapping[str, str], contents: Mapping[str, bytes]
) -> dict[str, Any]:
    """The descriptor. `files` are the bytes of the package by path, `tables` table → path, `contents` the sources by
    their names."""
    facts = disclosure.facts
    described = {
        language: say("package.description", language, agency=facts.agency_name, region=facts.region_name)
        for language in ("zh", "en")
    }
    return {
        "$schema": f"{_PROFILES}/datapackage.json",
        "profile": "tabular-data-package",
        "name": package_name(facts),
        "title": title_of(facts, "zh"),
        "title_en": title_of(facts, "en"),
        "description": described["zh"],
        "description_en": described["en"],
        "contributors": [{"title": facts.agency_name, "role": "publisher", "roles": ["publisher"]}],
        "keywords": [
            facts.agency_name,
            facts.region_name,
            str(facts.fiscal_year),
            *_KEYWORDS,
        ],
        "sources": [
            {
                "title": source.name,
                "path": f"source/{source_file_name(source.name)}",
                **_hash(contents[source.name]),
                "mediatype": source.media_type,
                **({"encoding": source.charset} if source.charset else {}),
            }
            for source in disclosure.sources
        ],
        "openbudget": openbudget_object(disclosure),
        "resources": [_resource(name, path, files[path], set(tables)) for name, path in tables.items()],
    }


def openbudget_object(disclosure: Disclosure) -> dict[str, Any]:
    """The object `openbudget` of datapackage.json and disclosure.json: what the disclosure is, how it was read."""
    facts, coverage = disclosure.facts, disclosure.coverage
    made: dict[str, Any] = {
        "standard_version": standard.version(),
        "kind": facts.kind,
        "fiscal_year": facts.fiscal_year,
        "region_code": facts.region_code,
        "region_name": facts.region_name,
        "agency_code": facts.agency_code,
        "agency_name": facts.agency_name,
        "level": facts.level,
        "disclosed_on": facts.disclosed_on.isoformat() if facts.disclosed_on else None,
        "language": facts.language,
        "coverage": {
            "total": coverage.total,
            "in_tables": coverage.in_tables,
            "in_sections": coverage.in_sections,
            "unrecognised": coverage.unrecognised,
        },
        "codelists": _editions(disclosure),
        "generator": {"name": "openbudget", "version": __version__},
    }
    return {name: value for name, value in made.items() if value is not None}


def _editions(disclosure: Disclosure) -> dict[str, str]:
    """The code lists that the tables of the disclosure use, with the edition of each."""
    used = {
        name
        for table, rows in disclosure.tables.items()
        for field in standard.tables()[table].fields
        if field.codelists
        for row in rows
        if row.get(field.name) is not None and (name := field.codelist_for({**row.values}))
    }
    return {name: spec.edition for name, spec in standard.codelists().items() if name in used}


def _resource(name: str, path: str, content: bytes, present: set[str]) -> dict[str, Any]:
    spec = standard.tables()[name]
    return {
        "$schema": f"{_PROFILES}/dataresource.json",
        "profile": "tabular-data-resource",
        "name": name,
        "type": "table",
        "path": path,
        "title": spec.title["zh"],
        "title_en": spec.title["en"],
        "description": spec.description["zh"],
        "description_en": spec.description["en"],
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        **_hash(content),
        "dialect": _DIALECT,
        "schema": standard.packaged_schema(name, present),
    }


def _hash(content: bytes) -> dict[str, Any]:
    return {"hash": f"sha256:{sha256(content)}", "bytes": len(content)}
