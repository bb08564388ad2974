"""Files: encodings, line ends, quotes, headers, ragged and blank rows, keys across tables."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any

import pytest

from openbudget.model.finding import Severity
from openbudget.tabular import check_tables
from tests.tabular.checking import check, faults, fields, rules, source

AB = fields("a", "b")
NUMBER = fields({"name": "a", "type": "integer"}, "b")


@pytest.mark.parametrize(
    ("encoding", "codec", "expected"),
    [
        (None, "utf-8", []),
        (None, "utf-8-sig", []),
        ("utf-8", "utf-8-sig", []),
        ("GBK", "gbk", []),
        ("gb2312", "gb2312", []),
        ("utf-16", "utf-16", []),
        (None, "gb18030", ["STR-010"]),
        (None, "utf-16", ["STR-010"]),
        ("big5", "utf-8", ["STR-010"]),
        ("nonsense", "utf-8", ["STR-010"]),
        ("hex", "utf-8", ["STR-010"]),
    ],
)
def test_encodings(encoding: str | None, codec: str, expected: list[str]) -> None:
    result = check("a,b\n部门,财政局\n".encode(codec), AB, encoding=encoding)
    assert rules(result) == expected
    assert list(result.rows or []) == [{"a": "部门", "b": "财政局"}]


@pytest.mark.parametrize(
    ("text", "codec", "read_as"),
    [
        ("São Paulo,Ação", "iso-8859-1", "windows-1252"),
        ("ÉDUCATION,“Größe”", "cp1252", "windows-1252"),
        ("наименование,сумма", "cp1251", "windows-1252"),  # not told apart from others of one byte
        ("財政局,收入預算", "big5", "big5"),
        ("财政局,鑫", "gb18030", "gb18030"),
    ],
)
def test_the_encoding_that_fits_is_a_likely_one(text: str, codec: str, read_as: str) -> None:
    result = check(f"a,b\n{text}\n".encode(codec), AB)
    assert rules(result) == ["STR-010"]
    assert f"read as {read_as}" in next(iter(result.findings())).message["en"]


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_another_delimiter_is_told_once_and_used(delimiter: str) -> None:
    text = "\ufeffa,b,c\n1,x,y\nz,,\n".replace(",", delimiter)
    result = check(text, fields({"name": "a", "type": "integer"}, "b", "c"))
    assert faults(result) == [("SCH-017", None, None, None), ("SCH-001", 3, "a", "z")]
    assert next(iter(result.rows or [])) == {"a": 1, "b": "x", "c": "y"}
    assert "“,”" in (told := next(iter(result.findings())).message["en"])
    assert f"“{delimiter}”" in told.replace("\\t", "\t")


def test_a_header_with_none_of_the_fields_is_no_sign_of_another_delimiter() -> None:
    assert rules(check("x;y\n1;2\n", fields("a", "b", "c"))) == ["STR-014", "STR-013", "STR-013", "STR-013"]
    assert rules(check("a;b\n1;2\n", fields("a;b"))) == []
    assert rules(check("a,b;c\n1,2\n", fields("a", "b", "c"))) == ["STR-014", "STR-013", "STR-013"]


def test_bytes_of_no_encoding_are_told_with_their_place() -> None:
    result = check(b"a,b\nx,\xff\x81\n", AB)
    finding = next(iter(result.findings()))
    assert "6" in finding.message["en"]
    assert finding.severity is Severity.ERROR
    assert result.n_rows == 1


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_a_file_without_the_mark_that_its_encoding_needs(encoding: str) -> None:
    result = check(b"\xef\xbb\xbf\xff\xfe" + "a,b\n1,2\n".encode("utf-16-le"), AB, encoding=encoding)
    assert "STR-010" in rules(result)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(end: str) -> None:
    result = check(f"a,b{end}1,x{end}z,y{end}", NUMBER)
    assert faults(result) == [("SCH-001", 3, "a", "z")]
    assert [fault.line for fault in result.faults] == [3]


def test_rows_are_records_and_lines_are_lines() -> None:
    result = check('a,b\n1,"x\ny\nz"\nq,w\n', NUMBER)
    assert [(fault.number, fault.line) for fault in result.faults] == [(3, 5)]


@pytest.mark.parametrize(
    ("text", "expected", "rows"),
    [
        ('a,b\n1,"x"y\n2,z\n', [("STR-020", 2)], [{"a": 1, "b": "xy"}, {"a": 2, "b": "z"}]),
        ('a,b\n1,"x\n2,z\n', [("STR-020", 2)], [{"a": 1, "b": "x\n2,z\n"}]),
        ('a,b\n1,x"y"\n', [], [{"a": 1, "b": 'x"y"'}]),
        ('a,b\n1,"x""y"\n', [], [{"a": 1, "b": 'x"y'}]),
        ('a,b\n1,"x" \n2,"y" \n3,z\n', [("STR-020", 2), ("STR-020", 3)], None),
        ("a,b\n1,x\n\n2,y\n,\n", [("STR-019", 3), ("STR-019", 5)], [{"a": 1, "b": "x"}, {"a": 2, "b": "y"}]),
        ("a,b\n1,x,y,z\n2\n", [("STR-017", 2), ("STR-018", 3)], [{"a": 1, "b": "x"}, {"a": 2, "b": None}]),
        ("a,b\n1,x", [], [{"a": 1, "b": "x"}]),
        ("", [("STR-012", None)], []),
        ("a,b\n", [], []),
    ],
)
def test_structure(text: str, expected: list[tuple[str, int | None]], rows: Any) -> None:
    result = check(text, NUMBER)
    assert [(fault.rule, fault.number) for fault in result.faults] == expected
    if rows is not None:
        assert list(result.rows or []) == rows


@pytest.mark.parametrize(
    ("match", "header", "expected"),
    [
        ("exact", "a,b", []),
        ("exact", "b,a", ["STR-015"]),
        ("exact", "a", ["STR-013"]),
        ("exact", "a,b,c", ["STR-014"]),
        ("exact", "a,B", ["STR-014"]),
        ("exact", "a, b ", ["STR-014"]),
        ("exact", "B,a", ["STR-014", "STR-015"]),
        ("exact", "a,x", ["STR-014", "STR-013"]),
        ("equal", "B,a", ["STR-014"]),
        ("subset", "c,B,a", ["STR-014"]),
        ("superset", "B", ["STR-014"]),
        ("partial", "a,B", []),
        ("exact", "a,", ["STR-016", "STR-013"]),
        ("exact", "a,a", ["STR-016", "STR-013"]),
        ("equal", "b,a", []),
        ("equal", "a", ["STR-013"]),
        ("equal", "a,b,c", ["STR-014"]),
        ("subset", "c,b,a", []),
        ("subset", "a,c", ["STR-013"]),
        ("superset", "b", []),
        ("superset", "b,c", ["STR-014"]),
        ("partial", "b,c", []),
        ("partial", "c,d", ["STR-013", "STR-013"]),
        (["equal"], "b,a", []),
    ],
)
def test_headers(match: Any, header: str, expected: list[str]) -> None:
    assert rules(check(f"{header}\n", {**AB, "fieldsMatch": match})) == expected


def test_required_fields_must_be_there_under_superset() -> None:
    schema = fields({"name": "a", "constraints": {"required": True}}, "b", "c", primaryKey="c", fieldsMatch="superset")
    assert faults(check("b\nx\n", schema)) == [("STR-013", 1, "a", None), ("STR-013", 1, "c", None)]


def test_a_column_under_a_wrong_label_is_checked_all_the_same() -> None:
    assert rules(check("z,b\nx,y\n", NUMBER)) == ["STR-014", "STR-013", "SCH-001"]
    assert rules(check("b, A\ny,x\n", fields("b", {"name": "a", "type": "integer"}))) == ["STR-014", "SCH-001"]


@pytest.mark.parametrize(
    ("dialect", "text"),
    [
        ({"delimiter": ";"}, "a;b\n1;x\n"),
        ({"delimiter": "\t"}, "a\tb\n1\tx\n"),
        ({"quoteChar": "'"}, "a,b\n1,'x'\n"),
        ({"header": False}, "1,x\n"),
        ({"skipInitialSpace": True}, "a, b\n1, x\n"),
        ({"commentChar": "#"}, '# "one\na,b\n#two\n1,x\n'),
        ({"commentRows": [2]}, "a,b\nnot,counted,as,row\n1,x\n"),
        ({"escapeChar": "\\", "doubleQuote": False}, 'a,b\n1,"x"\n'),
        ({"headerRows": [1, 2], "headerJoin": ""}, "a,b\n,\n1,x\n"),
        ({"headerRows": [2]}, "title\na,b\n1,x\n"),
        ({"caseSensitiveHeader": False}, "A,B\n1,x\n"),
        ({"csv": {"delimiter": "|"}}, "a|b\n1|x\n"),
        ({"nullSequence": "NULL"}, "a,b\n1,x\nNULL,NULL\n"),
    ],
)
def test_dialects(dialect: dict[str, Any], text: str) -> None:
    result = check(text, NUMBER, dialect)
    assert rules(result) == []
    assert (result.rows or [])[0] == {"a": 1, "b": "x"}


@pytest.mark.parametrize(
    "dialect", [7, {"delimiter": "ab"}, {"header": "no"}, {"headerRows": [0]}, {"itemKeys": 1}, {"quoteChar": 1}]
)
def test_faults_of_dialects_are_told(dialect: Any) -> None:
    assert rules(check("a,b\n1,x\n", NUMBER, dialect)) == ["SCH-017"]


def test_rows_count_comments_and_headers() -> None:
    result = check("# c\na,b\n# d\nx,y\n", NUMBER, {"commentChar": "#"})
    assert [(fault.number, fault.line) for fault in result.faults] == [(4, 4)]


def test_keys_compare_values() -> None:
    schema = fields({"name": "a", "type": "number"}, {"name": "b", "type": "number", "constraints": {"unique": True}})
    result = check("a,b\n1.0,1\n2,01\n1,2\n", {**schema, "primaryKey": ["a"]})
    assert [(fault.rule, fault.number, fault.expected) for fault in result.faults] == [
        ("SCH-003", 3, "2"), ("SCH-014", 4, "2"),
    ]  # fmt: skip


def test_blank_and_faulty_keys_take_no_part() -> None:
    schema = {**fields({"name": "a", "type": "integer"}, "b"), "primaryKey": ["a", "b"], "uniqueKeys": [["b"]]}
    result = check("a,b\n,x\n,y\nz,q\nz,\n1,\n1,\n", schema)
    assert [rule for rule in rules(result) if rule in ("SCH-014", "SCH-015")] == []


def test_foreign_keys_to_itself_forward_and_back() -> None:
    schema = {**fields("id", "parent"), "foreignKeys": [{"fields": "parent", "reference": {"fields": "id"}}]}
    result = check("id,parent\nc,a\na,\nb,a\nd,x\n,y\n", schema)
    assert faults(result) == [("SCH-016", 5, "parent", "x"), ("SCH-016", 6, "parent", "y")]


def test_foreign_keys_across_tables_in_a_circle() -> None:
    def table(name: str, other: str, text: str) -> Any:
        key = {"fields": ["to"], "reference": {"resource": other, "fields": ["id"]}}
        return source(text, {**fields("id", "to"), "foreignKeys": [key]}, name)

    results = check_tables([table("one", "two", "id,to\n1,2\n3,9\n"), table("two", "one", "id,to\n2,3\n4,8\n")])
    assert faults(results["one"]) == [("SCH-016", 3, "to", "9")]
    assert faults(results["two"]) == [("SCH-016", 3, "to", "8")]


def test_composite_foreign_keys() -> None:
    key = {"fields": ["a", "b"], "reference": {"resource": "p", "fields": ["x", "y"]}}
    parent = source("x,y\n1,1\n2,\n", fields({"name": "x", "type": "integer"}, "y"), "p")
    child = source(
        "a,b\n1,1\n01,1\n2,\n1,2\n", {**fields({"name": "a", "type": "integer"}, "b"), "foreignKeys": [key]}, "c"
    )
    assert faults(check_tables([child, parent])["c"]) == [("SCH-016", 5, "a, b", "1, 2")]


@pytest.mark.parametrize("to", [{"resource": "none", "fields": "a"}, {"resource": "", "fields": "zz"}])
def test_foreign_keys_to_nowhere_are_faults_of_the_schema(to: dict[str, str]) -> None:
    schema = {**AB, "foreignKeys": [{"fields": "a", "reference": to}]}
    assert rules(check("a,b\n1,2\n", schema)) == ["SCH-017"]


def test_many_faults_are_counted_and_kept_in_order() -> None:
    rows = 120_000
    text = "a,b\n" + "".join(f"x{number},y\n" for number in range(rows))
    result = check(text, NUMBER)
    assert result.faults.counts == {"SCH-001": rows}
    numbers = [fault.number for fault in result.faults]
    assert numbers == list(range(2, rows + 2))


def test_findings_say_what_where_and_what_to_do() -> None:
    schema = fields({"name": "id"}, {"name": "amount", "type": "number"}, primaryKey="id")
    finding = next(iter(check("id,amount\nx-1,１２\n", schema).findings()))
    assert (finding.rule, finding.table, finding.row_id, finding.field, finding.line) == (
        "SCH-001",
        "t",
        "x-1",
        "amount",
        2,
    )
    assert (finding.actual, finding.expected) == ("１２", "number")
    assert "第 2 行" in finding.message["zh"]
    assert "row 2" in finding.message["en"]


def test_fingerprints_do_not_change_when_rows_move() -> None:
    schema = fields({"name": "id"}, {"name": "amount", "type": "number"}, primaryKey="id")
    lines = [f"id{number},{'x' if number % 3 == 0 else 1}\n" for number in range(20)]
    prints = []
    for seed in (1, 2):
        random.Random(seed).shuffle(lines)
        prints.append(sorted(one.fingerprint for one in check("id,amount\n" + "".join(lines), schema).findings()))
    assert prints[0] == prints[1]
    assert len(set(prints[0])) == 7


def test_a_cell_beyond_all_measure_ends_the_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    from openbudget.tabular import records

    monkeypatch.setattr(records, "MAX_CELL", 100)
    result = check('a,b\n1,x\n2,"' + "y" * 1000 + "\n3,z\n", NUMBER)
    assert [(fault.rule, fault.number) for fault in result.faults] == [("STR-020", 3)]
    assert result.n_rows == 1


def test_typed_rows() -> None:
    schema = fields({"name": "a", "type": "number"}, {"name": "b", "type": "boolean"}, "c")
    assert list(check("a,b,c\n1.50,true,\nx,,y\n", schema).rows or []) == [
        {"a": Decimal("1.50"), "b": True, "c": None},
        {"a": None, "b": None, "c": "y"},
    ]
