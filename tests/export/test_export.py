"""`openbudget export`: what is written is valid by the schemas of those who made the formats, and adds up."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4

from openbudget import standard
from openbudget.cli import main
from openbudget.errors import UsageError
from openbudget.export import export, exports, ocds, ofdp
from openbudget.package import Package, open_package
from tests.site.conftest import PACKAGES

NAME = "cn-130433-434-2021-budget"
VENDOR = Path(__file__).parent / "vendor"


@pytest.fixture(scope="module")
def package() -> Package:
    """The project's own package."""
    return open_package(PACKAGES / NAME)


def loaded(path: str) -> Any:
    """A vendored schema."""
    return json.loads((VENDOR / path).read_bytes())


def ocds_faults(document: Any) -> list[str]:
    """What the release package schema of OCDS has against a document."""
    release = loaded("ocds/release-schema.json")
    registry: Registry[Any] = Registry().with_resource(release["id"], Resource.from_contents(release, DRAFT4))
    judge = jsonschema.Draft4Validator(
        loaded("ocds/release-package-schema.json"),
        registry=registry,
        format_checker=jsonschema.Draft4Validator.FORMAT_CHECKER,
    )
    return sorted(error.json_path for error in judge.iter_errors(document))


def releases(package: Package, **options: str) -> dict[str, Any]:
    """The release package of a package."""
    document: dict[str, Any] = json.loads(ocds.write(package, options)["releases.json"])
    return document


def test_the_release_package_is_valid(package: Package) -> None:
    document = releases(package)
    assert ocds_faults(document) == []
    rows = package.tables["procurement"]
    assert len(document["releases"]) == len(rows)
    for made, row in zip(document["releases"], rows, strict=True):
        assert made["tag"] == ["planning"]
        assert made["planning"]["budget"]["amount"] == {"amount": float(row["amount"]), "currency": "CNY"}
        assert made["tender"]["status"] == "planning"
        (item,) = made["tender"]["items"]
        assert (item["description"], item["classification"]["id"]) == (row["item"], row["catalogue_code"])
        assert item["quantity"] * item["unit"]["value"]["amount"] == made["tender"]["value"]["amount"]
    assert len({made["ocid"] for made in document["releases"]}) == len(rows)


def test_without_a_registered_prefix_an_ocid_says_so(package: Package) -> None:
    document = releases(package)
    assert all(re.fullmatch(r"unregistered-[0-9a-f]{16}", made["ocid"]) for made in document["releases"])
    assert document["publishedDate"] == "2021-01-01T00:00:00Z"  # it prints no day


@pytest.mark.parametrize(
    "path",
    [("publishedDate",), ("releases", 0, "ocid"), ("releases", 0, "tag", 0), ("releases", 0, "buyer")],
)
def test_a_planted_fault_is_found(package: Package, path: tuple[Any, ...]) -> None:
    document = releases(package)
    part: Any = document
    for step in path[:-1]:
        part = part[step]
    part[path[-1]] = 7
    assert ocds_faults(document)


def test_options_of_ocds_are_used(package: Package) -> None:
    document = releases(package, prefix="ocds-abc123", url="https://a.example/r.json", published="2021-02-03")
    assert ocds_faults(document) == []
    assert document["uri"] == "https://a.example/r.json"
    assert document["publishedDate"] == document["releases"][0]["date"] == "2021-02-03T00:00:00Z"
    assert document["releases"][0]["ocid"].startswith("ocds-abc123-")


def test_codes_of_ocds_are_on_its_lists(package: Package) -> None:
    rows = [{**row, "category": "goods", "mode": "central"} for row in package.tables["procurement"]]
    document = releases(package._replace(tables={**package.tables, "procurement": rows}))
    assert ocds_faults(document) == []
    assert {one["tender"]["mainProcurementCategory"] for one in document["releases"]} == {"goods"}
    assert set(standard.codelist("procurement_category")) <= set(ocds._CATEGORIES)


def test_a_row_without_amounts_says_none(package: Package) -> None:
    row = {"id": "1", "organization_id": "x", "item": "某物"}
    document = releases(package._replace(tables={**package.tables, "procurement": [row]}))
    assert ocds_faults(document) == []
    (made,) = document["releases"]
    assert "value" not in made["tender"] and "amount" not in made["planning"]["budget"]


def fiscal(package: Package) -> tuple[dict[str, Any], list[dict[str, str]]]:
    """The descriptor and the rows of a fiscal data package."""
    files = ofdp.write(package, {})
    return json.loads(files["datapackage.json"]), list(csv.DictReader(io.StringIO(files[ofdp.PATH].decode())))


