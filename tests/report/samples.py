"""A report with findings of every kind that a form has to show."""

from __future__ import annotations

from decimal import Decimal

from openbudget.model.finding import Finding, Outcome, Report, RuleRun, Severity, Term

HOSTILE = '<script>alert("x")</script> & “引号” ```code``` | \x07 :: %0A, \x1b[31m\u202e末尾'


def finding(number: int = 0, severity: Severity = Severity.WARNING, rule: str = "YOY-001") -> Finding:
    """A sum that does not come out: 7.01 against −109.3 + 115.97."""
    terms = (
        Term(
            "基本支出", Decimal(-1093000), "+", "comparisons", "basic", "change_amount", "a.txt", "#line=10,11", "109.3"
        ),
        Term(
            "项目支出",
            Decimal(1159700),
            "+",
            "comparisons",
            "project",
            "change_amount",
            "a.txt",
            "#line=11,12",
            "115.97",
        ),
        Term(
            "预算收支", Decimal(70100), "=", "comparisons", "total", "change_amount", "a.txt", "#char=5,9", "7.01万元"
        ),
    )
    return Finding(
        rule=rule,
        severity=severity,
        outcome=Outcome.FAIL,
        fingerprint=f"{number:016x}",
        message={"zh": "增减额与各部分之和不符。", "en": "The change is not the sum of its parts."},
        table="comparisons",
        row_id="total",
        field="change_amount",
        expected="66700",
        actual="70100",
        difference="3400",
        tolerance="600",
        terms=terms,
        file="a.txt",
        place="#char=5,9",
        printed="7.01万元",
    )


def hostile() -> Finding:
    """Text from a source that means something in HTML, XML, Markdown, CSV and workflow commands."""
    return Finding(
        rule="DOC-002",
        severity=Severity.NOTE,
        outcome=Outcome.FAIL,
        fingerprint="f" * 16,
        message={"zh": HOSTILE, "en": HOSTILE},
        table="sections",
        row_id='s"1',
        actual="=HYPERLINK(1)",
        path="data/a,b:c.csv",
        line=7,
        printed=HOSTILE,
        waived="=已函告",
    )


RUNS = (
    RuleRun("YOY-001", {Outcome.PASS: 3, Outcome.FAIL: 1}, {}, 1),
    RuleRun("DOC-002", {Outcome.FAIL: 1}),
    RuleRun("SUM-001", {Outcome.PASS: 12}),
    RuleRun("SUM-002", {Outcome.NOT_APPLICABLE: 1}, {"missing_operand:expenditure.basic": 1}),
    RuleRun("SUM-013", {Outcome.NOT_APPLICABLE: 1}, {"no_rows": 1}),
)


def sample() -> Report:
    """A valid package with a fault of its source and a waived note."""
    counts = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 0}
    return Report("cn-130433-434-2021-budget", (finding(), hostile()), RUNS, counts, {"comparisons": 4}, "out/pkg")


def invalid() -> Report:
    """A package with an error, of which more were found than are listed."""
    counts = {Severity.ERROR: 12, Severity.WARNING: 0, Severity.NOTE: 0}
    return Report("broken", (finding(1, Severity.ERROR, "PRV-004"),), RUNS[:1], counts)


def clean() -> Report:
    """A package in which nothing was found."""
    return Report("clean", (), RUNS[2:], dict.fromkeys(Severity, 0))


def changed() -> Finding:
    """A figure that is not the printed one any more, and a text without a place to break it."""
    said = f"data/budget_lines.csv {'0123456789abcdef' * 4}"
    terms = (
        Term("行政运行·基本支出", Decimal(0), "+", "budget_lines", "a", "amount", "a.txt", "#line=3,4", "0"),
        Term("行政运行·项目支出", Decimal(1059700), "+", "budget_lines", "b", "amount", "a.txt", "#line=4,5", "115.97"),
        Term("行政运行·合计", Decimal(1159700), "=", "budget_lines", "c", "amount", "a.txt", "#line=5,6", "115.97"),
    )
    return finding(2, Severity.ERROR, "SUM-014")._replace(message={"zh": said, "en": said}, terms=terms)
