"""Open Contracting Data Standard 1.1: the procurement rows as releases of the planning stage, in one release package.

A row is one planned purchase and so one contracting process: the budget it is paid from (`planning.budget`) and what is
to be bought (`tender`, with the status `planning`). Nothing is added that the row does not say.

An `ocid` begins with a prefix that the Open Contracting Partnership gives a publisher. Without the option `prefix` it
begins with `unregistered`, which is valid by the schema and says what it is.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from openbudget import standard
from openbudget.errors import UsageError
from openbudget.export import Export
from openbudget.messages import say
from openbudget.package import Package

PREFIX = "unregistered"
# procurement_category → the closed code list procurementCategory of OCDS
_CATEGORIES = {"goods": "goods", "works": "works", "services": "services"}
_FUNDS = {
    "amount_general_public_budget": "general_public_budget", "amount_government_fund": "government_fund",
    "amount_state_capital": "state_capital", "amount_special_account": "special_account",
    "amount_unit_funds": "unit_funds", "amount_carryover": "carryover",
}  # fmt: skip
Row = Mapping[str, Any]


def write(package: Package, options: Mapping[str, str]) -> dict[str, bytes]:
    """The release package. Options: `prefix` (of ocids), `url` (of this file), `published` (ISO day; the disclosure's
    own where it prints one, else the first day of the fiscal year). Raises UsageError where nothing is to be bought."""
    rows = package.tables.get("procurement", ())
    if not rows:
        raise UsageError("export.no_procurement", name=package.name)
    facts = package.facts
    day = options.get("published") or str(facts.get("disclosed_on") or f"{facts['fiscal_year']}-01-01")
    date = f"{day}T00:00:00Z"
    party = _party(package)
    made = {
        "uri": options.get("url") or f"urn:openbudget:{package.name}:ocds",
        "version": "1.1",
        "publishedDate": date,
        "publisher": {"name": str(facts["agency_name"])},
        **_licence(package),
        "releases": [_release(row, package, party, options.get("prefix") or PREFIX, date) for row in rows],
    }
    text = json.dumps(made, ensure_ascii=False, indent=1, default=_number) + "\n"
    return {"releases.json": text.encode()}


def _licence(package: Package) -> dict[str, str]:
    for one in package.descriptor.get("licenses") or ():
        if isinstance(one, dict) and one.get("path"):
            return {"license": str(one["path"])}
    return {}


def _party(package: Package) -> dict[str, Any]:
    """The disclosing department as buyer."""
    facts = package.facts
    first: Row = next(iter(package.tables.get("organizations", ())), {})
    code = first.get("credit_code")
    own = f"{facts['region_code']}-{facts.get('agency_code') or facts['agency_name']}"
    return {
        "id": f"CN-USCI-{code}" if code else own,
        "name": str(facts["agency_name"]),
        "roles": ["buyer", "procuringEntity"],
        "identifier": {
            **({"scheme": "CN-USCI", "id": str(code)} if code else {}),
            "legalName": str(facts["agency_name"]),
        },
        "address": {"region": str(facts.get("region_name") or ""), "countryName": "中国"},
    }


def _release(row: Row, package: Package, party: Mapping[str, Any], prefix: str, date: str) -> dict[str, Any]:
    identity = hashlib.sha256(f"{package.name}\n{row['id']}".encode()).hexdigest()[:16]
    ocid = f"{prefix}-{identity}"
    buyer = {"id": party["id"], "name": party["name"]}
    year = int(package.facts["fiscal_year"])
    return {
        "ocid": ocid,
        "id": f"{ocid}-planning-{year}",
        "date": date,
        "tag": ["planning"],
        "initiationType": "tender",
        "language": "zh",
        "parties": [dict(party)],
        "buyer": buyer,
        "planning": {"budget": _budget(row, year), "documents": _documents(package, row)},
        "tender": _tender(row, ocid, buyer),
    }


def _budget(row: Row, fiscal_year: int) -> dict[str, Any]:
    year = say("export.budget_year", "zh", year=fiscal_year)
    made: dict[str, Any] = {"id": str(row["id"]), "description": f"{year}{_sources(row)}"}
    if row.get("amount") is not None:
        made["amount"] = _value(row["amount"])
    if row.get("project"):
        made["project"] = str(row["project"])
    return made


def _sources(row: Row) -> str:
    """Which money pays for it, in words: `一般公共预算 25000 元`."""
    titles = standard.codelist("fund_source")
    told = [
        f"{titles[code].title_zh} {row[column]:f} 元" for column, code in _FUNDS.items() if row.get(column) is not None
    ]
    return f"：{'；'.join(told)}" if told else ""


def _documents(package: Package, row: Row) -> list[dict[str, Any]]:
    """The place in the disclosure that says so."""
    found = [
        one
        for one in package.tables.get("sources", ())
        if one.get("table") == "procurement" and one.get("row_id") == row["id"]
    ]
    found.sort(key=lambda one: one.get("field") != "amount")
    return [
        {
            "id": "1",
            "documentType": "procurementPlan",
            "title": str(one["file"]),
            "description": str(one["locator"]),
            "language": "zh",
        }
        for one in found[:1]
    ]


def _tender(row: Row, ocid: str, buyer: Mapping[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {
        "id": ocid,
        "title": str(row["item"]),
        "status": "planning",
        "procuringEntity": dict(buyer),
        "items": [_item(row)],
    }
    if row.get("amount") is not None:
        made["value"] = _value(row["amount"])
    if row.get("category") in _CATEGORIES:
        made["mainProcurementCategory"] = _CATEGORIES[str(row["category"])]
    if row.get("mode"):
        entry = standard.codelist("procurement_mode").get(str(row["mode"]))
        made["procurementMethodDetails"] = entry.title_zh if entry else str(row["mode"])
    return made


def _item(row: Row) -> dict[str, Any]:
    made: dict[str, Any] = {"id": str(row["id"]), "description": str(row["item"])}
    if row.get("catalogue_code"):
        made["classification"] = _classification(row)
    if row.get("quantity") is not None:
        made["quantity"] = row["quantity"]
    unit: dict[str, Any] = {}
    if row.get("unit_of_measure"):
        unit["name"] = str(row["unit_of_measure"])
    if row.get("unit_price") is not None:
        unit["value"] = _value(row["unit_price"])
    return {**made, "unit": unit} if unit else made


def _classification(row: Row) -> dict[str, Any]:
    """The code of the government procurement catalogue, with its title where the catalogue has it."""
    edition, code = str(row.get("catalogue_edition") or ""), str(row["catalogue_code"])
    made = {"scheme": f"CN-PROCUREMENT-{edition}" if edition else "CN-PROCUREMENT", "id": code}
    listed = f"procurement_catalogue_{edition}"
    entry = standard.codelist(listed).get(code) if listed in standard.codelists() else None
    return {**made, "description": entry.title_zh} if entry else made


def _value(amount: Any) -> dict[str, Any]:
    return {"amount": amount, "currency": "CNY"}


def _number(value: Any) -> int | float:
    """A decimal as a JSON number with the same digits."""
    if not isinstance(value, Decimal):
        raise TypeError(type(value).__name__)
    return int(value) if value == value.to_integral_value() else float(value)


EXPORT = Export(
    "ocds",
    {"prefix": "export.ocds_prefix", "url": "export.ocds_url", "published": "export.ocds_published"},
    write,
    "releases.json",
)