def test_the_fiscal_package_is_valid(package: Package, tmp_path: Path) -> None:
    descriptor, _ = fiscal(package)
    jsonschema.Draft4Validator(loaded("fiscal/fiscal-data-package.json")).validate(descriptor)
    frictionless = pytest.importorskip("frictionless")
    for path, content in ofdp.write(package, {}).items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_bytes(content)
    assert frictionless.validate(str(tmp_path / "datapackage.json")).valid
    del descriptor["model"]["measures"]["amount"]["currency"]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft4Validator(loaded("fiscal/fiscal-data-package.json")).validate(descriptor)


def test_column_types_are_those_of_the_taxonomy(package: Package) -> None:
    taxonomy: Mapping[str, Any] = {one["name"]: one for one in loaded("fiscal/budgets.json")}
    descriptor, _ = fiscal(package)
    schema = descriptor["resources"][0]["schema"]
    typed = [field for field in [*schema["fields"], *schema["extraFields"]] if "columnType" in field]
    assert len(typed) > 15
    for field in typed:
        known = taxonomy[field["columnType"]]
        assert known["dataType"] == field["type"], field
        if "labelOf" in known:
            assert known["labelOf"] in {one["columnType"] for one in typed}, field


def test_the_standard_names_column_types_that_there_are() -> None:
    known = {one["name"] for one in loaded("fiscal/budgets.json")}
    named = {(field.equivalents or {}).get("ofdp") for field in standard.fields().values()}
    assert named - {None} <= known


def test_what_is_written_adds_up_to_the_totals(package: Package) -> None:
    _, rows = fiscal(package)
    for flow in ("revenue", "expenditure"):
        total = sum(Decimal(row["amount"]) for row in rows if row["direction"] == flow)
        assert total == Decimal(7651400), flow
    assert {row["expenditure_type"] for row in rows if row["direction"] == "expenditure"} == {
        "personnel", "public", "project",
    }  # fmt: skip


def test_a_statement_goes_before_sentences_and_totals_are_left_out() -> None:
    common = {"stage": "budget", "organization_id": "局", "fiscal_year": 2024, "flow": "expenditure"}
    lines = [
        ("n", "narrative", 100, False, "局"), ("t", "expenditure", 100, True, "局"), ("a", "expenditure", 70, False, "局"),
        ("b", "expenditure", 30, False, "局"), ("u", "expenditure", 30, False, "站"), ("r", "revenue_expenditure", 100, False, "局"),
    ]  # fmt: skip
    rows = [
        {**common, "id": name, "statement": statement, "amount": Decimal(amount), "is_total": total, "organization_id": body}
        for name, statement, amount, total, body in lines
    ]  # fmt: skip
    assert [row["id"] for row in ofdp.leaves(rows, "局")] == ["a", "b"]
    assert [row["id"] for row in ofdp.leaves(rows[-1:], "局")] == ["r"]


def test_parts_that_do_not_make_up_their_whole_are_not_taken_for_it() -> None:
    common = {"stage": "budget", "flow": "revenue", "statement": "narrative", "is_total": False}
    rows = [
        {**common, "id": "w", "item_code": "revenue", "parent_id": None, "amount": Decimal(100)},
        {**common, "id": "p", "item_code": "revenue.government_fund", "parent_id": "w", "amount": Decimal(60)},
    ]
    assert [row["id"] for row in ofdp.leaves(rows)] == ["w"]


def test_nothing_to_export_is_said(package: Package) -> None:
    empty = package._replace(tables={})
    for write in (ocds.write, ofdp.write):
        with pytest.raises(UsageError):
            write(empty, {})


def test_formats_are_found_and_their_options_checked() -> None:
    assert set(exports()) >= {"ofdp", "ocds"}
    assert export("ocds", {"prefix": "x"}).single
    for name, options in (("xml", {}), ("ofdp", {"prefix": "x"})):
        with pytest.raises(UsageError):
            export(name, options)


def test_the_command_writes_whole_files_and_overwrites_none(tmp_path: Path) -> None:
    for form, out in (("ofdp", tmp_path / "fiscal"), ("ocds", tmp_path / "x" / "releases.json")):
        command = ["export", str(PACKAGES / NAME), "--to", form, "-o", str(out)]
        assert main(command) == 0
        assert out.exists()
        assert main(command) == 2
    assert {path.name for path in (tmp_path / "fiscal").rglob("*") if path.is_file()} == {
        "datapackage.json",
        "budget.csv",
    }
