"""The reference pages about tables, code lists and checks, each in Chinese (`x.md`) and in English (`x.en.md`)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from openbudget.standard.derive.sources import Declarations, lists_of
from openbudget.standard.derive.table_schema import constraints_of

LONG = 200  # a list with more codes than this is not printed; the page points to its file

_WORDS = {
    "zh": {
        "made": "由 schema/ 生成，请勿手改；重新生成：`python -m openbudget.standard.generate`。",
        "other": "[English]({page}.en.md)",
        "tables": "数据表",
        "codelists": "代码表",
        "checks": "校验规则",
        "field": "字段",
        "type": "类型",
        "required": "必填",
        "what": "说明",
        "key": "主键",
        "points": "外键",
        "same": "对应",
        "yes": "是",
        "unit": "单位",
        "list": "代码表",
        "by": "按 `{by}` 取代码表",
        "form": "形式",
        "code": "代码",
        "title": "名称",
        "english": "英文",
        "parent": "上级",
        "valid": "适用年度",
        "note": "备注",
        "closed": "封闭：表外的值为错误",
        "open": "开放：表外而形式合规的值为警告",
        "partial": "未收全",
        "edition": "版本",
        "source": "来源",
        "licence": "许可",
        "long": "共 {count} 项，见 `schema/codelists/{name}.csv`。",
        "rule": "规则",
        "severity": "严重程度",
        "basis": "依据",
        "reads": "所用的表",
        "equation": "等式",
        "kind": "方式",
        "blank": "空值",
        "cure": "怎么办",
        "example": "例",
        "blank_skip": "有空值时无法校验",
        "blank_zero": "空的分项视为未增加数额",
        "blank_fail": "空值即为问题",
        "error": "错误",
        "warning": "警告",
        "pass": "通过",
        "fail": "不通过",
        "not_applicable": "不适用",
        "not_evaluable": "无法校验",
    },
    "en": {
        "made": "Generated from schema/; do not edit. To generate again: `python -m openbudget.standard.generate`.",
        "other": "[中文]({page}.md)",
        "tables": "Tables",
        "codelists": "Code lists",
        "checks": "Checks",
        "field": "Field",
        "type": "Type",
        "required": "Required",
        "what": "Meaning",
        "key": "Primary key",
        "points": "Foreign key",
        "same": "Equivalent",
        "yes": "yes",
        "unit": "Unit",
        "list": "Code list",
        "by": "code list by `{by}`",
        "form": "Form",
        "code": "Code",
        "title": "Title",
        "english": "English",
        "parent": "Parent",
        "valid": "Years",
        "note": "Note",
        "closed": "closed: any other value is an error",
        "open": "open: any other well-formed value is a warning",
        "partial": "not complete",
        "edition": "Edition",
        "source": "Source",
        "licence": "Licence",
        "long": "{count} codes, in `schema/codelists/{name}.csv`.",
        "rule": "Rule",
        "severity": "Severity",
        "basis": "Basis",
        "reads": "Tables read",
        "equation": "Equation",
        "kind": "Kind",
        "blank": "Blanks",
        "cure": "What to do",
        "example": "Example",
        "blank_skip": "with a blank operand the rule cannot be evaluated",
        "blank_zero": "a blank part adds nothing",
        "blank_fail": "a blank is a finding",
        "error": "error",
        "warning": "warning",
        "pass": "pass",
        "fail": "fail",
        "not_applicable": "not applicable",
        "not_evaluable": "not evaluable",
    },
}
_WORDS["zh"]["note_severity"], _WORDS["en"]["note_severity"] = "提示", "note"


def pages(declared: Declarations) -> dict[str, str]:
    """Name of the page (`tables`, `tables.en` …) → its Markdown."""
    made = {}
    for language, suffix in (("zh", ""), ("en", ".en")):
        made[f"tables{suffix}"] = _page("tables", language, _tables(declared, language))
        made[f"codelists{suffix}"] = _page("codelists", language, _codelists(declared, language))
        if declared.checks:
            made[f"checks{suffix}"] = _page("checks", language, _checks(declared, language))
    return made


def _page(name: str, language: str, parts: Iterable[str]) -> str:
    words = _WORDS[language]
    head = f"# {words[name]}\n\n{words['other'].format(page=name)} · {words['made']}"
    return "\n\n".join([head, *parts]) + "\n"


def _grid(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    titles = list(head)
    lines = [titles, ["---"] * len(titles), *([cell.replace("|", "\\|") for cell in row] for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _tables(declared: Declarations, language: str) -> Iterable[str]:
    words = _WORDS[language]
    for name, spec in declared.tables.items():
        yield f"## {name} — {spec['title'][language]}"
        yield spec["description"][language]
        rows = [_field_row(declared, name, field, language) for field in spec["fields"]]
        yield _grid((words[key] for key in ("field", "type", "required", "what")), rows)
        keys = [f"{words['key']}: " + ", ".join(f"`{field}`" for field in spec["primary_key"])]
        for key in spec["foreign_keys"]:
            fields = ", ".join(f"`{field}`" for field in key["fields"])
            keys.append(f"{words['points']}: {fields} → `{key['table']}`")
        yield " · ".join(keys)


def _field_row(declared: Declarations, table: str, name: str, language: str) -> list[str]:
    words, entry = _WORDS[language], declared.field(table, name)
    constraints = constraints_of(declared, table, name)
    text = f"**{entry['title'][language]}**" + ("。" if language == "zh" else ". ") + entry["description"][language]
    notes = []
    lists = lists_of(entry)
    if "" in lists:
        notes.append(f"{words['list']} [{lists['']}](#)".replace("(#)", f"({_file('codelists', language)}#{lists['']})"))
    elif lists:
        by = words["by"].format(by=entry["codelist"]["by"])
        notes.append(by + ": " + ", ".join(f"`{value}` → `{codelist}`" for value, codelist in lists.items()))
    if "pattern" in constraints:
        notes.append(f"{words['form']} `{constraints['pattern']}`")
    if equivalents := entry.get("equivalents"):
        notes.append(f"{words['same']} " + ", ".join(f"`{value}`" for value in equivalents.values()))
    required = words["yes"] if constraints.get("required") else ""
    return [f"`{name}`", entry["type"], required, " ".join([text, *(f"({note})" for note in notes)])]


def _file(page: str, language: str) -> str:
    return f"{page}.md" if language == "zh" else f"{page}.en.md"


def _codelists(declared: Declarations, language: str) -> Iterable[str]:
    words = _WORDS[language]
    for name, entry in declared.codelists.items():
        codes = declared.codes(name)
        yield f"## {name}"
        facts = [entry["title"][language], words[entry["kind"]], f"{words['edition']} {entry['edition']}"]
        if not entry["complete"]:
            facts.append(words["partial"])
        facts.append(f"{words['source']}: {entry['source'][language]}")
        if "licence" in entry:
            facts.append(f"{words['licence']}: {entry['licence'][language]}")
        yield " · ".join(facts)
        if len(codes) > LONG:
            yield words["long"].format(count=len(codes), name=name)
            continue
        head = [words[key] for key in ("code", "title", "english", "parent", "valid", "note")]
        yield _grid(head, ([f"`{row['Code']}`", *_code_row(row)] for row in codes))


def _code_row(row: dict[str, str]) -> list[str]:
    years = f"{row['ValidFrom']}–{row['ValidTo']}" if row["ValidFrom"] or row["ValidTo"] else ""
    return [row["Title_zh"], row["Title_en"], row["Parent"], years, row["Description"]]


def _checks(declared: Declarations, language: str) -> Iterable[str]:
    words = _WORDS[language]
    for file in declared.checks.values():
        yield f"## {file['group']} — {file['title'][language]}"
        for rule in file["rules"]:
            yield f"### {rule['id']} {rule['title'][language]}"
            yield rule["says"][language]
            yield "\n".join(_rule_facts(rule, words, language))
            for example in rule["examples"]:
                yield from _example(example, words, language)


def _rule_facts(rule: dict[str, Any], words: dict[str, str], language: str) -> Iterable[str]:
    severity = words["note_severity"] if rule["severity"] == "note" else words[rule["severity"]]
    yield f"- {words['severity']}: {severity}"
    basis = [text[language] for entry in rule["basis"] for text in entry.values()]
    yield f"- {words['basis']}: " + ("；" if language == "zh" else "; ").join(basis)
    yield f"- {words['reads']}: " + ", ".join(f"`{table}`" for table in rule["tables"])
    if "identity" in rule:
        yield f"- {words['equation']}: `{rule['identity']['equation']}`"
    else:
        yield f"- {words['kind']}: `{rule['kind']}`"
    yield f"- {words['blank']}: {words['blank_' + rule['blank']]}"
    yield f"- {words['cure']}: {rule['cure'][language]}"


def _example(example: dict[str, Any], words: dict[str, str], language: str) -> Iterable[str]:
    note = example.get("note", {}).get(language)
    yield f"{words['example']}: **{words[example['outcome']]}**" + (f" — {note}" if note else "")
    shown = example.get("tables") or example.get("files") or {}
    lines = []
    for name, rows in shown.items():
        lines.append(name)
        for row in rows if isinstance(rows, list) else [rows]:
            lines.append("  " + (row if isinstance(row, str) else json.dumps(row, ensure_ascii=False, default=str)))
    if lines:
        yield "```text\n" + "\n".join(lines) + "\n```"
