"""Where we judge files and keys otherwise than frictionless-py: every class of difference that tables made by chance show is
in the docs, and every class in the docs is real."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import pytest

from openbudget.tabular import TableSource, check_tables, read_dialect, read_schema

frictionless = pytest.importorskip("frictionless")

Item = tuple[int, str, str]  # row (0: the file or its header), field, kind
_THEIRS = {
    "type-error": "type", "constraint-error": "constraint", "unique-error": "unique", "primary-key": "primary",
    "foreign-key": "foreign", "blank-row": "blank", "extra-cell": "extra", "missing-cell": "missing", "blank-label": "label",
    "duplicate-label": "label", "extra-label": "label", "missing-label": "label", "incorrect-label": "label",
    "encoding-error": "encoding",
}  # fmt: skip
_OURS = {
    "SCH-001": "type", "SCH-003": "unique", "SCH-014": "primary", "SCH-016": "foreign", "STR-019": "blank",
    "STR-017": "extra", "STR-018": "missing", "STR-020": "quote", "STR-010": "encoding", "SCH-017": "schema",
    **{f"STR-01{number}": "label" for number in (3, 4, 5, 6)},
}  # fmt: skip
_WHOLE = {"blank", "extra", "primary", "foreign", "quote", "encoding"}  # of a row or a file, not of a cell
_DIALECT = {
    "headerRows": [1],
    "csv": {"delimiter": ",", "quoteChar": '"', "doubleQuote": True, "skipInitialSpace": False},
}


def _theirs(content: bytes, schema: dict[str, Any], *, told: bool = True) -> Counter[Item] | None:
    """What they find; None where they refuse the descriptor. `told`: dialect and encoding are declared."""
    given: dict[str, Any] = {"format": "csv"}
    if told:
        given |= {"encoding": "utf-8", "dialect": frictionless.Dialect.from_descriptor(_DIALECT)}
    try:
        resource = frictionless.Resource(content, schema=frictionless.Schema.from_descriptor(schema), **given)
        rows = resource.validate(limit_errors=10**6).flatten(["rowNumber", "fieldName", "type"])
    except frictionless.FrictionlessException:
        return None
    found: Counter[Item] = Counter()
    for number, name, kind in rows:
        known = _THEIRS[kind]
        found[(number or 0, "" if known in _WHOLE else name or "", known)] += 1
    return found


def _ours(content: bytes, schema: dict[str, Any]) -> Counter[Item]:
    source = TableSource("t", lambda: io.BytesIO(content), read_schema(schema, "t"), read_dialect(None))
    found: Counter[Item] = Counter()
    for fault in check_tables([source])["t"].faults:
        kind = _OURS.get(fault.rule, "constraint")
        number = 0 if kind in ("label", "encoding", "schema") else fault.number or 0
        found[(number, "" if kind in _WHOLE else fault.field or "", kind)] += 1
    return found


class Case(NamedTuple):
    content: bytes
    schema: dict[str, Any]
    told: bool = True


def _ab(one: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    return {"fields": [{"name": "a", "type": "string", **(one or {})}, {"name": "b", "type": "string"}], **more}


_SELF = {"foreignKeys": [{"fields": ["a", "b"], "reference": {"resource": "", "fields": ["b", "a"]}}]}
CASES: dict[str, list[Case]] = {
    "K1": [Case(b"a,b\n,1\n2,\n", _ab(primaryKey=["a", "b"])), Case(b"a,b\n,1\n", _ab(primaryKey=["a"]))],
    "K2": [Case(b"a,b\nx,1\ny,1\n", _ab({"type": "integer"}, primaryKey=["a"]))],
    "K3": [Case(b"a,b\n1,\n,2\n", _ab(**_SELF))],
    "K4": [Case(b"a,b\n-,-\n", _ab(missingValues=["", "-"])), Case(b"a,b\n,,x\n", _ab())],
    "K5": [Case(b"a,b\n\n1\n", {"fields": [{"name": "a"}, {"name": "b", "constraints": {"required": True}}]})],
    "K6": [Case(b"title\na,b\n1,2\n", _ab(), False)],
    "K7": [Case(b"a,b\n1,2,3,4\n", _ab())],
    "K8": [Case(b'a,b\n"1"x,2\n', _ab()), Case(b'a,b\n3,"4\n', _ab())],
    "K9": [Case(b"a;b\n1;2\n", _ab(), False), Case("a,b\n部门,1\n".encode("gb18030"), _ab(), False)],
    "K10": [Case(b"b,a\n1,x\n", {"fields": [{"name": "a", "type": "string"}, {"name": "b", "type": "integer"}]})],
    "K11": [
        Case(b"a,b\n1,2\n1,2\n", _ab(uniqueKeys=[["a", "b"]])),
        Case(b"a,b\nx,2\n", _ab({"categories": ["y"]})),
        Case(b'a,b\n"1,0",2\n', _ab({"type": "integer", "groupChar": ","})),
        Case(b"a,b\nP1D,2\n", _ab({"type": "duration", "constraints": {"minimum": "P2D"}})),
        Case(b"a,b\n[1],2\n", _ab({"type": "array", "constraints": {"jsonSchema": {"maxItems": 0}}})),
    ],
    "K12": [Case(b"a,b\nax,2\nxb,3\n", _ab({"constraints": {"pattern": "a|b"}}))],
    "K14": [Case(b"a,b\nx,2\n", _ab({"type": "integer", "constraints": {"minLength": "two"}}))],
    "K24": [Case(b"a, b\n1,2\n", _ab())],
    "K25": [Case(b"a,c\n1,2\n", _ab()), Case(b"a,\n1,2\n", _ab()), Case(b"a,a\n1,2\n", _ab())],
    "K26": [Case(b"a,b\nx,1\n1,\xff\n", _ab({"type": "integer"}))],
    "K27": [Case(b"a,b\n1,2\n", _ab({"type": "integer", "constraints": {"enum": ["1.0"]}}))],
    "K28": [Case(b"a,b\n2024-01-05,2\n", _ab({"type": "date", "format": "YYYY-MM-DD"}))],
}


# more than 1,000 faults; what is of packages and their descriptors, not of a table (see tests/package)
_ELSEWHERE = {"K13", *(f"K{number}" for number in (*range(15, 24), 29, 30, 31, 32))}


@pytest.mark.parametrize("number", CASES)
def test_a_documented_difference_of_files_is_real(number: str) -> None:
    for case in CASES[number]:
        assert _theirs(case.content, case.schema, told=case.told) != _ours(case.content, case.schema)


def test_the_docs_list_the_same_differences_of_files() -> None:
    page = (Path(__file__).parents[2] / "docs/reference/table-semantics.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| (K\d+) \|", page, re.M)
    assert sorted(listed) == sorted([*CASES, *_ELSEWHERE])


# --- tables made by chance

_SAFE: dict[str, list[str]] = {
    "string": ["x", "y", "部门", "a b", "1", 'q"q', "l\nl", "c,c"],
    "integer": ["1", "2", "3", "-4", "x", "1.5"],
    "number": ["1", "1.0", "2.50", "x", "1e2"],
    "boolean": ["true", "false", "yes"],
    "date": ["2024-01-05", "2024-02-30", "soon"],
}
_CONSTRAINTS: dict[str, list[dict[str, Any]]] = {
    "string": [{"minLength": 2}, {"pattern": "[a-z]+"}, {"pattern": "a|x"}, {"enum": ["x", "y", "部门"]}],
    "integer": [{"minimum": 2}, {"enum": [1, 2]}, {"enum": ["1.0"]}],
    "number": [{"maximum": "2.5"}],
    "boolean": [{"enum": ["true"]}],
    "date": [{"minimum": "2024-01-01"}],
}


class Made(NamedTuple):
    """A table made by chance. `plain`: its header is as its schema has it; `broken`: a quote is not as it should be."""

    schema: dict[str, Any]
    rows: list[list[str]]
    header: list[str]
    content: bytes
    broken: bool

    @property
    def plain(self) -> bool:
        return self.header == [field["name"] for field in self.schema["fields"]]


def _made(chance: Random) -> Made:
    names = ["a", "b", "c"][: chance.randint(2, 3)]
    fields: list[dict[str, Any]] = []
    for name in names:
        kind = chance.choice(sorted(_SAFE))
        constraints = dict(chance.choice([{}, *_CONSTRAINTS[kind]]))
        constraints |= {one: True for one in ("required", "unique") if chance.random() < 0.2}
        fields.append({"name": name, "type": kind, "constraints": constraints})
    schema: dict[str, Any] = {"fields": fields, "missingValues": chance.choice([[""], ["", "-"]])}
    if chance.random() < 0.4:
        schema["primaryKey"] = chance.choice([["a"], ["a", "b"]])
    if chance.random() < 0.3:
        fields[1]["type"], fields[1]["constraints"] = fields[0]["type"], {}
        schema["foreignKeys"] = [{"fields": ["b"], "reference": {"resource": "", "fields": ["a"]}}]
    if len(names) == 3 and chance.random() < 0.2:
        for field in fields:
            field["type"], field["constraints"] = "string", {}
        schema["foreignKeys"] = [{"fields": ["b", "c"], "reference": {"resource": "", "fields": ["a", "b"]}}]
    rows = []
    for _ in range(chance.randint(0, 8)):
        row = [chance.choice([*_SAFE[field["type"]], "", "-"]) for field in fields]
        shape = chance.randrange(14)
        rows.append([] if shape == 0 else row[:-1] if shape == 1 else [*row, "m", "n"] if shape == 2 else row)
    header = list(names)
    if chance.random() < 0.2:
        place = chance.randrange(len(header))
        header[place] = chance.choice(["", "z", header[0], f" {header[place]}", header[place].upper()])
    elif chance.random() < 0.1:
        chance.shuffle(header)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator=chance.choice(["\n", "\r\n"]))
    writer.writerow(header)
    writer.writerows(rows)
    broken = chance.random() < 0.1
    if broken:
        rows.append(["x"] * len(names))
        text.write(chance.choice(['"x"y', '"x']) + ",x" * (len(names) - 1))
    content = text.getvalue().encode()
    if chance.random() < 0.05:
        content += b"\n\xff"
    return Made(schema, rows, header, content, broken)


def _classes(item: Item, made: Made, ours: Counter[Item], theirs: Counter[Item]) -> set[str]:
    """The documented differences that may be at work on something that only one side finds."""
    _, name, kind = item
    if kind == "encoding" or (0, "", "encoding") in theirs:
        return {"K26"}
    if made.broken and (kind == "quote" or item[0] == len(made.rows) + 1):
        return {"K8"}
    if not made.plain:
        stripped = [label.strip() for label in made.header]
        names = [field["name"] for field in made.schema["fields"]]
        return {"K10"} if sorted(made.header) == names else {"K24"} if stripped == names else {"K25"}
    if kind == "schema" or (kind == "constraint" and (0, name, "schema") in ours):
        return {"K27"}
    return _row_classes(item, made, ours)


def _row_classes(item: Item, made: Made, ours: Counter[Item]) -> set[str]:
    number, name, kind = item
    fields, missing = made.schema["fields"], made.schema["missingValues"]
    names = [field["name"] for field in fields]
    cells = made.rows[number - 2]
    key = made.schema.get("primaryKey", [])
    refers = [name for one in made.schema.get("foreignKeys", []) for name in one["fields"]]
    padded = [*cells, *[""] * (len(names) - len(cells))]
    blank = [one for one, cell in zip(names, padded, strict=False) if cell in missing]
    found = set()
    if len(blank) == len(names) and any(cells):
        found.add("K4")
    faulty = {one for _, one, what in ours if what in ("type", "missing")}
    if kind in ("primary", "constraint") and (
        set(key) & set(blank) if kind == "primary" else name in key and name in blank
    ):
        found.add("K1")
    if kind in ("primary", "unique", "foreign") and faulty:
        found.add("K2")
    if kind == "foreign" and set(refers) & set(blank):
        found.add("K3")
    if kind == "constraint" and names.index(name) >= len(cells):
        found.add("K5")
    if kind == "constraint" and any(f["constraints"].get("pattern") == "a|x" for f in fields if f["name"] == name):
        found.add("K12")
    return found


def test_every_difference_that_chance_shows_is_documented() -> None:
    chance, met = Random(5), Counter[str]()
    for _ in range(500):
        made = _made(chance)
        ours, theirs = _ours(made.content, made.schema), _theirs(made.content, made.schema)
        assert theirs is not None
        for item in set(ours) ^ set(theirs):
            classes = _classes(item, made, ours, theirs)
            assert classes, (item, "only we" if item in ours else "only they", made)
            met.update(classes)
        for item in set(ours) & set(theirs):
            if ours[item] != theirs[item]:
                assert item[2] in ("extra", "label"), (item, made)
                met["K7" if item[2] == "extra" else "K25"] += 1
    wanted = {"K1", "K2", "K3", "K4", "K5", "K7", "K8", "K10", "K12", "K24", "K25", "K26", "K27"}
    assert set(met) == wanted
