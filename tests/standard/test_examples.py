"""schema/examples: those in valid/ pass, those in invalid/ have just the fault that faults.csv names."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import frictionless
import pytest
import yaml
from jsonschema import Draft7Validator, Draft202012Validator

from openbudget import standard
from tests.standard.conftest import SCHEMA

VALID, INVALID = SCHEMA / "examples" / "valid", SCHEMA / "examples" / "invalid"
FAULTS = list(csv.DictReader((INVALID / "faults.csv").read_text(encoding="utf-8").splitlines()))


def _schema_faults(validator: Any, document: Any) -> list[tuple[str, str]]:
    return [("/".join(map(str, error.absolute_path)), error.validator) for error in validator.iter_errors(document)]


def _table_faults(table: str, path: Path) -> list[tuple[str, str]]:
    descriptor = {**standard.table_schema(table)}
    # keys to other tables have nothing to point to here
    own = [key for key in descriptor.pop("foreignKeys", []) if key["reference"]["resource"] == ""]
    descriptor |= {"foreignKeys": own} if own else {}
    schema = frictionless.Schema.from_descriptor(descriptor)
    resource = frictionless.Resource(path=path.name, basepath=str(path.parent), schema=schema, encoding="utf-8")
    report = resource.validate()
    assert not report.errors
    return [(field or "", kind) for kind, field in report.flatten(["type", "fieldName"])]


def test_every_invalid_example_is_in_the_list() -> None:
    there = {path.name for path in INVALID.iterdir()} - {"faults.csv"}
    assert there == {fault["file"] for fault in FAULTS}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault["file"])
def test_invalid_example_has_the_fault_it_names(fault: dict[str, str]) -> None:
    path, judge = INVALID / fault["file"], fault["judged_by"]
    if path.suffix == ".csv":
        found = _table_faults(judge, path)
    elif path.suffix == ".yaml":
        meta = json.loads((SCHEMA / "meta" / f"{judge}.schema.json").read_bytes())
        found = _schema_faults(Draft202012Validator(meta), yaml.safe_load(path.read_text(encoding="utf-8")))
    else:
        found = _schema_faults(Draft7Validator(standard.json_schema(judge)), json.loads(path.read_bytes()))
    assert found == [(fault["at"], fault["fault"])]


@pytest.mark.parametrize("name", ["datapackage", "disclosure", "report"])
def test_valid_document_passes(name: str) -> None:
    document = json.loads((VALID / f"{name}.json").read_bytes())
    Draft7Validator.check_schema(standard.json_schema(name))
    assert _schema_faults(Draft7Validator(standard.json_schema(name)), document) == []


@pytest.mark.parametrize("profile", ["1.0", "2.0"])
def test_the_descriptor_fits_the_data_package_profiles(profile: str) -> None:
    vendored = json.loads((SCHEMA / "vendor" / "datapackage" / profile / "datapackage.json").read_bytes())
    document = json.loads((VALID / "datapackage.json").read_bytes())
    assert _schema_faults(Draft7Validator(vendored), document) == []


@pytest.mark.parametrize("table", standard.tables())
def test_valid_table_passes(table: str) -> None:
    path = VALID / f"{table}.csv"
    assert path.read_text(encoding="utf-8").partition("\n")[0] == ",".join(standard.tables()[table].columns)
    assert _table_faults(table, path) == []


@pytest.mark.parametrize("profile", ["1.0", "2.0"])
@pytest.mark.parametrize("table", standard.tables())
def test_table_schemas_fit_the_profiles(table: str, profile: str) -> None:
    vendored = json.loads((SCHEMA / "vendor" / "datapackage" / profile / "tableschema.json").read_bytes())
    assert _schema_faults(Draft7Validator(vendored), standard.table_schema(table)) == []


@pytest.mark.parametrize("name", ["datapackage", "disclosure", "report"])
@pytest.mark.parametrize("folder", sorted((SCHEMA.parent / "datapackages").glob("cn-*")), ids=lambda path: path.name)
def test_published_packages_fit_the_schemas(folder: Path, name: str) -> None:
    document = json.loads((folder / f"{name}.json").read_bytes())
    assert _schema_faults(Draft7Validator(standard.json_schema(name)), document)[:5] == []
