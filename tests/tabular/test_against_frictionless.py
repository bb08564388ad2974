"""The exact checker against frictionless-py: the same verdicts, but for the differences that the docs list."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from openbudget.tabular import TableSource, check_tables, read_dialect, read_schema
from openbudget.tabular.column import compile_column
from tests.tabular.differences import DIFFERENCES, explained
from tests.tabular.pools import FIELDS, TEXTS

frictionless = pytest.importorskip("frictionless")


def _verdicts(field: dict[str, Any]) -> list[tuple[str, bool, bool]]:
    """Text, whether we find a fault, whether frictionless does."""
    faults: list[Any] = []
    ours = compile_column(read_schema({"fields": [{"name": "a", **field}]}).fields[0], faults).cell
    assert not faults
    theirs = frictionless.Field.from_descriptor({"name": "a", **field}).create_cell_reader()
    return [(text, bool(ours(text)[1]), bool(theirs(text)[1])) for text in TEXTS]


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: "-".join(str(value) for value in field.values()))
def test_cells_are_judged_alike_but_for_what_is_documented(field: dict[str, Any]) -> None:
    unexplained = [
        (text, "only we" if ours else "only they")
        for text, ours, theirs in _verdicts(field)
        if ours != theirs and not explained(field, text)
    ]
    assert not unexplained


def test_every_documented_difference_is_real() -> None:
    seen = {
        number
        for field in FIELDS
        for text, ours, theirs in _verdicts(field)
        if ours != theirs
        for number in explained(field, text)
    }
    assert sorted(set(DIFFERENCES) - seen) == []


def test_the_docs_list_the_same_differences() -> None:
    page = (Path(__file__).parents[2] / "docs/reference/table-semantics.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| (D\d+) \|", page, re.M)) == set(DIFFERENCES)


# --- whole files -------------------------------------------------------------------------------------------------

_SAFE: dict[str, list[str]] = {
    "string": ["x", "y", "部门", "a b", "longer text", "1", 'q"q', "l\nl", "c,c"],
    "integer": ["1", "2", "3", "-4", "x", "1.5", "10"],
    "number": ["1", "1.0", "2.50", "-3", "x", "1e2", "1,0"],
    "boolean": ["true", "false", "yes", "1"],
    "date": ["2024-01-05", "2024-02-30", "2023-12-31", "soon"],
    "year": ["2021", "2022", "99"],
}
_CONSTRAINTS: dict[str, list[dict[str, Any]]] = {
    "string": [{"minLength": 2}, {"maxLength": 3}, {"pattern": "[a-z]+"}, {"enum": ["x", "y", "部门"]}],
    "integer": [{"minimum": 2}, {"maximum": 3}, {"enum": [1, 2, 3]}, {"minimum": "0", "maximum": "5"}],
    "number": [{"minimum": 1}, {"maximum": "2.5"}, {"enum": ["1", "2.5"]}],
    "boolean": [{"enum": ["true"]}],
    "date": [{"minimum": "2024-01-01"}, {"maximum": "2024-01-05"}],
    "year": [{"minimum": "2022"}, {"maximum": 2021}],
}
_KINDS = {
    "type-error": "type", "constraint-error": "constraint", "unique-error": "unique", "primary-key": "primary",
    "foreign-key": "foreign", "blank-row": "blank", "extra-cell": "extra", "missing-cell": "missing",
}  # fmt: skip
_OURS = {
    "SCH-001": "type", "SCH-003": "unique", "SCH-014": "primary", "SCH-016": "foreign", "STR-019": "blank",
    "STR-017": "extra", "STR-018": "missing",
}  # fmt: skip


@st.composite
def _field(draw: st.DrawFn, name: str) -> dict[str, Any]:
    kind = draw(st.sampled_from(sorted(_SAFE)))
    field: dict[str, Any] = {"name": name, "type": kind}
    constraints: dict[str, Any] = {}
    if draw(st.booleans()):
        constraints |= draw(st.sampled_from(_CONSTRAINTS[kind]))
    if draw(st.integers(0, 3)) == 0:
        constraints["required"] = True
    if draw(st.integers(0, 3)) == 0:
        constraints["unique"] = True
    return {**field, "constraints": constraints} if constraints else field


@st.composite
def _table(draw: st.DrawFn) -> tuple[dict[str, Any], list[list[str]]]:
    names = ["a", "b", "c", "d"][: draw(st.integers(2, 4))]
    fields = [draw(_field(name)) for name in names]
    schema: dict[str, Any] = {
        "fields": fields,
        "missingValues": draw(st.sampled_from([[""], ["", "-"]])),
    }
    if draw(st.booleans()):
        schema["primaryKey"] = [names[0]]
    if draw(st.booleans()):
        fields[1]["type"] = fields[0]["type"]
        fields[1].pop("constraints", None)
        schema["foreignKeys"] = [{"fields": ["b"], "reference": {"resource": "", "fields": ["a"]}}]
    rows = []
    for _ in range(draw(st.integers(0, 8))):
        row = [draw(st.sampled_from([*_SAFE[field["type"]], "", "-"])) for field in fields]
        shape = draw(st.integers(0, 12))
        rows.append([] if shape == 0 else row[:-1] if shape == 1 else [*row, "more"] if shape == 2 else row)
    return schema, rows


def _csv(names: list[str], rows: list[list[str]], end: str) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator=end)
    writer.writerow(names)
    writer.writerows(rows)
    return text.getvalue().encode()


def _theirs(content: bytes, schema: dict[str, Any]) -> set[tuple[int, str, str]]:
    dialect = {
        "headerRows": [1],
        "csv": {"delimiter": ",", "quoteChar": '"', "doubleQuote": True, "skipInitialSpace": False},
    }
    resource = frictionless.Resource(
        content, format="csv", encoding="utf-8", schema=frictionless.Schema.from_descriptor(schema),
        dialect=frictionless.Dialect.from_descriptor(dialect),
    )  # fmt: skip
    found = set()
    for number, name, kind in resource.validate(limit_errors=10**6).flatten(["rowNumber", "fieldName", "type"]):
        assert kind in _KINDS, kind
        known = _KINDS[kind]
        found.add((number, "" if known in ("blank", "extra", "primary", "foreign") else name, known))
    return found


def _ours(content: bytes, schema: dict[str, Any]) -> set[tuple[int, str, str]]:
    source = TableSource("t", lambda: io.BytesIO(content), read_schema(schema, "t"), read_dialect(None))
    found = set()
    for fault in check_tables([source])["t"].faults:
        assert fault.number is not None
        kind = _OURS.get(fault.rule, "constraint")
        name = "" if kind in ("blank", "extra", "primary", "foreign") else fault.field or ""
        found.add((fault.number, name, kind))
    return found


def _comparable(
    found: set[tuple[int, str, str]], schema: dict[str, Any], rows: list[list[str]], numbers: list[int]
) -> set[tuple[int, str, str]]:
    """Without what the documented differences touch (K1 to K5 of the docs): keys with blank or faulty parts, rows of
    missing values only, and the `required` of cells that are not there."""
    missing = schema["missingValues"]
    key = schema.get("primaryKey", [])
    names = [field["name"] for field in schema["fields"]]
    faulty = {(number, name) for number, name, kind in found if kind in ("type", "missing")}
    left = set()
    for number, name, kind in found:
        cells = rows[numbers.index(number)]
        blank = all(cell in missing for cell in cells[: len(names)])
        if blank and cells and any(cells):
            continue  # K4: not blank to us
        if kind == "primary" and (cells[:1] in [[text] for text in missing] or not cells or (number, key[0]) in faulty):
            continue  # K1, K2: a blank or faulty key
        if kind == "constraint" and (number, name) in faulty:
            continue  # K5
        if kind == "constraint" and name in key and cells[names.index(name)] in missing:
            continue  # K1: a blank key is told as `required`
        if kind in ("unique", "foreign", "primary") and any(len(row) != len(names) for row in rows):
            continue
        left.add((number, name, kind))
    return left


@settings(max_examples=200, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(table=_table(), end=st.sampled_from(["\n", "\r\n"]))
def test_files_are_judged_alike_but_for_what_is_documented(
    table: tuple[dict[str, Any], list[list[str]]], end: str
) -> None:
    schema, rows = table
    names = [field["name"] for field in schema["fields"]]
    content = _csv(names, rows, end)
    numbers = list(range(2, len(rows) + 2))
    ours = _comparable(_ours(content, schema), schema, rows, numbers)
    theirs = _comparable(_theirs(content, schema), schema, rows, numbers)
    assert ours == theirs
