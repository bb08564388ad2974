"""Open Fiscal Data Package (specs.frictionlessdata.io, fiscal-data-package 1.0.0-rc.1, with the budgets taxonomy): the
budget lines as one flat table whose columns have `columnType`s, and the `model` of the older 0.3 profile beside them.

Rows are the lines that can be added up, so that a reader who sums the column gets the total: what says the same money
again is left out (`leaves`). What the taxonomy has no word for stays a column without a type.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from openbudget import standard
from openbudget.errors import UsageError
from openbudget.export import Export
from openbudget.package import Package
from openbudget.package.serialise import write_csv

TAXONOMY = "https://specs.frictionlessdata.io/taxonomies/fiscal/budgets.json"
PATH = "data/budget.csv"
Row = Mapping[str, Any]


class Column(NamedTuple):
    """A column of the flat table: its name, its type and columnType, and the dimension of the model that it is in."""

    name: str
    type: str
    column_type: str | None
    dimension: str | None
    title: str


COLUMNS = (
    Column("budget_line_id", "string", "budget-line-id", "budget-line", "标识"),
    Column("fiscal_year", "integer", "date:fiscal-year", "date", "预算年度"),
    Column("phase", "string", "phase:id", "phase", "阶段"),
    Column("phase_label", "string", "phase:label", "phase", "阶段名称"),
    Column("direction", "string", "direction", "direction", "收支方向"),
    Column("organization", "string", "administrative-classification:generic:code", "administrative", "单位标识"),
    Column("organization_label", "string", "administrative-classification:generic:label", "administrative", "单位名称"),
    Column("region", "string", "geo-source:target:code", "geo", "行政区划代码"),
    Column("region_label", "string", "geo-source:target:title", "geo", "行政区划名称"),
    Column("item", "string", None, "item", "项目代码"),
    Column("item_label", "string", None, "item", "项目名称"),
    Column("fund_source", "string", "fin-source:generic:code", "fund-source", "资金来源"),
    Column("fund_source_label", "string", "fin-source:generic:label", "fund-source", "资金来源名称"),
    Column("expenditure_type", "string", "expenditure-type:code", "expenditure-type", "支出类型"),
    Column("expenditure_type_label", "string", "expenditure-type:label", "expenditure-type", "支出类型名称"),
    Column("function", "string", "functional-classification:generic:code", "functional", "支出功能分类科目编码"),
    Column("function_label", "string", "functional-classification:generic:label", "functional", "支出功能分类科目名称"),
    Column("economic", "string", "economic-classification:generic:code", "economic", "支出经济分类科目编码"),
    Column("economic_label", "string", "economic-classification:generic:label", "economic", "支出经济分类科目名称"),
    Column("project", "string", "activity:generic:project:code", "project", "项目"),
    Column("statement", "string", None, None, "报表"),
    Column("amount", "number", "value", None, "金额（元）"),
)
_DIMENSION_TYPES = {
    "budget-line": "other", "date": "datetime", "phase": "other", "direction": "other",
    "administrative": "classification", "geo": "location", "item": "classification", "fund-source": "classification",
    "expenditure-type": "classification", "functional": "classification", "economic": "classification",
    "project": "activity",
}  # fmt: skip


def write(package: Package, options: Mapping[str, str]) -> dict[str, bytes]:
    """`datapackage.json` and `data/budget.csv`. Raises UsageError where the package has no budget lines."""
    bodies = package.tables.get("organizations", ())
    lines = leaves(package.tables.get("budget_lines", ()), next((str(row["id"]) for row in bodies), None))
    if not lines:
        raise UsageError("export.no_lines", name=package.name)
    names = {str(row["id"]): str(row["name"]) for row in bodies}
    content = _csv([_row(row, package, names) for row in lines])
    said = json.dumps(_descriptor(package, content), ensure_ascii=False, indent=2) + "\n"
    return {"datapackage.json": said.encode(), PATH: content}


def leaves(rows: Sequence[Row], department: str | None = None) -> list[Row]:
    """The lines that add up without saying any money twice: of revenue and of expenditure, of one statement each and, where
    it has lines of its own there, of the `department` alone (its units are in its figures).

    The most detailed statement is taken; sentences (`narrative`) only where there is none, and of them the parts of the
    total, as far down as the parts make up the whole.
    """
    found: list[Row] = []
    for flow, statements in _WHOLE.items():
        of_flow = [row for row in rows if row.get("flow") == flow and row.get("amount") is not None]
        own = [row for row in of_flow if row.get("organization_id") == department] or of_flow
        parts = [row for row in own if not row.get("is_total")]
        for statement in statements:
            taken = [row for row in parts if row.get("statement") == statement]
            if taken:
                found += taken
                break
        else:
            found += _of_sentences(own, flow)
    return found


# statements that say all the money of a flow, the most detailed first
_WHOLE = {"revenue": ("revenue", "revenue_expenditure"), "expenditure": ("expenditure", "revenue_expenditure")}


def _of_sentences(rows: Sequence[Row], flow: str) -> list[Row]:
    """Of the sentences, the parts of the total down to those that have no parts of their own."""
    told = [row for row in rows if row.get("statement") == "narrative"]
    roots = [row for row in told if row.get("item_code") == flow and row.get("parent_id") is None]
    found: list[Row] = []
    for root in roots[:1]:
        waiting = [root]
        while waiting:
            row = waiting.pop(0)
            parts = [one for one in told if one.get("parent_id") == row["id"] and not one.get("of_which")]
            if parts and sum(one["amount"] for one in parts) == row["amount"]:
                waiting += parts
            else:
                found.append(row)
    return found


def _row(row: Row, package: Package, names: Mapping[str, str]) -> list[Any]:
    facts = package.facts
    values = {
        "budget_line_id": row["id"],
        "fiscal_year": row["fiscal_year"],
        "phase": row["stage"],
        "phase_label": _title("stage", row["stage"]),
        "direction": row["flow"],
        "organization": row["organization_id"],
        "organization_label": names.get(str(row["organization_id"]), row["organization_id"]),
        "region": facts["region_code"],
        "region_label": facts.get("region_name"),
        "item": row.get("item_code"),
        "item_label": row["item"],
        "fund_source": row.get("fund_source"),
        "fund_source_label": _title("fund_source", row.get("fund_source")),
        "expenditure_type": row.get("expenditure_type"),
        "expenditure_type_label": _title("expenditure_type", row.get("expenditure_type")),
        "function": row.get("function_code"),
        "function_label": row.get("function_name"),
        "economic": row.get("economic_code"),
        "economic_label": row.get("economic_name"),
        "project": row.get("project"),
        "statement": row["statement"],
        "amount": row["amount"],
    }
    return [values[column.name] for column in COLUMNS]


def _title(listed: str, code: Any) -> str | None:
    entry = standard.codelist(listed).get(str(code)) if code else None
    return entry.title_zh if entry else code


def _csv(rows: Sequence[Sequence[Any]]) -> bytes:
    out = io.StringIO()
    write_csv(out, [[column.name for column in COLUMNS]])
    write_csv(out, ([f"{value:f}" if isinstance(value, Decimal) else value for value in row] for row in rows))
    return out.getvalue().encode()


def _descriptor(package: Package, content: bytes) -> dict[str, Any]:
    facts, year = package.facts, int(package.facts["fiscal_year"])
    made: dict[str, Any] = {
        "profile": "tabular-data-package",  # the schema of the fiscal profile allows no other value
        "name": f"{package.name}-fiscal",
        "title": package.descriptor.get("title") or package.name,
        "description": package.descriptor.get("description") or "",
        "countryCode": "CN",
        "granularity": "aggregated",
        "fiscalPeriod": {"start": f"{year}-01-01", "end": f"{year}-12-31"},
        "columnTypes": [TAXONOMY],
        "sources": [
            {"title": str(one.get("title") or one.get("path"))}
            for one in package.descriptor.get("sources") or ()
            if isinstance(one, dict)
        ],
        "contributors": [{"title": facts["agency_name"], "role": "publisher"}],
        "resources": [_resource(content)],
        "model": _model(),
    }
    if not made["sources"]:
        del made["sources"]
    if package.descriptor.get("licenses"):
        made["licenses"] = package.descriptor["licenses"]
    return made


def _resource(content: bytes) -> dict[str, Any]:
    fields = []
    for column in COLUMNS:
        field = {"name": column.name, "type": column.type, "title": column.title}
        fields.append({**field, "columnType": column.column_type} if column.column_type else field)
    return {
        "profile": "tabular-data-resource",
        "name": "budget",
        "path": PATH,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "schema": {
            "fields": fields,
            "missingValues": [""],
            "primaryKey": ["budget_line_id"],
            "extraFields": [
                {"name": "currency", "type": "string", "columnType": "value-currency:code", "constant": "CNY"}
            ],
        },
    }


def _model() -> dict[str, Any]:
    """Measures and dimensions as Fiscal Data Package 0.3 has them, for readers of that version."""
    dimensions: dict[str, Any] = {}
    for column in COLUMNS:
        if column.dimension is None:
            continue
        one = dimensions.setdefault(
            column.dimension,
            {"dimensionType": _DIMENSION_TYPES[column.dimension], "primaryKey": column.name, "attributes": {}},
        )
        if column.dimension in ("functional", "administrative", "economic"):
            one["classificationType"] = column.dimension
        attribute: dict[str, Any] = {"resource": "budget", "source": column.name}
        if column.name.endswith("_label") and one["primaryKey"] != column.name:
            attribute["labelfor"] = one["primaryKey"]
        one["attributes"][column.name] = attribute
    return {
        "measures": {"amount": {"resource": "budget", "source": "amount", "currency": "CNY", "factor": 1}},
        "dimensions": dimensions,
    }


EXPORT = Export("ofdp", {}, write)
