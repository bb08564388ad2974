"""Packages from anyone: what is refused, what is found, and that no fault hides another."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from openbudget import pipeline, standard
from openbudget.errors import PackageError
from openbudget.model.finding import Severity
from openbudget.package import Package, open_package, tables_of, write
from openbudget.package import container as containers
from tests.package.samples import CONTENTS, disclosure, report


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(disclosure(), report(), CONTENTS, tmp_path)


def _rules(package: Package) -> list[str]:
    return sorted({finding.rule for finding in package.findings})


def _edit(path: Path, change: Callable[[Any], None]) -> None:
    document = json.loads(path.read_bytes())
    change(document)
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")


def foreign(tmp_path: Path, resource: dict[str, Any], files: dict[str, bytes] | None = None, **more: Any) -> Path:
    """A package by somebody else with one resource."""
    folder = tmp_path / "foreign"
    folder.mkdir(exist_ok=True)
    for name, content in (files or {}).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    given = {"name": "t", "path": "t.csv", "schema": {"fields": [{"name": "a", "type": "integer"}]}, **resource}
    resource = {name: value for name, value in given.items() if value is not None}
    (folder / "datapackage.json").write_text(json.dumps({"resources": [resource], **more}), encoding="utf-8")
    return folder


def _zip(folder: Path, target: Path, prefix: str = "") -> Path:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, prefix + path.relative_to(folder).as_posix())
    return target


def test_a_package_of_ours_has_nothing_to_find(folder: Path) -> None:
    package = open_package(folder)
    assert package.findings == ()
    assert package.ours
    assert package.name == folder.name
    expected = tables_of(disclosure())
    assert {name: package.tables[name] for name in expected} == expected
    assert package.facts["source_files"] == ["财政局 2021.txt"]
    assert all(count == 0 for count in package.counts.values())


def test_a_schema_that_is_nearly_the_standards_is_read_as_it_stands(folder: Path) -> None:
    assert open_package(folder).findings == ()

    def stricter(document: Any) -> None:
        resource = next(one for one in document["resources"] if one["name"] == "budget_lines")
        field = next(one for one in resource["schema"]["fields"] if one["name"] == "fiscal_year")
        field["constraints"] = {**field["constraints"], "minimum": 9000}

    _edit(folder / "datapackage.json", stricter)
    assert "SCH-006" in _rules(open_package(folder))


def test_folder_descriptor_and_zip_are_the_same(folder: Path, tmp_path: Path) -> None:
    package = open_package(folder)
    for path in (
        folder / "datapackage.json",
        _zip(folder, tmp_path / "a.zip"),
        _zip(folder, tmp_path / "b.zip", "top/"),
    ):
        other = open_package(path)
        assert other.tables == package.tables
        assert other.findings == ()


def test_a_valid_package_is_accepted_without_jsonschema(folder: Path) -> None:
    code = (
        f"import sys; from openbudget.package import open_package; assert not open_package({str(folder)!r}).findings;"
    )
    code += (
        "heavy = {'jsonschema', 'yaml', 'zipfile', 'ctypes', 'tempfile'} & set(sys.modules); assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(
    ("make", "key"),
    [
        (lambda path: path / "absent", "package.not_found"),
        (lambda path: path, "package.no_descriptor"),
        (lambda path: _write(path / "datapackage.yaml", b"name: p").parent, "package.yaml"),
        (lambda path: _write(path / "datapackage.yml", b"name: p"), "package.yaml"),
        (lambda path: _write(path / "x.bin", b"\0\1"), "package.not_a_package"),
        (lambda path: _write(path / "datapackage.json", b"{"), "package.descriptor_not_json"),
        (lambda path: _write(path / "datapackage.json", b"\xff{}"), "package.descriptor_not_json"),
        (lambda path: _write(path / "datapackage.json", b"[" * 100_000), "package.descriptor_not_json"),
        (lambda path: _write(path / "datapackage.json", b"[]"), "package.descriptor_not_object"),
        (lambda path: _write(path / "datapackage.json", b'{"title": "\\ud83d"}'), "package.descriptor_not_json"),
        (lambda path: _write(path / "a.zip", b"PK\x03\x04rest"), "package.zip_damaged"),
        (lambda path: _write(path / "datapackage.json", b'{"openbudget": {"standard_version": "1.999.0"}}'),
         "package.newer_standard"),
        (lambda path: _write(path / "datapackage.json", b'{"openbudget": {"standard_version": "2.0.0"}}'),
         "package.newer_standard"),
    ],
)  # fmt: skip
def test_what_is_no_package_is_refused(tmp_path: Path, make: Callable[[Path], Path], key: str) -> None:
    with pytest.raises(PackageError) as caught:
        open_package(make(tmp_path))
    assert caught.value.key == key
    assert caught.value.exit_code == 3
    assert caught.value.text("zh") != caught.value.text("en")
    assert str(tmp_path) in caught.value.text("en")  # of many packages, which


def test_a_file_of_a_zip_that_is_damaged_is_told_as_such(folder: Path, tmp_path: Path) -> None:
    """A zip whose list is sound, and one of whose files is not: found only while it is read."""
    path = _zip(folder, tmp_path / "a.zip", "a/")
    sound = path.read_bytes()
    assert open_package(path).findings == ()
    with zipfile.ZipFile(path) as listed:
        places = {info.filename: info.header_offset + 30 + len(info.filename) for info in listed.infolist()}
    for name in ("a/datapackage.json", "a/data/budget_lines.csv"):
        damaged = bytearray(sound)
        damaged[places[name] + 100 : places[name] + 120] = bytes(20)
        path.write_bytes(damaged)
        with pytest.raises(PackageError) as caught:
            open_package(path)
        assert caught.value.key == "package.zip_damaged"


def test_a_whole_character_in_two_escapes_is_read(tmp_path: Path) -> None:
    _write(tmp_path / "datapackage.json", b'{"name": "a", "title": "\\ud83d\\ude00", "resources": []}')
    assert open_package(tmp_path).descriptor["title"] == "\U0001f600"


def test_a_name_that_stands_twice_is_told(tmp_path: Path) -> None:
    field = b'{"name": "n", "type": "integer", "type": "string"}'
    schema = b'{"name": "a", "path": "a.csv", "path": "b.csv", "schema": {"fields": [' + field + b"]}}"
    _write(tmp_path / "datapackage.json", b'{"name": "x", "resources": [' + schema + b"]}")
    _write(tmp_path / "b.csv", b"n\nz\n")
    told = [finding.message["en"] for finding in open_package(tmp_path).findings if finding.rule == "STR-001"]
    assert [text.split("has ")[1][:12] for text in told] == ["“type” twice", "“path” twice"]


@pytest.mark.parametrize(
    ("field", "cell", "rules"),
    [
        ({"type": ["string"]}, "x", ["SCH-017", "STR-001"]),
        ({"type": "duration"}, "P" + "9" * 5000 + "Y", ["SCH-001"]),
        ({"type": "object", "constraints": {"jsonSchema": {"$ref": "#"}}}, '"{}"', ["SCH-013"]),
        ({"type": "object", "constraints": {"jsonSchema": {"$ref": "http://127.0.0.1:9/"}}}, '"{}"', ["SCH-013"]),
        ({"type": "object", "constraints": {"jsonSchema": {"patternProperties": {"(a+)+$": {}}}}}, '"{}"', ["SCH-017"]),
        ({"type": "object", "constraints": {"jsonSchema": {"patternProperties": {"[": {}}}}}, '"{}"', ["SCH-017"]),
        ({"type": "object", "constraints": {"jsonSchema": {"$schema": []}}}, '"{}"', ["SCH-017"]),
        (
            {"type": "object", "constraints": {"jsonSchema": {"items": {"pattern": "a{" + "9" * 5000 + "}"}}}},
            "[]",
            ["SCH-001", "SCH-017"],
        ),
        ({"type": "array", "constraints": {"jsonSchema": {"items": {"multipleOf": 0.01}}}}, "[1e99]", ["SCH-013"]),
        ({"type": "string", "constraints": {"pattern": "(a+)+$"}}, "a" * 5000 + "!", ["SCH-004"]),
        ({"type": "string", "constraints": {"pattern": r"(\u4e00+,?)+"}}, "4e00", ["SCH-004"]),
    ],
)
def test_hostile_schemas_and_cells_are_findings(
    tmp_path: Path, field: dict[str, Any], cell: str, rules: list[str]
) -> None:
    resource = {"name": "a", "path": "a.csv", "schema": {"fields": [{"name": "n", **field}]}}
    _write(tmp_path / "datapackage.json", json.dumps({"name": "x", "resources": [resource]}).encode())
    _write(tmp_path / "a.csv", f"n\n{cell}\n".encode())
    assert sorted({finding.rule for finding in open_package(tmp_path).findings}) == rules


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16-le"])
def test_parts_without_headers_are_put_together(tmp_path: Path, codec: str) -> None:
    parts = {f"{number}.csv": f"{number},a\n{number},a\n".encode(codec) for number in (1, 2)}
    parts["2.csv"] = parts["2.csv"].rstrip(b"\r\n") if codec == "utf-8-sig" else parts["2.csv"]
    more = {"dialect": {"header": False}, "encoding": codec.removesuffix("-sig")}
    schema = {"fields": [{"name": "n", "type": "integer"}, {"name": "m"}]}
    package = open_package(foreign(tmp_path, {"path": [*parts], "schema": schema, **more}, parts))
    assert not _rules(package)
    assert [row["n"] for row in package.tables["t"]] == [1, 1, 2, 2]


def test_lines_of_json_end_at_line_ends_only(tmp_path: Path) -> None:
    schema = {"fields": [{"name": "n", "type": "string"}]}
    path = foreign(
        tmp_path, {"path": "t.jsonl", "schema": schema}, {"t.jsonl": '{"n": "a\u2028b"}\r\n{"n": "c"}'.encode()}
    )
    assert [row["n"] for row in open_package(path).tables["t"]] == ["a\u2028b", "c"]


def test_a_profile_whose_pattern_never_ends_is_not_used(tmp_path: Path) -> None:
    _write(tmp_path / "p.json", b'{"properties": {"name": {"pattern": "^x(a+)+$"}}}')
    _write(tmp_path / "datapackage.json", b'{"name": "x' + b"a" * 60 + b'!", "profile": "p.json", "resources": []}')
    assert "STR-006" in {finding.rule for finding in open_package(tmp_path).findings}


def _write(path: Path, content: bytes) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("s3://bucket/t.csv", "package.path_remote"),
        ("file:/etc/passwd", "package.path_remote"),
        ("/etc/passwd", "package.path_absolute"),
        ("~/t.csv", "package.path_absolute"),
        ("C:\\t.csv", "package.path_absolute"),
        ("..\\t.csv", "package.path_absolute"),
        ("../t.csv", "package.path_outside"),
        ("data/../../t.csv", "package.path_outside"),
    ],
)
def test_paths_that_leave_the_package_are_refused(tmp_path: Path, path: str, key: str) -> None:
    _write(tmp_path / "t.csv", b"a\nx\n")
    package = open_package(foreign(tmp_path, {"path": path}))
    finding = next(finding for finding in package.findings if finding.rule == "STR-003")
    assert path in finding.message["zh"]
    assert package.tables == {}
    assert package.counts[Severity.ERROR]
    assert containers.refusal(path) == key


def test_links_that_leave_the_package_are_not_followed(tmp_path: Path) -> None:
    secret = _write(tmp_path / "secret.csv", b"a\nsecret\n")
    folder = foreign(tmp_path, {})
    os.symlink(secret, folder / "t.csv")
    assert _rules(open_package(folder)) == ["STR-002"]


def test_folders_that_lead_out_of_the_package_are_not_followed(tmp_path: Path) -> None:
    _write(tmp_path / "secret" / "t.csv", b"a\nsecret\n")
    folder = foreign(tmp_path, {"path": "data/t.csv"})
    os.symlink(tmp_path / "secret", folder / "data")
    assert _rules(open_package(folder)) == ["STR-002"]


def test_links_within_the_package_are_followed(tmp_path: Path) -> None:
    folder = foreign(tmp_path, {"path": "data/t.csv"})
    _write(folder / "kept" / "u.csv", b"a\nx\n")
    os.symlink(folder / "kept", folder / "data")
    os.symlink("u.csv", folder / "kept" / "t.csv")
    assert open_package(folder).rows == {"t": 1}


def test_a_pipe_is_not_read(tmp_path: Path) -> None:
    folder = foreign(tmp_path, {})
    os.mkfifo(folder / "t.csv")
    assert _rules(open_package(folder)) == ["STR-002"]


def test_a_fault_in_one_place_hides_no_other(tmp_path: Path) -> None:
    """The descriptor breaks its profile, one file is absent, one hash is wrong, one table has faulty cells."""
    folder = tmp_path / "p"
    folder.mkdir()
    _write(folder / "a.csv", b"a,b\n1,x\n1,2\n")
    _write(folder / "b.csv", b"a\ny\n")
    schema = {"fields": [{"name": "a", "type": "integer"}, {"name": "b", "type": "integer"}], "primaryKey": "a"}
    resources = [
        {"name": "A B", "path": "a.csv", "schema": schema, "hash": "0" * 32, "bytes": 1},
        {"name": "b", "path": "absent.csv", "schema": schema},
        {"name": "b", "path": "b.csv", "schema": {"fields": [{"name": "a", "type": "number"}]}},
        7,
    ]
    _write(folder / "datapackage.json", json.dumps({"name": "no good name", "resources": resources}).encode())
    package = open_package(folder)
    assert _rules(package) == [
        "SCH-001", "SCH-014", "STR-001", "STR-002", "STR-004", "STR-005", "STR-007",
    ]  # fmt: skip
    places = {finding.message["en"].split(",")[1].strip() for finding in package.findings if finding.rule == "STR-001"}
    assert {"name", "resources/0/name", "resources/3"} <= places
    assert package.rows == {"A B": 2, "b#3": 1}


@pytest.mark.parametrize("hashed", ["sha256", "sha512", "md5", "sha1", ""])
def test_hashes_of_any_kind_are_verified(tmp_path: Path, hashed: str) -> None:
    digest = hashlib.new(hashed or "md5", b"a\n1\n").hexdigest()
    stated = f"{hashed}:{digest}" if hashed else digest
    assert open_package(foreign(tmp_path, {"hash": stated}, {"t.csv": b"a\n1\n"})).findings == ()
    assert _rules(open_package(foreign(tmp_path, {"hash": stated}, {"t.csv": b"a\n2\n"}))) == ["STR-005"]


def test_a_hash_of_an_unknown_kind_is_said_not_to_be_verified(tmp_path: Path) -> None:
    package = open_package(foreign(tmp_path, {"hash": "crc9:00"}, {"t.csv": b"a\n1\n"}))
    assert [(finding.rule, finding.severity) for finding in package.findings] == [("STR-006", Severity.NOTE)]


_PLAIN = {"fields": [{"name": "a"}, {"name": "b"}]}
_BODY = {"fields": [{"name": "部门"}]}
_GB = "部门\n财政局\n".encode("gb18030")
_INTEGER = b'{"fields":[{"name":"a","type":"integer"}]}'


@pytest.mark.parametrize(
    ("resource", "files", "rules", "rows"),
    [
        ({"path": ["1.csv", "2.csv"]}, {"1.csv": b"a\n1\n", "2.csv": b"2\n"}, [], {"t": 2}),
        ({"path": "t.tsv", "schema": _PLAIN}, {"t.tsv": b"a\tb\n1\t2\n"}, [], {"t": 1}),
        ({"dialect": {"delimiter": ";"}, "schema": _PLAIN}, {"t.csv": b"a;b\n1;2\n"}, [], {"t": 1}),
        ({"schema": "s.json"}, {"t.csv": b"a\nx\n", "s.json": _INTEGER}, ["SCH-001"], {"t": 1}),
        ({"schema": "http://x/s.json"}, {"t.csv": b"a\nx\n"}, ["STR-006"], {"t": 1}),
        ({"dialect": "http://x/d.json", "schema": _PLAIN}, {"t.csv": b"a,b\n1,2\n"}, ["STR-006"], {"t": 1}),
        ({"path": "http://x/t.csv", "schema": _PLAIN}, {}, ["STR-006"], {}),
        ({"url": "ftp://x/t.csv", "path": None, "schema": _PLAIN}, {}, ["STR-006"], {}),
        ({"path": "s3://x/t.csv", "schema": _PLAIN}, {}, ["STR-003"], {}),
        ({"schema": "s.json"}, {"t.csv": b"a\nx\n", "s.json": b"{"}, ["STR-001", "STR-006"], {"t": 1}),
        ({"schema": None}, {"t.csv": b"a\nx\n"}, ["STR-006"], {"t": 1}),
        ({"path": None, "data": [["a"], [1], ["x"], [None]]}, {}, ["SCH-001"], {"t": 3}),
        ({"path": None, "data": [{"a": 1}, {"a": 2.5}]}, {}, ["SCH-001"], {"t": 2}),
        ({"path": "t.xlsx"}, {"t.xlsx": b"PK"}, ["STR-006"], {}),
        ({"encoding": "gb18030", "schema": _BODY}, {"t.csv": _GB}, [], {"t": 1}),
        ({"schema": _BODY}, {"t.csv": _GB}, ["STR-010"], {"t": 1}),
    ],
)  # fmt: skip
def test_resources_as_others_write_them(
    tmp_path: Path, resource: dict[str, Any], files: dict[str, bytes], rules: list[str], rows: dict[str, int]
) -> None:
    package = open_package(foreign(tmp_path, resource, files))
    assert _rules(package) == rules
    assert package.rows == rows


@pytest.mark.parametrize(
    "profile",
    [
        {"$schema": "http://json-schema.org/draft-03/schema#", "properties": {"licenses": {"required": True}}},
        {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$ref": "#/$defs/any",
            "required": ["licenses"],
            "$defs": {"any": {}},
        },
        {"$schema": []},
        5,
    ],
)
def test_a_profile_of_another_draft_is_read_as_such(tmp_path: Path, profile: Any) -> None:
    path = foreign(tmp_path, {}, {"t.csv": b"a\n1\n", "p.json": json.dumps(profile).encode()}, profile="p.json")
    assert _rules(open_package(path)) == ["STR-001"]


def test_a_profile_of_its_own_is_enforced_offline(tmp_path: Path) -> None:
    profile = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "allOf": [{"$ref": "https://datapackage.org/profiles/2.0/datapackage.json"}],
        "required": ["x-fiscal-year"],
    }
    files = {"t.csv": b"a\n1\n", "profile.json": json.dumps(profile).encode()}
    folder = foreign(tmp_path, {}, files, **{"$schema": "profile.json"})
    assert [finding.message["en"].split(":")[1].strip() for finding in open_package(folder).findings] == [
        "x-fiscal-year is missing. Correct the descriptor."
    ]
    folder = foreign(tmp_path, {}, files, **{"$schema": "profile.json", "x-fiscal-year": 2021})
    assert open_package(folder).findings == ()
    folder = foreign(tmp_path, {}, files, **{"$schema": "https://example.org/profile.json"})
    assert _rules(open_package(folder)) == ["STR-006"]


@pytest.mark.parametrize(
    ("file", "change", "rules"),
    [
        ("data/glossary.csv", b"id,term,definition\ng1,x,y\n", ["STR-004", "STR-005", "STR-009"]),
        ("data/extra.csv", b"", ["STR-008"]),
        ("disclosure.json", b"{", ["STR-009"]),
        ("disclosure.json", b"null", ["STR-009"]),
        ("report.json", b"[]", ["STR-011"]),
        ("report.json", b"null", ["STR-011"]),
        ("source/财政局 2021.txt", b"changed", ["STR-004", "STR-005"]),
        ("README.md", b"changed", []),
    ],
)
def test_changed_files_of_ours_are_found(folder: Path, file: str, change: bytes, rules: list[str]) -> None:
    _write(folder / file, change)
    assert _rules(open_package(folder)) == rules


@pytest.mark.parametrize("file", ["disclosure.json", "report.json", "data/glossary.csv", "source/财政局 2021.txt"])
def test_missing_files_of_ours_are_found(folder: Path, file: str) -> None:
    (folder / file).unlink()
    expected = {"disclosure.json": ["STR-009"], "report.json": ["STR-011"], "data/glossary.csv": ["STR-002", "STR-009"]}
    assert _rules(open_package(folder)) == expected.get(file, ["STR-002"])


def test_one_changed_figure_in_disclosure_json_is_named(folder: Path) -> None:
    def change(document: Any) -> None:
        document["tables"]["budget_lines"][1]["amount"] = 1
        del document["tables"]["budget_lines"][2]["item"]
        document["tables"]["sections"] = []
        document["tables"]["glossary"].append({})

    _edit(folder / "disclosure.json", change)
    findings = [finding for finding in open_package(folder).findings if finding.table]
    assert [
        (finding.table, finding.row_id, finding.field, finding.expected, finding.actual) for finding in findings
    ] == [
        ("budget_lines", "e.basic", "amount", "5074000", "1"),
        ("budget_lines", "e.project", "item", "项目支出", ""),
        ("glossary", None, None, "1", "2"),
        ("sections", None, None, None, None),
    ]


def test_one_is_not_true(folder: Path) -> None:
    def change(document: Any) -> None:
        document["tables"]["budget_lines"][0]["is_total"] = 1

    _edit(folder / "disclosure.json", change)
    assert ("budget_lines", "e", "is_total") in [
        (finding.table, finding.row_id, finding.field) for finding in open_package(folder).findings
    ]


def test_a_name_that_does_not_fit_is_found(folder: Path) -> None:
    for file in ("datapackage.json", "disclosure.json"):
        _edit(folder / file, lambda document: document.update(name="cn-130433-435-2021-budget"))
    assert _rules(open_package(folder)) == ["STR-021"]


@pytest.mark.parametrize("figure", ["NaN", "1E9999", "1E999999999", "1e-9999", "1234567890123456789", f"1.{'0' * 28}"])
def test_what_cannot_be_calculated_with_is_no_amount(folder: Path, figure: str) -> None:
    path = folder / "data/budget_lines.csv"
    path.write_bytes(path.read_bytes().replace(b",5074000,", f",{figure},".encode()))
    assert "SCH-001" in _rules(open_package(folder))


def _bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("datapackage.json", "{}")
        archive.writestr("t.csv", b"0" * (8 << 20))


def _many(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(containers.MAX_ENTRIES + 1):
            archive.writestr(str(number), "")


def _climbing(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("datapackage.json", "{}")
        archive.writestr("../t.csv", "")


def _encrypted(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("datapackage.json", "{}")
    content = bytearray(path.read_bytes())
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("make", "key"),
    [
        (_bomb, "package.zip_ratio"),
        (_many, "package.zip_entries"),
        (_climbing, "package.zip_names"),
        (_encrypted, "package.zip_encrypted"),
    ],
)
def test_hostile_archives_are_refused(tmp_path: Path, make: Callable[[Path], None], key: str) -> None:
    make(tmp_path / "a.zip")
    with pytest.raises(PackageError) as caught:
        open_package(tmp_path / "a.zip")
    assert caught.value.key == key


@pytest.mark.parametrize("name", list(standard.tables()))
def test_table_schemas_of_the_standard_fit_the_profiles(name: str) -> None:
    """The reader does not check these again (`profiles._slim`)."""
    import jsonschema

    for version in ("1.0", "2.0"):
        path = standard.root() / "vendor/datapackage" / version / "tableschema.json"
        jsonschema.Draft7Validator(json.loads(path.read_bytes())).validate(dict(standard.table_schema(name)))


@pytest.mark.parametrize("year", [10**400, 99_999, 0, -5])
def test_a_year_that_is_none_is_a_finding_and_no_fault_of_the_program(folder: Path, year: int) -> None:
    path = folder / "datapackage.json"
    said = json.loads(path.read_bytes())
    said["openbudget"]["fiscal_year"] = year
    path.write_text(json.dumps(said), encoding="utf-8")
    assert "STR-001" in {finding.rule for finding in pipeline.validate(folder).findings}
