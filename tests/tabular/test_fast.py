"""The fast engine gives what the exact checker gives, always."""

from __future__ import annotations

import csv
import io
import random
import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from openbudget.tabular import check as check_module
from openbudget.tabular import check_tables
from openbudget.tabular.column import compile_column
from openbudget.tabular.schema import read_schema
from tests.tabular.checking import check, fields, source
from tests.tabular.generated import CONSTRAINTS
from tests.tabular.pools import FIELDS, TEXTS

pytest.importorskip("numba")

from openbudget.tabular.fast import blocks, cells, engine, hashes, plan, targets
from openbudget.tabular.fast.automata import automaton
from openbudget.tabular.fast.narrow import narrow


@st.composite
def _field(draw: st.DrawFn, name: str) -> dict[str, Any]:
    field: dict[str, Any] = {"name": name, **draw(st.sampled_from(FIELDS))}
    constraints = {}
    if draw(st.booleans()) and field.get("type") in CONSTRAINTS:
        constraints |= draw(st.sampled_from(CONSTRAINTS[field["type"]]))
    for name_, chance in (("required", 4), ("unique", 3)):
        if draw(st.integers(1, chance)) == 1:
            constraints[name_] = True
    if draw(st.integers(0, 5)) == 0:
        field["missingValues"] = draw(st.sampled_from([[], ["-"], ["", "NaN", "1"]]))
    return {**field, "constraints": constraints} if constraints else field


_CELL = st.one_of(
    st.sampled_from(TEXTS),
    st.sampled_from(["", "1", "1.0", "2", "x", "2024-01-05", "2024", "true"]),
    st.text(max_size=4),
)


@st.composite
def _file(draw: st.DrawFn) -> tuple[dict[str, Any], bytes]:
    names = ["a", "b", "c"][: draw(st.integers(1, 3))]
    schema: dict[str, Any] = {"fields": [draw(_field(name)) for name in names]}
    keys = st.lists(st.sampled_from(names), min_size=1, max_size=2, unique=True)
    if draw(st.booleans()):
        schema["primaryKey"] = draw(keys)
    if draw(st.booleans()):
        schema["uniqueKeys"] = [draw(keys)]
    if draw(st.booleans()):
        key, to = draw(keys), draw(keys)
        size = min(len(key), len(to))
        schema["foreignKeys"] = [{"fields": key[:size], "reference": {"resource": "", "fields": to[:size]}}]
    header = draw(st.permutations(names)) if draw(st.integers(0, 5)) == 0 else names
    rows = [[draw(_CELL) for _ in names] for _ in range(draw(st.integers(0, 12)))]
    for row in rows:
        shape = draw(st.integers(0, 40))
        if shape == 0:
            row.append("more")
        elif shape == 1:
            row.pop()
        elif shape == 2:
            row[:] = [""] * len(names)
    text = io.StringIO()
    quoting = draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
    writer = csv.writer(text, lineterminator=draw(st.sampled_from(["\n", "\n", "\r\n"])), quoting=quoting)
    writer.writerow(header)
    writer.writerows(rows)
    content = text.getvalue().encode("utf-8", "replace")
    if draw(st.integers(0, 5)) == 0:  # something breaks
        place = draw(st.integers(0, len(content)))
        piece = draw(
            st.sampled_from([b'"', b"\n", b"\r", b",", b'""', b"\xff", b"\xef\xbb\xbf", b"\n\n", b'"x', b'x"', b"\0"])
        )
        content = content[:place] + piece + content[place:]
    return schema, content


def _both(content: bytes, schema: dict[str, Any], encoding: str | None = None) -> tuple[Any, Any]:
    one = source(content, schema, encoding=encoding)
    exact = check_tables([one], large=1 << 60)["t"]
    fast = check_tables([one], large=0)["t"]
    assert fast.rows is None
    return exact, fast


