"""The reference pages about tables, code lists and checks, each in Chinese (`x.md`) and in English (`x.en.md`)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from openbudget.messages import say
from openbudget.standard.derive.sources import Declarations, lists_of
from openbudget.standard.derive.table_schema import constraints_of

LONG = 200  # a list with more codes than this is not printed; the page points to its file


@dataclass(frozen=True)
class _Language:
    """Words of the pages in one language: `word("key")` is the message `standard.page_key`."""

    code: str
    suffix: str

    def word(self, key: str, **args: object) -> str:
        return say(f"standard.page_{key}", self.code, **args)

    @property
    def stop(self) -> str:
        return "。" if self.code == "zh" else ". "


def pages(declared: Declarations) -> dict[str, str]:
    """Name of the page (`tables`, `tables.en` …) → its Markdown."""
    made = {}
    for language in (_Language("zh", ""), _Language("en", ".en")):
        for name, parts in (("tables", _tables), ("codelists", _codelists), ("checks", _checks)):
            head = [f"# {language.word(name)}", f"{language.word('other', page=name)} · {language.word('made')}"]
            made[name + language.suffix] = "\n\n".join([*head, *parts(declared, language)]) + "\n"
    return made


def _grid(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    titles = list(head)
    lines = [titles, ["---"] * len(titles), *([cell.replace("|", "\\|") for cell in row] for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _tables(declared: Declarations, language: _Language) -> Iterable[str]:
    for name, spec in declared.tables.items():
        yield f"## {name} — {spec['title'][language.code]}"
        yield spec["description"][language.code]
        head = (language.word(key) for key in ("field", "type", "required", "what"))
        yield _grid(head, (_field_row(declared, name, field, language) for field in spec["fields"]))
        keys = [f"{language.word('key')}: {_names(spec['primary_key'])}"]
        keys += [f"{language.word('points')}: {_names(k['fields'])} → `{k['table']}`" for k in spec["foreign_keys"]]
        yield " · ".join(keys)


def _names(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _field_row(declared: Declarations, table: str, name: str, language: _Language) -> list[str]:
    entry, constraints = declared.field(table, name), constraints_of(declared, table, name)
    text = f"**{entry['title'][language.code]}**{language.stop}{entry['description'][language.code]}"
    notes = list(_field_notes(entry, constraints, language))
    required = language.word("yes") if constraints.get("required") else ""
    return [f"`{name}`", entry["type"], required, " ".join([text, *(f"({note})" for note in notes)])]


def _field_notes(entry: dict[str, Any], constraints: dict[str, Any], language: _Language) -> Iterable[str]:
    lists = lists_of(entry)
    if "" in lists:
        yield f"{language.word('list')} [{lists['']}](codelists{language.suffix}.md#{lists['']})"
    elif lists:
        chosen = ", ".join(f"`{value}` → `{codelist}`" for value, codelist in lists.items())
        yield f"{language.word('by', by=entry['codelist']['by'])}: {chosen}"
    if "pattern" in constraints:
        yield f"{language.word('form')} `{constraints['pattern']}`"
    if equivalents := entry.get("equivalents"):
        yield f"{language.word('same')} {_names(equivalents.values())}"


def _codelists(declared: Declarations, language: _Language) -> Iterable[str]:
    for name, entry in declared.codelists.items():
        codes = declared.codes(name)
        yield f"## {name}"
        yield " · ".join(_codelist_facts(entry, language))
        if len(codes) > LONG:
            yield language.word("long", count=len(codes), name=name)
            continue
        head = (language.word(key) for key in ("code", "title", "english", "parent", "valid", "note"))
        yield _grid(head, map(_code_row, codes))


def _codelist_facts(entry: dict[str, Any], language: _Language) -> Iterable[str]:
    yield entry["title"][language.code]
    yield language.word(entry["kind"])
    yield f"{language.word('edition')} {entry['edition']}"
    if not entry["complete"]:
        yield language.word("partial")
    yield f"{language.word('source')}: {entry['source'][language.code]}"
    if "licence" in entry:
        yield f"{language.word('licence')}: {entry['licence'][language.code]}"


def _code_row(row: dict[str, str]) -> list[str]:
    years = f"{row['ValidFrom']}–{row['ValidTo']}" if row["ValidFrom"] or row["ValidTo"] else ""
    return [f"`{row['Code']}`", row["Title_zh"], row["Title_en"], row["Parent"], years, row["Description"]]


def _checks(declared: Declarations, language: _Language) -> Iterable[str]:
    for file in declared.checks.values():
        yield f"## {file['group']} — {file['title'][language.code]}"
        for rule in file["rules"]:
            yield f"### {rule['id']} {rule['title'][language.code]}"
            yield rule["says"][language.code]
            yield "\n".join(f"- {line}" for line in _rule_facts(rule, language))
            for example in rule["examples"]:
                yield from _example(example, language)


def _rule_facts(rule: dict[str, Any], language: _Language) -> Iterable[str]:
    basis = [text[language.code] for entry in rule["basis"] for text in entry.values()]
    yield f"{language.word('severity')}: {language.word('severity_' + rule['severity'])}"
    yield f"{language.word('basis')}: " + ("；" if language.code == "zh" else "; ").join(basis)
    yield f"{language.word('reads')}: {_names(rule['tables'])}"
    if "identity" in rule:
        equation = rule["identity"]["equation"]
        yield f"{language.word('equation')}: {_names([equation] if isinstance(equation, str) else equation)}"
    else:
        yield f"{language.word('kind')}: `{rule['kind']}`"
    yield f"{language.word('blank')}: {language.word('blank_' + rule['blank'])}"
    yield f"{language.word('cure')}: {rule['cure'][language.code]}"


def _example(example: dict[str, Any], language: _Language) -> Iterable[str]:
    note = example.get("note", {}).get(language.code)
    head = f"{language.word('example')}: **{language.word('outcome_' + example['outcome'])}**"
    yield f"{head} — {note}" if note else head
    lines = []
    for name, rows in (example.get("tables") or example.get("files") or {}).items():
        lines.append(name)
        for row in rows if isinstance(rows, list) else [rows]:
            lines.append("  " + (row if isinstance(row, str) else json.dumps(row, ensure_ascii=False, default=str)))
    if lines:
        yield "```text\n" + "\n".join(lines) + "\n```"
