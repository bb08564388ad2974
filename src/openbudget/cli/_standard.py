"""The data standard as text on a terminal, and in the forms that programs read."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from openbudget import standard
from openbudget.cli._layout import columns, definitions, grid, paragraphs, wrap
from openbudget.errors import UsageError
from openbudget.messages import default_language, say


def _say(key: str, **args: object) -> str:
    return say(f"standard.{key}", None, **args)


def _stop() -> str:
    return "。" if default_language() == "zh" else ". "


def overview() -> str:
    """Everything there is, with titles: tables, code lists, checks, JSON Schemas."""
    head = [_say("overview", version=standard.version())]
    return "\n\n".join([*head, *(listing(kind) for kind in ("table", "codelist", "check", "jsonschema")), _say("hint")])


def listing(kind: str) -> str:
    """The names of all there is of one kind, with their titles."""
    rows = list(_names(kind))
    body = definitions(rows, columns()) if rows else "  " + _say("none")
    return f"{_say(f'all_{kind}', count=len(rows))}\n{body}"


def _names(kind: str) -> Iterable[tuple[str, str]]:
    language = default_language()
    if kind == "table":
        return ((name, table.title[language]) for name, table in standard.tables().items())
    if kind == "field":
        return ((key, field.title[language]) for key, field in standard.fields().items())
    if kind == "codelist":
        return ((name, listed.title[language]) for name, listed in standard.codelists().items())
    if kind == "check":
        return ((rule["id"], rule["title"][language]) for rule in standard.checks())
    return ((name, _say(f"jsonschema_{name}")) for name in ("datapackage", "disclosure", "report"))


def shown(kind: str, name: str, form: str, year: int | None) -> str:
    """One part in one form. UsageError where there is no such part, or where it has no such form."""
    known = [listed for listed, _ in _names(kind)]
    if name not in known:
        from difflib import get_close_matches

        near = get_close_matches(name, known, 3, 0.5) or known[:8]
        raise UsageError(
            "standard.unknown_name", kind=_say(f"kind_{kind}"), name=name, near=", ".join(near), command=kind
        )
    forms = _forms(kind, name, year)
    if kind == "jsonschema" and form == "text":
        form = "json"
    if form not in forms:
        raise UsageError("standard.unknown_form", form=form, kind=_say(f"kind_{kind}"), forms=", ".join(forms))
    return forms[form]()


def _forms(kind: str, name: str, year: int | None) -> Mapping[str, Callable[[], str]]:
    if kind == "table":
        return {
            "text": lambda: _table(standard.tables()[name]),
            "json": lambda: _json(standard.declaration("tables", name)),
            "table-schema": lambda: _json(standard.table_schema(name)),
            "sql": lambda: standard.sql(name),
            "csv": lambda: ",".join(standard.tables()[name].columns),
        }
    if kind == "field":
        return {
            "text": lambda: _field(standard.fields()[name]),
            "json": lambda: _json(standard.declaration("fields", name)),
        }
    if kind == "codelist":
        return {
            "text": lambda: _codelist(name, year),
            "json": lambda: _json([entry._asdict() for entry in standard.codelist(name, year).values()]),
            "csv": lambda: standard.codelist_file(name),
        }
    if kind == "check":
        rule = next(rule for rule in standard.checks() if rule["id"] == name)
        return {"text": lambda: _check(rule), "json": lambda: _json({**rule, **standard.check_examples()[name]})}
    return {"json": lambda: _json(standard.json_schema(name))}


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


def _table(table: standard.TableSpec) -> str:
    language = default_language()
    rows = [(field.name, _field_line(field)) for field in table.fields]
    lines = [f"{table.name} — {table.title[language]}", "", *wrap(table.description[language], columns()), ""]
    lines.append(definitions(rows, columns()))
    lines += ["", _say("primary_key", fields=", ".join(table.primary_key))]
    lines += [
        _say("foreign_key", fields=", ".join(key.fields), table=key.table, reference=", ".join(key.reference))
        for key in table.foreign_keys
    ]
    return "\n".join(lines)


def _field_line(field: standard.Field) -> str:
    facts = [field.type, *([_say("required")] if field.required else [])]
    if field.codelists and field.codelist_by is None:
        facts.append(_say("list", name=field.codelists[""]))
    return f"{field.title[default_language()]} ({', '.join(facts)})"


def _field(field: standard.Field) -> str:
    language = default_language()
    used = [table.name for table in standard.tables().values() if any(own.key == field.key for own in table.fields)]
    lines = [f"{field.key} — {field.title[language]}", "", *wrap(field.description[language], columns()), ""]
    rows = [(_say("type"), field.type), (_say("in_tables"), ", ".join(used))]
    if field.constraints:
        rows.append((_say("constraints"), json.dumps(dict(field.constraints), ensure_ascii=False)))
    if field.unit:
        rows.append((_say("unit"), field.unit))
    if field.twin:
        rows.append((_say("twin"), field.twin))
    for value, codelist in (field.codelists or {}).items():
        rows.append((_say("codelist") + (f" ({field.codelist_by} = {value})" if value else ""), codelist))
    rows += [(_say(f"equivalent_{name}"), value) for name, value in (field.equivalents or {}).items()]
    return "\n".join([*lines, definitions(rows, columns())])


def _codelist(name: str, year: int | None) -> str:
    language, listed = default_language(), standard.codelists()[name]
    kind = _say("closed" if listed.closed else "open") + ("" if listed.complete else _stop() + _say("partial"))
    lines = [f"{name} — {listed.title[language]}", "", *wrap(kind, columns())]
    lines += wrap(_say("edition", edition=listed.edition, source=listed.source[language]), columns())
    rows = [
        (entry.code, entry.title_zh, entry.title_en, entry.parent, _years(entry))
        for entry in standard.codelist(name, year).values()
    ]
    head = tuple(_say(f"column_{column}") for column in ("code", "zh", "en", "parent", "years"))
    return "\n".join([*lines, "", grid([head, *rows])])


def _years(entry: standard.Entry) -> str:
    return f"{entry.valid_from or ''}–{entry.valid_to or ''}" if entry.valid_from or entry.valid_to else ""


def _check(rule: Mapping[str, Any]) -> str:
    language = default_language()
    basis = [text[language] for entry in rule["basis"] for text in entry.values()]
    equation = rule["identity"]["equation"] if "identity" in rule else rule["kind"]
    equations = [equation] if isinstance(equation, str) else equation
    rows = [
        (_say("severity"), _say(f"page_severity_{rule['severity']}")),
        (_say("basis"), ("；" if language == "zh" else "; ").join(basis)),
        (_say("in_tables"), ", ".join(rule["tables"])),
        *((_say("how"), line) for line in equations),
        (_say("blank"), _say(f"page_blank_{rule['blank']}")),
        (_say("cure"), rule["cure"][language]),
    ]
    lines = [f"{rule['id']} {rule['title'][language]}", "", paragraphs(rule["says"][language], columns()), ""]
    return "\n".join([*lines, definitions(rows, columns()), "", _say("explain", rule=rule["id"])])
