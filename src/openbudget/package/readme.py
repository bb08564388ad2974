"""README.md of a package: what it is, its key figures, tables and findings, how to cite and load it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from openbudget import standard
from openbudget.messages import say
from openbudget.model.amount import UNITS
from openbudget.model.disclosure import Disclosure
from openbudget.model.finding import Report, Severity
from openbudget.model.value import Value
from openbudget.package.descriptor import title_of
from openbudget.package.name import package_name
from openbudget.package.totals import WHOLES, key_row, scope

_KEY_ITEMS = (
    "revenue", "expenditure", "expenditure.basic", "expenditure.basic.personnel", "expenditure.basic.public",
    "expenditure.project", "three_public", "agency_operation", "procurement", "assets",
)  # fmt: skip
_SHOWN_FINDINGS = 50


def readme(disclosure: Disclosure, report: Report, tables: Mapping[str, Sequence[Mapping[str, Value]]]) -> str:
    """The text of README.md: first Chinese, then English."""
    return "\n".join(line for language in ("zh", "en") for line in _in(language, disclosure, report, tables)) + "\n"


def _in(
    language: str, disclosure: Disclosure, report: Report, tables: Mapping[str, Sequence[Mapping[str, Value]]]
) -> Iterator[str]:
    def told(key: str, **args: object) -> str:
        return say(f"package.readme_{key}", language, **args)

    facts, name, title = disclosure.facts, package_name(disclosure.facts), title_of(disclosure.facts, language)
    yield from (f"# {title}", "") if language == "zh" else ("---", "", f"# {title}", "")
    yield told("intro", agency=facts.agency_name, code=facts.agency_code or "—", region=facts.region_name,
               region_code=facts.region_code, year=facts.fiscal_year)  # fmt: skip
    yield ""
    coverage = disclosure.coverage
    yield told("coverage", total=coverage.total, tables=coverage.in_tables, sections=coverage.in_sections,
               rest=coverage.unrecognised)  # fmt: skip
    yield ""
    figures = [f"| {' | '.join(figure)} |" for figure in key_figures(language, tables, facts.kind)]
    if figures:
        yield from (f"## {told('figures')}", "", told("figures_head"), "|---|---:|---:|", *figures, "")
    yield from (f"## {told('tables')}", "", told("tables_head"), "|---|---|---:|")
    for table, rows in tables.items():
        yield f"| [`{table}`](data/{table}.csv) | {standard.tables()[table].title[language]} | {len(rows)} |"
    yield from ("", f"## {told('findings')}", "", *_findings(language, report), "")
    files = ", ".join(f"`source/{source.name}`" for source in disclosure.sources)
    yield from (f"## {told('source')}", "", told("source_text", files=files), "")
    yield from (f"## {told('load')}", "", told("load_text", name=name), "")
    yield from (f"## {told('excel')}", "", told("excel_text"), "")
    yield from (f"## {told('cite')}", "", told("cite_text", title=title, name=name, agency=facts.agency_name), "")


def key_figures(
    language: str, tables: Mapping[str, Sequence[Mapping[str, Value]]], kind: str
) -> Iterator[tuple[str, str, str]]:
    """The key figures of the disclosing body in a package of the kind, each once: title, as printed with its unit, in
    yuan. A total that is of one fund alone says so."""
    bodies = tables.get("organizations", ())
    own = bodies[0].get("id") if bodies else None
    for code in _KEY_ITEMS:
        row = key_row(tables.get("budget_lines", ()), code, kind, own)
        if row is None:
            continue
        amount, reported = row["amount"], row.get("amount_reported")
        entry = standard.codelist("items").get(str(row["item_code"]))
        title = entry.title(language) if entry else str(row.get("item"))
        if code in WHOLES and (fund := scope(row)):
            name = standard.codelist("fund_source")[fund].title(language)
            title = say("package.readme_of_fund", language, title=title, fund=name)
        unit = say(f"checks.unit_{row['unit_reported']}", language) if row.get("unit_reported") in UNITS else ""
        printed = f"{'' if reported is None else reported} {unit}".strip()
        yield title, printed, f"{amount:,f}" if isinstance(amount, Decimal) else f"{amount:,}"


def _findings(language: str, report: Report) -> Iterator[str]:
    counts = {severity.value: report.counts.get(severity, 0) for severity in Severity}
    if not report.findings:
        yield say("package.readme_no_findings", language)
        return
    yield say("package.readme_counts", language, **counts)
    yield ""
    for finding in report.findings[:_SHOWN_FINDINGS]:
        severity = say(f"package.severity_{finding.severity}", language)
        yield f"- **{finding.rule}** {severity}: " + " ".join(finding.message[language].split())
    if len(report.findings) > _SHOWN_FINDINGS:
        yield ""
        yield say("package.readme_more", language, count=len(report.findings) - _SHOWN_FINDINGS)
