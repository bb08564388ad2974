"""A small disclosure, made by hand, with its report and source."""

from __future__ import annotations

import datetime
import hashlib
from decimal import Decimal

from openbudget.model.amount import plain
from openbudget.model.disclosure import Coverage, Disclosure, Origin, Row
from openbudget.model.document import Source
from openbudget.model.facts import Facts
from openbudget.model.finding import Finding, Outcome, Report, RuleRun, Severity, Term
from openbudget.model.place import TextPlace
from openbudget.model.value import Value

TEXT = "某县财政局2021年部门预算\n支出预算765.14万元\n预算：政府的年度收支计划\n".encode()
NAME = "财政局 2021.txt"


def facts(**changes: object) -> Facts:
    given: dict[str, object] = {
        "agency_name": "某县财政局",
        "fiscal_year": 2021,
        "kind": "budget",
        "region_code": "130433",
        "region_name": "馆陶县",
        "agency_code": "434",
        "disclosed_on": datetime.date(2021, 3, 1),
    }
    return Facts(**{**given, **changes})  # type: ignore[arg-type]


def _origin(line: int, printed: str, method: str = "sentence") -> Origin:
    return Origin(NAME, TextPlace(line, line, 0), printed, method)


def _line(identity: str, item: str, code: str, amount: str, parent: str | None = None) -> Row:
    values: dict[str, Value] = {
        "organization_id": "org-434",
        "fiscal_year": 2021,
        "stage": "budget",
        "statement": "narrative",
        "flow": "expenditure",
        "item": item,
        "item_code": code,
        "parent_id": parent,
        "is_total": parent is None,
        "amount": plain(Decimal(amount) * 10000),
        "amount_reported": Decimal(amount),
        "unit_reported": "wan_yuan",
    }
    return Row("budget_lines", identity, values, {"amount": _origin(2, f"{amount}万元")})


def disclosure(**changes: object) -> Disclosure:
    source = Source(NAME, hashlib.sha256(TEXT).hexdigest(), len(TEXT), "text/plain", "text", "utf-8")
    tables = {
        "organizations": (
            Row("organizations", "org-434", {"name": "某县财政局"}, {"name": _origin(1, "某县财政局", "heading")}),
        ),
        "budget_lines": (
            _line("e", "支出预算", "expenditure", "765.14"),
            _line("e.basic", "基本支出", "expenditure.basic", "507.40", "e"),
            _line("e.project", "项目支出", "expenditure.project", "257.74", "e"),
        ),
        "glossary": (
            Row(
                "glossary", "g1", {"term": "预算", "definition": '政府的"年度"\n收支计划'}, {"term": _origin(3, "预算")}
            ),
        ),
    }
    return Disclosure(facts(**changes), (source,), tables, Coverage(3, 2, 1, 0))


def report(name: str = "cn-130433-434-2021-budget") -> Report:
    finding = Finding(
        rule="SUM-003",
        severity=Severity.WARNING,
        outcome=Outcome.FAIL,
        fingerprint="0123456789abcdef",
        message={"zh": "合计不等于分项之和", "en": "the total is not the sum of its parts"},
        table="budget_lines",
        row_id="e",
        field="amount",
        expected="7651400",
        actual="7651500",
        difference="100",
        tolerance="100",
        terms=(Term("支出预算", Decimal(7651400)), Term("基本支出", None, "-")),
    )
    return Report(
        name,
        (finding, finding),
        (RuleRun("SUM-003", {Outcome.FAIL: 2, Outcome.PASS: 1}),),
        {Severity.WARNING: 2},
        {"organizations": 1, "budget_lines": 3, "glossary": 1},
    )


CONTENTS = {NAME: TEXT}
