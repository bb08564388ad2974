"""A rule for people: what it says and why, what blanks mean, what to do, and examples of every outcome with what the
engine says about them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from openbudget import standard
from openbudget.checks import run
from openbudget.checks.examples import tables_of
from openbudget.checks.expression import parse
from openbudget.checks.rule import STRUCTURE, Rule, rule_of
from openbudget.errors import UsageError
from openbudget.model.finding import Finding, Severity
from openbudget.report.sum_lines import sum_lines
from openbudget.report.sums import sum_of
from openbudget.report.wording import group_title, severity_name, words

_HIDDEN = frozenset({"id", "organization_id", "fiscal_year", "stage", "unit_reported", "goal_id", "file", "locator"})


def rule_named(name: str) -> Rule:
    """The rule with this id, also as `sum-3` or `SUM003`; UsageError names the nearest ones."""
    declared = {str(rule["id"]): rule for rule in standard.checks()}
    parts = re.fullmatch(r"([A-Z]{3})[-_ ]?0*(\d{1,3})", name.upper())
    entry = declared.get(f"{parts[1]}-{parts[2]:0>3}" if parts else name)
    if entry is None:
        from difflib import get_close_matches

        near = get_close_matches(name.upper(), declared, 5, 0.5) or sorted({rule[:3] for rule in declared})
        raise UsageError("report.no_such_rule", rule=name, near=", ".join(near))
    return rule_of(entry)


def catalogue(language: str) -> str:
    """All rules by group, a line each."""
    lines: list[str] = []
    group = ""
    for rule in standard.checks():
        if rule["id"][:3] != group:
            group = rule["id"][:3]
            lines.append(
                f"\n{group} {group_title(group, language)}" if lines else f"{group} {group_title(group, language)}"
            )
        lines.append(f"  {rule['id']}  {rule['title'][language]}")
    return "\n".join(lines)


def explanation(rule: Rule, language: str) -> str:
    """The rule in full."""
    return "\n".join([*_head(rule, language), "", *_examples(rule, language)])


def _head(rule: Rule, language: str) -> Iterator[str]:
    yield f"{rule.id} {rule.title[language]}"
    yield ""
    yield rule.says[language]
    yield ""
    yield words("explain_severity", language, severity=severity_name(Severity(rule.severity), language))
    for basis in rule.basis:
        yield from (words(f"explain_{kind}", language, text=text[language]) for kind, text in basis.items())
    tables = [f"{standard.tables()[name].title[language]} ({name})" for name in rule.tables]
    if tables:
        yield words("explain_tables", language, tables=words("comma", language).join(tables))
    for equation in _equations(rule):
        yield words("explain_equation", language, equation=_readable(rule, equation, language))
    yield words(f"explain_blank_{rule.blank}", language)
    yield words("explain_version", language, version=rule.version)
    yield words("cure", language, cure=rule.cure[language])


def _equations(rule: Rule) -> list[str]:
    declared = rule.params.get("equation", [])
    return [declared] if isinstance(declared, str) else list(declared)


def _readable(rule: Rule, equation: str, language: str) -> str:
    """The equation with names for people instead of codes."""
    text = equation
    for name in sorted(parse(equation).names, key=len, reverse=True):
        text = text.replace(name, f"“{_name(rule, name, language)}”")
    text = text.replace("<=", "≤").replace(">=", "≥").replace("*", "×").replace("”?", words("if_printed", language))
    return text.replace("first(", words("first_of", language)).replace("“", "").replace("”", "")


def _name(rule: Rule, name: str, language: str) -> str:
    operand = rule.params.get("operands", {}).get(name)
    if operand is not None:
        where = operand.get("where", {})
        code = where.get("item_code") or where.get("economic_code")
        name = str(code[0] if isinstance(code, list) else code or operand["table"])
        if not code and operand["table"] in standard.tables():
            table = standard.tables()[operand["table"]]
            return f"{table.title[language]}·{table.field(operand['value']).title[language]}"
        narrowed = (standard.codelist(field).get(str(where.get(field))) for field in ("fund_source", "statement"))
        before = "".join(f"{one.title(language)}·" for one in narrowed if one is not None)
    else:
        before = ""
    item = standard.codelist("items").get(name)
    if item is not None:
        return before + item.title(language)
    table_name = rule.params.get("table", "")
    if table_name in standard.tables() and name in standard.tables()[table_name].columns:
        return standard.field(table_name, name).title[language]
    economic = standard.codelist("economic_department").get(name)
    return f"{name} {economic.title(language)}" if economic is not None else name


def _examples(rule: Rule, language: str) -> Iterator[str]:
    declared = standard.check_examples()[rule.id]
    for example in declared["examples"]:
        note = example.get("note", {}).get(language)
        head = words(f"explain_{example['outcome']}", language)
        yield head + (words("in_brackets", language, text=note) if note else "")
        facts = example.get("facts", {})
        if facts:
            yield "  " + words("explain_facts", language, facts=", ".join(f"{k} = {v}" for k, v in facts.items()))
        yield from _tables(example, "tables")
        if "previous" in example:
            yield "  " + words("explain_previous", language)
            yield from _tables(example, "previous")
        for other in example.get("others", ()):
            given = ", ".join(f"{key} = {value}" for key, value in other["facts"].items())
            yield "  " + words("explain_other", language, facts=given)
            yield from _tables(other, "tables")
        for name, content in example.get("files", {}).items():
            yield f"  {name}"
            yield from (f"    {line}" for line in str(content).splitlines())
        for finding in _found(rule, example, declared.get("defaults", {})):
            yield from _told(finding, language)
        yield ""


def _tables(example: Mapping[str, Any], key: str) -> Iterator[str]:
    for table, rows in example.get(key, {}).items():
        yield f"  {table}"
        for row in rows:
            shown = [f"{field}: {value}" for field, value in row.items() if field not in _HIDDEN]
            yield "    " + ", ".join(shown)


def _found(rule: Rule, example: Mapping[str, Any], defaults: Mapping[str, Any]) -> tuple[Finding, ...]:
    if rule.kind == STRUCTURE or "tables" not in example:
        return ()
    previous = tables_of(example["previous"], defaults) if "previous" in example else None
    tables = tables_of(example["tables"], defaults)
    others = [(tables_of(other["tables"], defaults), other["facts"]) for other in example.get("others", ())]
    return run(tables, example.get("facts"), previous=previous, rules=[rule], others=others)[0]


def _told(finding: Finding, language: str) -> Iterator[str]:
    yield "  → " + finding.message[language]
    told = sum_of(finding)
    if told.stated and told.difference is not None:
        yield from ("    " + line for line in sum_lines(told, language))


def statement(rule: Rule, language: str) -> str:
    """The rule as SQL, with its title as a comment. UsageError for rules that are none."""
    from openbudget.checks import sql

    text = sql.statement(rule)
    if text is None:
        raise UsageError("report.no_sql", rule=rule.id, title=rule.title[language])
    head = [f"{rule.id} {rule.title[language]}", words("sql_how", language), words("sql_where", language)]
    if rule.kind == "parts":
        head.append(words("sql_parts", language))
    return "\n".join([*(f"-- {line}" for line in head), text + ";"])
