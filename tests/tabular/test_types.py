"""What each type takes, what it refuses, and the value it gives."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from openbudget.tabular.column import compile_column
from openbudget.tabular.schema import SchemaFault, read_schema

INVALID = "INVALID"


def cell(field: dict[str, Any], text: str) -> Any:
    faults: list[SchemaFault] = []
    column = compile_column(read_schema({"fields": [{"name": "a", **field}]}).fields[0], faults)
    assert not faults, faults
    value, broken = column.cell(text)
    return INVALID if broken else value


UTC = dt.UTC
UUID = "550E8400-e29b-41d4-a716-446655440000"
CASES: list[tuple[dict[str, Any], str, Any]] = [
    ({"type": "integer"}, "007", 7),
    ({"type": "integer"}, "+1", 1),
    ({"type": "integer"}, "1.0", INVALID),
    ({"type": "integer"}, "9" * 4300, int("9" * 4300)),
    ({"type": "integer"}, "9" * 4301, INVALID),
    ({"type": "integer", "groupChar": ","}, "1,000,000", 1000000),
    ({"type": "integer", "groupChar": ","}, ",1", INVALID),
    ({"type": "integer", "bareNumber": False}, "约12人", 12),
    ({"type": "number"}, ".5", Decimal("0.5")),
    ({"type": "number"}, "5.", Decimal(5)),
    ({"type": "number"}, "1e3", Decimal(1000)),
    ({"type": "number"}, "-INF", Decimal("-Infinity")),
    ({"type": "number"}, "inf", Decimal("Infinity")),
    ({"type": "number"}, "Infinity", INVALID),
    ({"type": "number"}, "ınf", INVALID),
    ({"type": "number"}, "1,000", INVALID),
    ({"type": "number"}, "1e99999999999999999999", INVALID),
    ({"type": "number"}, "—", INVALID),
    ({"type": "number", "groupChar": ",", "bareNumber": False}, "￥1,234.50元", Decimal("1234.50")),
    ({"type": "number", "decimalChar": ",", "groupChar": "."}, "1.234,5", Decimal("1234.5")),
    ({"type": "number", "decimalChar": ","}, "1.5", INVALID),
    ({"type": "boolean"}, "TRUE", True),
    ({"type": "boolean"}, "yes", INVALID),
    ({"type": "boolean", "trueValues": ["是"], "falseValues": ["否"]}, "否", False),
    ({"type": "boolean", "trueValues": ["是"], "falseValues": ["否"]}, "true", INVALID),
    ({"type": "date"}, "2024-02-29", dt.date(2024, 2, 29)),
    ({"type": "date"}, "2023-02-29", INVALID),
    ({"type": "date"}, "2024-1-5", INVALID),
    ({"type": "date"}, "2024-01-05 ", INVALID),
    ({"type": "date", "format": "%Y年%m月%d日"}, "2024年1月5日", dt.date(2024, 1, 5)),
    ({"type": "date", "format": "fmt:%d/%m/%Y"}, "05/01/2024", dt.date(2024, 1, 5)),
    ({"type": "date", "format": "any"}, "Jan 5, 2024", dt.date(2024, 1, 5)),
    ({"type": "date", "format": "any"}, "03/04/2024", dt.date(2024, 3, 4)),
    ({"type": "date", "format": "any"}, "13/04/2024", dt.date(2024, 4, 13)),
    ({"type": "date", "format": "any"}, "1958-03", dt.date(1958, 3, 1)),
    ({"type": "date", "format": "any"}, "Mar 1958", dt.date(1958, 3, 1)),
    ({"type": "date", "format": "any"}, "1958", dt.date(1958, 1, 1)),
    ({"type": "date", "format": "any"}, "1958-Mar", dt.date(1958, 3, 1)),
    ({"type": "date", "format": "any"}, "1958-13", INVALID),
    ({"type": "date", "format": "any"}, "24", INVALID),
    ({"type": "time"}, "24:00:00", dt.time(0)),
    ({"type": "time"}, "24:00:01", INVALID),
    ({"type": "time"}, "10:00:00.25+08:00", dt.time(10, 0, 0, 250000, dt.timezone(dt.timedelta(hours=8)))),
    ({"type": "time", "format": "any"}, "1:30 PM", dt.time(13, 30)),
    ({"type": "time", "format": "any"}, "2018-01-01 13:30:00", dt.time(13, 30)),
    ({"type": "time", "format": "any"}, "2018-01-01", INVALID),
    ({"type": "datetime"}, "2024-12-31T24:00:00Z", dt.datetime(2025, 1, 1, tzinfo=UTC)),
    ({"type": "datetime"}, "9999-12-31T24:00:00", INVALID),
    ({"type": "datetime"}, "2024-01-05 10:00:00", INVALID),
    ({"type": "datetime", "format": "any"}, "2024/1/5 10:00", dt.datetime(2024, 1, 5, 10)),
    ({"type": "datetime", "format": "any"}, "1958-03", dt.datetime(1958, 3, 1)),
    ({"type": "datetime", "format": "any"}, "2024 10:00", INVALID),
    ({"type": "year"}, "2021", 2021),
    ({"type": "year"}, "21", INVALID),
    ({"type": "year"}, "-0044", -44),
    ({"type": "year"}, "-10000", -10000),
    ({"type": "year"}, "02024", INVALID),
    ({"type": "year"}, "-0000", INVALID),
    ({"type": "yearmonth"}, "2021-12", (2021, 12)),
    ({"type": "yearmonth"}, "2021-13", INVALID),
    ({"type": "yearmonth"}, "-0044-03", (-44, 3)),
    ({"type": "duration"}, "-P1Y2M3DT4H5M6.5S", (-14, Decimal("-273906.5"))),
    ({"type": "duration"}, "P2W", (0, Decimal(1209600))),
    ({"type": "duration"}, "P", INVALID),
    ({"type": "object"}, '{"a": 1}', {"a": 1}),
    ({"type": "object"}, "[1]", INVALID),
    ({"type": "array"}, "[1.5]", [Decimal("1.5")]),
    ({"type": "array"}, "[" * 100_000, INVALID),
    ({"type": "list"}, "a,,b", ["a", "", "b"]),
    ({"type": "list", "itemType": "integer", "delimiter": ";"}, "1;2", [1, 2]),
    ({"type": "list", "itemType": "integer"}, "1,x", INVALID),
    ({"type": "geopoint"}, "114.9, 36.5", (Decimal("114.9"), Decimal("36.5"))),
    ({"type": "geopoint"}, "36.5, 114.9", INVALID),
    ({"type": "geopoint", "format": "object"}, '{"lon": 1, "lat": "2"}', (1, Decimal(2))),
    ({"type": "geojson"}, '{"type": "Point", "coordinates": [1, 2]}', {"type": "Point", "coordinates": [1, 2]}),
    ({"type": "geojson"}, '{"type": "Point"}', INVALID),
    ({"type": "string", "format": "email"}, "a.b@example.cn", "a.b@example.cn"),
    ({"type": "string", "format": "email"}, "a.b@例子.cn", INVALID),
    ({"type": "string", "format": "uri"}, "https://例子.cn/路径?a=1#b", "https://例子.cn/路径?a=1#b"),
    ({"type": "string", "format": "uri"}, "no scheme", INVALID),
    ({"type": "string", "format": "uuid"}, UUID, UUID),
    ({"type": "string", "format": "binary"}, "YQ==", "YQ=="),
    ({"type": "string", "format": "binary"}, "YQ", INVALID),
    ({}, "anything", "anything"),
    ({"type": "string"}, "", None),
    ({"type": "string", "missingValues": []}, "", ""),
    ({"type": "integer", "missingValues": [{"value": "-", "label": "none"}]}, "-", None),
    ({"type": "integer", "missingValues": ["-"]}, "", INVALID),
]  # fmt: skip


@pytest.mark.parametrize(("field", "text", "value"), CASES)
def test_cells(field: dict[str, Any], text: str, value: Any) -> None:
    given = cell(field, text)
    assert given == value
    assert isinstance(given, bool) == isinstance(value, bool)


CONSTRAINTS: list[tuple[dict[str, Any], list[str], list[str]]] = [
    ({"type": "integer", "constraints": {"minimum": 1, "maximum": "3"}}, ["1", "3"], ["0", "4"]),
    ({"type": "number", "constraints": {"exclusiveMinimum": 0, "exclusiveMaximum": 1}}, ["0.5"], ["0", "1", "NaN"]),
    ({"type": "date", "constraints": {"minimum": "2024-01-01"}}, ["2024-01-01"], ["2023-12-31"]),
    ({"type": "datetime", "constraints": {"maximum": "2024-01-01T00:00:00Z"}},
     ["2024-01-01T07:00:00+08:00", "2024-01-01T00:00:00"], ["2024-01-01T00:00:01"]),
    ({"type": "time", "constraints": {"minimum": "08:00:00"}}, ["08:00:00", "09:00:00+01:00"], ["08:00:00+01:00"]),
    ({"type": "year", "constraints": {"minimum": 2020}}, ["2020"], ["2019"]),
    ({"type": "yearmonth", "constraints": {"maximum": "2020-06"}}, ["2020-06"], ["2020-07"]),
    ({"type": "duration", "constraints": {"minimum": "P1M"}}, ["P1M", "P32D", "P31D"], ["P30D", "P28D"]),
    ({"type": "duration", "constraints": {"exclusiveMaximum": "P1Y"}}, ["P364D", "P11M"], ["P1Y", "P365D", "P12M"]),
    ({"type": "string", "constraints": {"minLength": 2, "maxLength": 3}}, ["部门", "abc"], ["x", "abcd"]),
    ({"type": "list", "constraints": {"minLength": 2}}, ["a,b"], ["a"]),
    ({"type": "array", "constraints": {"maxLength": 1}}, ["[1]", "[]"], ["[1,2]"]),
    ({"type": "string", "constraints": {"pattern": "a|bc"}}, ["a", "bc"], ["ab", "bcd", "a\n"]),
    ({"type": "string", "constraints": {"pattern": r"^\d{3}$"}}, ["201"], ["2011", "20"]),
    ({"type": "string", "constraints": {"pattern": r"\p{Lu}\P{Lu}+"}}, ["Ab"], ["ab", "AB"]),
    ({"type": "string", "constraints": {"pattern": r"[a-z-[aeiou]]+"}}, ["xyz"], ["xay"]),
    ({"type": "string", "constraints": {"pattern": r"\i\c*"}}, ["a-1", "部"], ["1a"]),
    ({"type": "string", "constraints": {"pattern": r"[\i]+\\"}}, ["ab\\"], ["ab"]),
    ({"type": "integer", "constraints": {"enum": [1, "02"]}}, ["1", "01", "2"], ["3"]),
    ({"type": "number", "constraints": {"enum": [1.5, "2.0"]}}, ["1.50", "2"], ["1"]),
    ({"type": "boolean", "constraints": {"enum": [True]}}, ["true", "1"], ["false"]),
    ({"type": "date", "constraints": {"enum": ["2024-01-01"]}}, ["2024-01-01"], ["2024-01-02"]),
    ({"type": "object", "constraints": {"enum": [{"a": 1}]}}, ['{"a":1}'], ['{"a":2}']),
    ({"type": "object", "constraints": {"jsonSchema": {"properties": {"a": {"type": "number"}}}}},
     ['{"a":1.5}'], ['{"a":"x"}', '{"a":true}']),
    ({"type": "array", "constraints": {"jsonSchema": {"items": {"enum": [0.1, 2], "minimum": 0.1}}}},
     ["[0.1]", "[2.0]"], ["[0.2]"]),
    ({"type": "array", "constraints": {"jsonSchema": {"items": {"type": "integer"}}}}, ["[1, 2.0]"], ["[1.5]", "[true]"]),
    ({"type": "array", "constraints": {"jsonSchema": {"items": {"multipleOf": 0.01}}}}, ["[0.07]"], ["[0.075]"]),
    ({"type": "string", "categories": ["甲", {"value": "乙", "label": "B"}]}, ["甲", "乙"], ["丙"]),
    ({"type": "integer", "categories": [{"value": 1, "label": "yes"}, 2]}, ["1", "2"], ["3"]),
    ({"type": "string", "constraints": {"required": True}}, ["x"], [""]),
    ({"type": "string", "constraints": {"required": False}}, ["x", ""], []),
]  # fmt: skip


@pytest.mark.parametrize(("field", "good", "bad"), CONSTRAINTS)
def test_constraints(field: dict[str, Any], good: list[str], bad: list[str]) -> None:
    assert [text for text in good if cell(field, text) == INVALID] == []
    assert [text for text in bad if cell(field, text) != INVALID] == []


def test_all_constraints_that_a_cell_breaks_are_told() -> None:
    field = {"name": "a", "type": "string", "constraints": {"minLength": 5, "pattern": "x+", "enum": ["y"]}}
    column = compile_column(read_schema({"fields": [field]}).fields[0], [])
    assert [fault.rule for fault in column.cell("ab")[1]] == ["SCH-004", "SCH-005", "SCH-010"]


@pytest.mark.parametrize(
    ("schema", "key"),
    [
        (None, "schema_no_fields"),
        ({"fields": {}}, "schema_no_fields"),
        ({"fields": [{}]}, "schema_no_name"),
        ({"fields": [{"name": "a", "type": "money"}]}, "schema_type"),
        ({"fields": [{"name": "a", "type": "string", "format": "isbn"}]}, "schema_format"),
        ({"fields": [{"name": "a", "type": "date", "format": "YYYY-MM-DD"}]}, "schema_pattern"),
        ({"fields": [{"name": "a", "constraints": []}]}, "schema_constraints"),
        ({"fields": [{"name": "a", "type": "string", "constraints": {"pattern": "("}}]}, "schema_constraint"),
        ({"fields": [{"name": "a", "type": "string", "constraints": {"pattern": r"\p{Foo}"}}]}, "schema_constraint"),
        ({"fields": [{"name": "a", "type": "string", "constraints": {"minimum": 1}}]}, "schema_constraint"),
        ({"fields": [{"name": "a", "type": "integer", "constraints": {"minimum": "x"}}]}, "schema_constraint"),
        ({"fields": [{"name": "a", "type": "integer", "constraints": {"enum": ["x"]}}]}, "schema_constraint"),
        ({"fields": [{"name": "a", "constraints": {"wrong": 1}}]}, "schema_constraint"),
        ({"fields": [{"name": "a"}], "missingValues": "-"}, "schema_missing"),
        ({"fields": [{"name": "a"}], "fieldsMatch": "roughly"}, "schema_match"),
        ({"fields": [{"name": "a"}], "primaryKey": 1}, "schema_key"),
        ({"fields": [{"name": "a"}], "primaryKey": ["b"]}, "schema_key_field"),
        ({"fields": [{"name": "a"}], "uniqueKeys": [["b"]]}, "schema_key_field"),
        ({"fields": [{"name": "a"}], "foreignKeys": [{"fields": "a"}]}, "schema_foreign"),
    ],
)
def test_faults_of_schemas_are_told_and_the_rest_is_used(schema: Any, key: str) -> None:
    from openbudget.tabular.column import compile_columns

    _, faults = compile_columns(read_schema(schema))
    assert [fault.key for fault in faults] == [f"tabular.{key}"]
