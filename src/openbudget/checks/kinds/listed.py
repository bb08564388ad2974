"""Codes are those of their list.

    lists   `closed`: every value must be listed · `open`: a value that is not listed is told, unless its list does not
            hold the whole classification; then only one that is not well-formed is told

Told once for each value of a field.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from openbudget import standard
from openbudget.checks.data import Data, Row, label_of
from openbudget.checks.recorder import Recorder
from openbudget.checks.rule import Rule
from openbudget.model.value import Value
from openbudget.standard import Field


def run(rule: Rule, data: Data, out: Recorder) -> None:
    """See the module."""
    closed = rule.params["lists"] == "closed"
    for table in data.tables:
        for field in _coded(table, closed):
            for value, row, name, count in _values(data, table, field):
                if standard.codelists()[name].closed is closed:
                    _judge(out, table, field, row, value, name, count)


def _judge(out: Recorder, table: str, field: Field, row: Row, value: str, name: str, count: int) -> None:
    spec = standard.codelists()[name]
    if standard.is_code(name, value):
        return out.passed(count=count)
    well_formed = spec.pattern is None or re.fullmatch(spec.pattern, value) is not None
    if not spec.closed and well_formed and not spec.complete:
        return out.not_applicable(f"list_incomplete:{name}", count)
    return out.failed(
        (table, row, field.name),
        key=[table, field.name, value],
        terms=[out.data.term(table, row, field.name)],
        actual=value,
        message=None if well_formed else "listed_malformed",
        value=value,
        field={"zh": field.title["zh"], "en": field.title["en"]},
        list={"zh": spec.title["zh"], "en": spec.title["en"]},
        name=label_of(row),
        codelist=name,
    )


def _coded(table: str, closed: bool) -> list[Field]:
    """The fields of a table that have a list that is closed, or is not."""
    spec = standard.tables().get(table)
    lists = standard.codelists()
    fields = spec.fields if spec else ()
    return [one for one in fields if any(lists[name].closed is closed for name in (one.codelists or {}).values())]


def _values(data: Data, table: str, field: Field) -> Iterator[tuple[str, Row, str, int]]:
    """Each value with the first row that has it, its list, and how many rows have it."""
    rows = data.rows(table)
    if field.codelist_by is None:
        assert field.codelists is not None
        values = [row.get(field.name) for row in rows]
        firsts = dict(zip(reversed(values), reversed(rows), strict=True))
        for value, count in Counter(values).items():
            if value is not None:
                yield str(value), firsts[value], field.codelists[""], count
        return
    found: dict[tuple[Value, str], tuple[Row, int]] = {}
    for row in rows:
        value = row.get(field.name)
        name = field.codelist_for(row) if value is not None else None
        if name is not None:
            first, count = found.get((value, name), (row, 0))
            found[value, name] = (first, count + 1)
    for (value, name), (row, count) in found.items():
        yield str(value), row, name, count
