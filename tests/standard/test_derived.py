"""What is derived from schema/ is committed, and is what the generator gives."""

from __future__ import annotations

import json
import shutil
import sqlite3
from pathlib import Path

import pytest

from openbudget import standard
from openbudget.standard import generate
from openbudget.standard.derive.sources import DeclarationError, Declarations, load
from tests.standard.conftest import PROJECT, SCHEMA


def test_derived_files_are_what_the_generator_gives(declared: Declarations) -> None:
    differing = generate.stale(PROJECT, generate.derived(declared))
    assert not differing, f"not what schema/ gives: {', '.join(differing)}\nRun: {generate.COMMAND}"


def test_a_file_that_is_no_longer_derived_is_named(declared: Declarations, tmp_path: Path) -> None:
    wanted = generate.derived(declared)
    for path, text in wanted.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    assert generate.stale(tmp_path, wanted) == []
    (tmp_path / "schema/derived/tables/old.schema.json").write_text("{}")
    (tmp_path / "schema/derived/sqlite.sql").write_text("")
    assert generate.stale(tmp_path, wanted) == ["schema/derived/sqlite.sql", "schema/derived/tables/old.schema.json"]


def test_generating_twice_gives_the_same(declared: Declarations) -> None:
    assert generate.derived(declared) == generate.derived(load(SCHEMA))


def test_wrong_arguments_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert generate.main(["--force"]) == 2
    assert generate.COMMAND in capsys.readouterr().err


def _copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SCHEMA, tmp_path / "schema", ignore=shutil.ignore_patterns("vendor", "derived")))


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("tables/glossary.yaml", "definition]", "meaning]", "'meaning' is not in fields.yaml"),
        ("tables/glossary.yaml", "name: glossary", "name: terms", "name is 'terms'"),
        ("tables/glossary.yaml", "primary_key: [id]", "primary_key: [number]", "'number' is not among its fields"),
        ("tables/comparisons.yaml", "table: budget_lines", "table: lines", "foreign key to lines"),
        ("tables/staff.yaml", "required:", "need:", "tables/staff.yaml: (whole file)"),
        ("fields.yaml", "codelist: stage", "codelist: stages", "code list 'stages' is not in codelists.yaml"),
        ("fields.yaml", "\nterm:", "\nname:", "'name' stands twice"),
        ("fields.yaml", "\nterm:", "\nterm: [", "fields.yaml: "),
    ],
)
def test_a_fault_in_the_yaml_is_named(tmp_path: Path, file: str, old: str, new: str, message: str) -> None:
    root = _copy(tmp_path)
    text = (root / file).read_text(encoding="utf-8")
    assert old in text
    (root / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DeclarationError) as caught:
        load(root)
    assert message in str(caught.value)


def test_the_sql_makes_a_database_that_holds_the_keys(declared: Declarations) -> None:
    database = sqlite3.connect(":memory:")
    database.execute("PRAGMA foreign_keys = ON")
    database.executescript(standard.sql())
    tables = {row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert tables == set(declared.tables)
    for table, spec in declared.tables.items():
        columns = [row[1] for row in database.execute(f'PRAGMA table_info("{table}")')]
        assert columns == spec["fields"]
    database.execute("INSERT INTO organizations (id, name) VALUES ('a', '甲')")
    with pytest.raises(sqlite3.IntegrityError):
        database.execute("INSERT INTO organizations (id, name) VALUES ('a', '乙')")
    database.execute("INSERT INTO glossary VALUES ('1', '名词', '解释')")
    database.commit()
    database.execute("INSERT INTO responsibilities VALUES ('1', 'b', NULL, '职责')")
    with pytest.raises(sqlite3.IntegrityError):
        database.commit()


def test_amounts_in_the_database_are_compared_as_numbers() -> None:
    database = sqlite3.connect(":memory:")
    database.execute(standard.sql("assets"))
    rows = [("a", "9"), ("b", "1000"), ("c", "123456789012.34")]
    database.executemany("INSERT INTO assets (id, organization_id, item, value) VALUES (?, 'o', 'x', ?)", rows)
    assert [row[0] for row in database.execute("SELECT id FROM assets ORDER BY value")] == ["a", "b", "c"]
    assert str(database.execute("SELECT max(value) FROM assets").fetchone()[0]) == "123456789012.34"


def test_templates_are_the_headers(declared: Declarations) -> None:
    for table, spec in declared.tables.items():
        assert (SCHEMA / "templates" / f"{table}.csv").read_bytes() == (",".join(spec["fields"]) + "\n").encode()


@pytest.mark.parametrize("path", sorted(SCHEMA.rglob("*.schema.json")), ids=lambda path: path.name)
def test_json_schemas_refer_only_to_themselves(path: Path) -> None:
    def references(value: object) -> list[str]:
        if isinstance(value, dict):
            own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
            return own + [found for part in value.values() for found in references(part)]
        return [found for part in value for found in references(part)] if isinstance(value, list) else []

    assert all(reference.startswith("#/") for reference in references(json.loads(path.read_bytes())))
