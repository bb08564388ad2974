"""A disclosure or a report as plain rows of the standard's tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from functools import cache

from openbudget import standard
from openbudget.messages import say
from openbudget.model.disclosure import Disclosure
from openbudget.model.finding import Report
from openbudget.model.place import Locator
from openbudget.model.value import Value
from openbudget.package.name import source_file_name

Tables = dict[str, list[dict[str, Value]]]


def tables_of(disclosure: Disclosure) -> Tables:
    """The rows of every table that has any, in the order of the standard, each row with all fields of its table in
    their order (blank: None), and the derived table `sources`: one row for each value that has an origin.

    A table or field that the standard does not know is a fault of the program: KeyError.
    """
    specs = standard.tables()
    unknown = set(disclosure.tables) - set(specs)
    if unknown:
        raise KeyError(f"not tables of the standard: {sorted(unknown)}")
    made: Tables = {}
    for name, spec in specs.items():
        rows = disclosure.tables.get(name, ())
        known = set(spec.columns)
        for row in rows:
            if extra := set(row.values) - known:
                raise KeyError(f"not fields of {name}: {sorted(extra)}")
        if rows:
            made[name] = [
                {field.name: _value(row.get(field.name), field.type) for field in spec.fields} for row in rows
            ]
    if sources := _sources(disclosure):
        made["sources"] = sources
    if diagnostics := _diagnostics(disclosure):
        made["diagnostics"] = diagnostics
    return {name: made[name] for name in specs if name in made}


def _value(value: Value, kind: str) -> Value:
    """The value as the field's type has it: a printed figure in a field of text is text, empty text is blank."""
    if kind == "string" and isinstance(value, Decimal | int) and not isinstance(value, bool):
        return f"{value:f}" if isinstance(value, Decimal) else str(value)
    return None if value == "" else value


def _sources(disclosure: Disclosure) -> list[dict[str, Value]]:
    files = {source.name: source_file_name(source.name) for source in disclosure.sources}
    rows: list[dict[str, Value]] = []
    for table, spec in standard.tables().items():
        order = {name: index for index, name in enumerate(spec.columns)}
        for row in disclosure.tables.get(table, ()):
            for name in sorted(row.origins, key=lambda name: order.get(name, len(order))):
                origin = row.origins[name]
                rows.append(
                    {
                        "table": table,
                        "row_id": row.id,
                        "field": name,
                        "file": files.get(origin.file, origin.file),
                        "locator": f"#{origin.place.fragment}",
                        "printed": origin.printed or None,
                        "method": origin.method,
                        "confidence": _confidence(origin.confidence),
                    }
                )
    return rows


@cache
def _confidence(value: float) -> Decimal:
    return Decimal(str(value)).normalize() + 0


def _diagnostics(disclosure: Disclosure) -> list[dict[str, Value]]:
    """What was not recognised, and what the readers and the recogniser have to say: one row each, in that order."""
    only = disclosure.sources[0].name if len(disclosure.sources) == 1 else None
    said: list[tuple[str, str | None, Locator | None, str | None, Mapping[str, str]]]
    said = [(item.reason, item.file, item.place, item.text, {}) for item in disclosure.unrecognised]
    said += [
        (item.key, item.file or only, item.place, item.args.get("printed"), item.args)
        for item in disclosure.diagnostics
    ]
    rows: list[dict[str, Value]] = []
    for number, (key, file, place, printed, args) in enumerate(said, 1):
        rows.append(
            {
                "id": f"{key.partition('.')[2]}/{number}",
                "key": key,
                "file": source_file_name(file) if file else None,
                "locator": f"#{place.fragment}" if place else None,
                "printed": printed or None,
                "message_zh": say(key, "zh", **args),
                "message_en": say(key, "en", **args),
            }
        )
    return rows


def findings_table(report: Report) -> list[dict[str, Value]]:
    """The rows of the table `findings`: the report's findings in its order. `id` is the fingerprint, numbered from
    the second on where the same fault stands more than once."""
    seen: Counter[str] = Counter()
    rows: list[dict[str, Value]] = []
    for finding in report.findings:
        seen[finding.fingerprint] += 1
        again = seen[finding.fingerprint]
        rows.append(
            {
                "id": finding.fingerprint if again == 1 else f"{finding.fingerprint}-{again}",
                "rule": finding.rule,
                "severity": str(finding.severity),
                "outcome": str(finding.outcome),
                "table": finding.table,
                "row_id": finding.row_id,
                "field": finding.field,
                "expected": finding.expected,
                "actual": finding.actual,
                "difference": finding.difference,
                "tolerance": finding.tolerance,
                "message_zh": finding.message.get("zh"),
                "message_en": finding.message.get("en"),
            }
        )
    return rows