def _same(exact: Any, fast: Any) -> None:
    assert sorted(fast.faults, key=repr) == sorted(exact.faults, key=repr)
    assert fast.faults.counts == exact.faults.counts
    assert fast.n_rows == exact.n_rows
    numbers = [fault.number or 0 for fault in fast.faults]
    assert numbers == sorted(numbers)


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything that is large becomes small, so that small files go every way."""
    monkeypatch.setattr(engine, "BLOCK", 40)
    monkeypatch.setattr(blocks, "LARGEST", 400)
    monkeypatch.setattr(cells, "ODD_EVERY", 20)
    monkeypatch.setattr(plan, "_REMEMBERED", 3)
    monkeypatch.setattr(hashes, "_IN_MEMORY", 5)
    monkeypatch.setattr(hashes, "_AT_ONCE", 4)
    monkeypatch.setattr(targets, "_FIRST", 2)


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(file=_file())
def test_engine_and_exact_checker_agree(tiny: None, file: tuple[dict[str, Any], bytes]) -> None:
    _same(*_both(file[1], file[0]))


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(file=_file())
def test_they_agree_on_one_block(file: tuple[dict[str, Any], bytes]) -> None:
    _same(*_both(file[1], file[0]))


def _column(texts: list[str]) -> Any:
    """Texts as the second column of a block, in quotes where they have to be, and once more where they need not."""
    text = io.StringIO()
    for quoting in (csv.QUOTE_MINIMAL, csv.QUOTE_ALL):
        csv.writer(text, lineterminator="\n", quoting=quoting).writerows(["x", one] for one in texts)
    return cells.cells_of(blocks.raw_of(text.getvalue().encode()), 2, ord(","))


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: "-".join(str(value) for value in field.values()))
def test_what_a_judge_accepts_is_valid(field: dict[str, Any]) -> None:
    """Each judge alone, with each constraint of its type, on every text of the pools."""
    texts = [*(text for text in TEXTS if "\r" not in text), ""]
    block = _column(texts)
    for constraints in [{}, *CONSTRAINTS.get(field.get("type", ""), [])]:
        for missing in ([""], ["", "-", "1"], ["x"]):
            schema = read_schema(
                {"fields": [{"name": "a", **field, "constraints": constraints, "missingValues": missing}]}
            )
            for required in (False, True):
                exact = compile_column(schema.fields[0], [], in_primary_key=required)
                judged = narrow(schema.fields[0], required=required)
                if judged is not None:
                    refused = set(block.refused(judged, 1).tolist())
                    kept = [text for row, text in enumerate([*texts, *texts]) if row not in refused]
                    assert [text for text in kept if exact.cell(text)[1]] == []


_PATTERNS = [
    "[A-Z]{2}[0-9]{9}", "[0-9]{3}([0-9]{2}){0,2}", r"^\d{4}(-\d\d)?$", ".x?", "a|文", "[一-龥]+", "(ab|a)*c?", "[^a-c]x{2,}",
    "a{0}b", "(?:a|b){1,3}c*", r"[a-z.\-]+", r"[\].]", r"\.\-", "[é-龥]?x", "[^龥]{2}", "^(a|b)$", "(a*)*b", "x{2}|x{4}|", r"a\|b",
    r"\S+", r"\Sx?", r"[\S ]{2}",
]  # fmt: skip


@pytest.mark.parametrize("pattern", _PATTERNS)
def test_automata_accept_what_patterns_do(pattern: str) -> None:
    made, meant = automaton([pattern]), re.compile(pattern)
    assert made is not None
    chance, found = random.Random(pattern), set()
    for _ in range(4000):
        text = "".join(chance.choice("aabbccxxX12-.|]文龥é😀 \n") for _ in range(chance.randrange(6)))
        assert made.accepts(text) == (meant.fullmatch(text) is not None), text
        found.add(made.accepts(text))
    assert False in found


@pytest.mark.parametrize(
    "pattern",
    ["(?i)x", "a+?", "a++", "^a|b$", "(", ")", r"\w", r"a{2,1}", "[a", "*", "a**", r"[^\d]", r"[^\S]", r"\bx", "(?=a)", "[[:alpha:]]", "a{,2}",
     r"(a)\1", "[a-z&&[b]]", ".{999}{999}", "(a|b)*a(a|b){12}"],
)  # fmt: skip
def test_of_other_patterns_nothing_is_accepted_at_once(pattern: str) -> None:
    assert automaton([pattern]) is None


def test_what_is_no_space_is_told_as_the_exact_checker_tells_it() -> None:
    made = automaton([r"\S"])
    assert made is not None
    chars = [chr(code) for code in (*range(0x4000), *range(0xFE00, 0x10100)) if code != ord('"')]
    assert [char for char in chars if not made.accepts(char)] == [
        char for char in chars if not re.fullmatch(r"\S", char)
    ]


def test_automata_of_several_patterns_and_of_texts_that_are_none() -> None:
    made = automaton(["[a-c]*", ".{2,3}"], ["ab", "ca"])
    assert made is not None
    texts = ["a", "ab", "ba", "ca", "abc", "abca", "ad"]
    assert [text for text in texts if made.accepts(text)] == ["ba", "abc"]


def _large(rows: int, seed: int) -> str:
    """A table of all kinds of rows, with faults here and there."""
    chance = random.Random(seed)
    lines = ["id,parent,agency,amount,on,note"]
    for number in range(rows):
        identity = number if chance.random() > 0.01 else chance.randrange(rows)
        note = chance.choice(["", "文", '"a,b"', '"a""b"', '"two\nlines"', '"line\nline\nline"'])
        amount = chance.choice(["1", "2.50", "-3", "1e2", "x", "", "１"]) if chance.random() < 0.05 else f"{number}.5"
        day = chance.choice(["2024-01-31", "2024-02-30", "2024-2-3"]) if chance.random() < 0.1 else "2024-01-05"
        parent = chance.randrange(rows + rows // 100)
        row = f"i{identity},i{parent},A{chance.randrange(1010)},{amount},{day},{note}"
        spoil = chance.random()
        lines.append(row + ",more" if spoil < 0.001 else "" if spoil < 0.002 else row)
    return "\n".join(lines) + "\n"


_LARGE = {
    **fields(
        {"name": "id", "type": "string", "constraints": {"pattern": "i[0-9]+"}},
        "parent",
        "agency",
        {"name": "amount", "type": "number", "constraints": {"minimum": 0, "unique": True}},
        {"name": "on", "type": "date"},
        {"name": "note", "type": "string", "constraints": {"maxLength": 9}},
    ),
    "primaryKey": "id",
    "uniqueKeys": [["agency", "amount"]],
    "foreignKeys": [
        {"fields": "parent", "reference": {"resource": "", "fields": "id"}},
        {"fields": ["agency"], "reference": {"resource": "agencies", "fields": ["id"]}},
    ],
}
_AGENCIES = source(
    "id,of\n" + "".join(f"A{number},i{number}\n" for number in range(1000)), fields("id", "of"), "agencies"
)


@pytest.mark.parametrize("block", [200, 5_000, 1 << 20])
@pytest.mark.parametrize("encoding", [None, "gb18030"])
def test_large_tables_with_faults_of_all_kinds(
    monkeypatch: pytest.MonkeyPatch, block: int, encoding: str | None
) -> None:
    monkeypatch.setattr(engine, "BLOCK", block)
    content = _large(3000, block).encode(encoding or "utf-8")
    lines = source(content, _LARGE, "t", encoding=encoding)
    exact, fast = (check_tables([lines, _AGENCIES], large=large)["t"] for large in (1 << 60, 0))
    _same(exact, fast)
    assert len(set(exact.faults.counts)) >= 7


def test_foreign_keys_between_small_and_large_tables() -> None:
    key = {"fields": ["of"], "reference": {"resource": "t", "fields": ["id"]}}
    child = source("of\ni1\ni2\nzz\n\n", {**fields("of", "x", fieldsMatch="superset"), "foreignKeys": [key]}, "child")
    large = source("id,n\n" + "".join(f"i{n},{n}\n" for n in range(2)), fields("id", "n"), "t")
    for sizes in ((0, 0), (0, 9), (9, 0), (9, 9)):
        tables = [child._replace(size=sizes[0]), large._replace(size=sizes[1])]
        for order in (tables, tables[::-1]):
            found = check_tables(order, large=9)["child"].faults
            assert [(fault.rule, fault.number, fault.text) for fault in found if fault.rule == "SCH-016"] == [
                ("SCH-016", 3, "i2"), ("SCH-016", 4, "zz"),
            ]  # fmt: skip


def test_keys_of_different_kinds_are_never_equal() -> None:
    key = {"fields": ["n"], "reference": {"resource": "", "fields": ["id"]}}
    schema = {**fields({"name": "id", "type": "string"}, {"name": "n", "type": "integer"}), "foreignKeys": [key]}
    _same(*_both(b"id,n\n1,1\n2,x\n", schema))


def test_numbers_are_one_kind() -> None:
    key = {"fields": ["n"], "reference": {"resource": "", "fields": ["id"]}}
    schema = {**fields({"name": "id", "type": "number"}, {"name": "n", "type": "integer"}), "foreignKeys": [key]}
    exact, fast = _both(b"id,n\n1.00,01\n-0,0\n1e3,1000\n-2.50,-2\n5,+5\n", schema)
    _same(exact, fast)
    assert [fault.text for fault in fast.faults] == ["-2"]


def test_a_file_in_another_encoding_is_read_again_exactly(tiny: None) -> None:
    content = ("a,b\n" + "部门,1\n" * 50 + "x\n").encode("gb18030")
    exact, fast = _both(content, fields("a", {"name": "b", "constraints": {"unique": True}}))
    _same(exact, fast)
    assert fast.faults.counts["STR-010"] == 1


def test_a_file_with_another_delimiter_is_read_by_both(tiny: None) -> None:
    exact, fast = _both(b"a;b\n" + b"1;x\n" * 50 + b"y;1\n", fields({"name": "a", "type": "integer"}, "b"))
    _same(exact, fast)
    assert fast.faults.counts == {"SCH-017": 1, "SCH-001": 1}


def test_faults_without_end_are_kept_on_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("openbudget.tabular.faults._IN_MEMORY", 100)
    monkeypatch.setattr(engine, "BLOCK", 1000)
    content = "a,b\n" + "".join(f"x{number},y\n" for number in range(5000))
    schema = fields({"name": "a", "type": "integer"}, {"name": "b", "constraints": {"unique": True}})
    exact, fast = _both(content.encode(), schema)
    _same(exact, fast)
    assert len(fast.faults) == 5000 + 4999


@pytest.mark.parametrize("block", [30, 100, 1 << 20])
@pytest.mark.parametrize("buffered", [True, False])
def test_streams_are_cut_at_line_ends_outside_of_quotes(
    monkeypatch: pytest.MonkeyPatch, block: int, buffered: bool
) -> None:
    monkeypatch.setattr(blocks, "LARGEST", 200)
    for text in (
        "", "a", "a,b\n", 'a,"b\n' * 40, "部门,1\n" * 50, 'a,"b\nc"\n' * 30, 'x,y\n"' + "z\n" * 150,
        "a,b\r\n" * 40 + "c", "long" * 80 + "\n" + "a,b\n" * 9,
    ):  # fmt: skip
        stream = io.BytesIO(text.encode())
        given = io.BufferedReader(stream, 7) if buffered else stream  # type: ignore[type-var]
        found, buffers = [], blocks.Buffers(block)
        for raw in blocks.cut(given, block, buffers):  # type: ignore[arg-type]
            found.append((raw.offset, raw.data, raw.last, raw.closed))
            raw.ready()
            buffers.give(raw)
        assert b"".join(data for _, data, _, _ in found) == text.encode()[: sum(len(one[1]) for one in found)]
        assert [one[0] for one in found] == [sum(len(one[1]) for one in found[:i]) for i in range(len(found))]
        if text and not text.endswith("\n"):
            assert found[-1][2] or not found[-1][3]
        for _, data, _, _ in found[:-1]:
            assert data.endswith(b"\n")
            assert data.count(b'"') % 2 == 0


def test_odd_rows_with_repeated_keys_are_read_once_more() -> None:
    """However close they stand when they are put side by side."""
    lines = [f"i{number},x" for number in range(3000)]
    for number in (100, 1000, 2000, 2500, 2999):
        lines[number] = "k"
    _same(*_both(("id,n\n" + "\n".join(lines) + "\n").encode(), {**fields("id", "n"), "primaryKey": "id"}))


def test_small_tables_go_with_large_ones() -> None:
    small = source("a\n1\n", fields("a"), "small")._replace(size=check_module.BESIDE)
    large = source("a\n1\n", fields("a"), "large")._replace(size=check_module.LARGE)
    for keep, held in ((False, False), (True, True)):
        found = check_tables([small, large], keep_rows=keep)
        assert (found["small"].rows is not None) is held
        assert found["large"].rows is None


def test_without_the_extra_the_exact_checker_does_it(monkeypatch: pytest.MonkeyPatch) -> None:
    import openbudget.tabular.fast as fast

    monkeypatch.setattr(fast, "find_spec", lambda name: None)
    assert check_tables([source("a\n1\n", fields("a"))], large=0)["t"].n_rows == 1
    assert check("a\n1\n", fields("a")).n_rows == 1
