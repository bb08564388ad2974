"""Packages and catalogues as data frames with exact types."""

from __future__ import annotations

import shutil
from decimal import Decimal
from pathlib import Path

import pytest

pytest.importorskip("duckdb")
pytest.importorskip("pyarrow")

import openbudget
from openbudget.batch.catalogue.build import build
from openbudget.errors import PackageError, UsageError
from openbudget.package import open_package
from tests.project.conftest import ROOT

SEED = min((ROOT / "datapackages").glob("cn-*"))


def test_a_package_as_pandas_frames() -> None:
    pytest.importorskip("pandas")
    tables = openbudget.load(SEED)
    lines = tables["budget_lines"]
    assert lines["amount"].dropna().iloc[0] == Decimal("7651400")
    assert lines["fiscal_year"].iloc[0] == 2021
    assert bool(lines["is_total"].iloc[0]) is True
    assert lines["function_code"].isna().all()
    assert next(iter(tables)) == "organizations"


def test_a_package_as_polars_frames() -> None:
    polars = pytest.importorskip("polars")
    lines = openbudget.load(SEED, engine="polars")["budget_lines"]
    assert lines.schema["amount"] == polars.Decimal(38, 12)
    narrative = lines.filter(polars.col("id") == "narrative/revenue")
    assert narrative["amount"].item() == Decimal("7651400")


def test_a_catalogue_as_frames(tmp_path: Path) -> None:
    pytest.importorskip("pandas")
    build(SEED.parent, tmp_path / "catalogue", jobs=1)
    found = openbudget.catalogue(tmp_path / "catalogue")
    assert len(found.table("assets")) >= 6
    assert (
        found.sql("SELECT sum(amount) AS total FROM procurement WHERE year = $year", year=2021)["total"].iloc[0]
        == 45000
    )
    assert found.question("three-public", year=2021)["three_public"].iloc[0] == 12000
    assert all(path.is_file() for path in found.files("budget_lines"))
    assert openbudget.catalogue(tmp_path / "catalogue", "arrow").sql("SELECT 1 AS one").num_rows == 1


def test_a_package_that_lost_a_table_or_a_column_is_not_loaded_without_it(tmp_path: Path) -> None:
    package = tmp_path / "package"
    shutil.copytree(SEED, package)
    next(iter((package / "source").iterdir())).unlink()  # of the document nothing is loaded
    assert len(openbudget.load(package, engine="arrow")["assets"]) == 6
    lines = package / "data/budget_lines.csv"
    whole = lines.read_bytes()
    lines.unlink()
    with pytest.raises(PackageError) as lost:
        openbudget.load(package)
    assert "data/budget_lines.csv" in lost.value.text("en")
    with pytest.raises(PackageError):
        openbudget.load(package / "datapackage.json", engine="arrow")
    lines.write_bytes(whole.replace(b",amount,", b",sum,", 1))
    with pytest.raises(PackageError) as lost:
        openbudget.load(package, engine="polars")
    assert "amount" in lost.value.text("en")


def test_a_table_that_is_too_large_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = open_package(SEED)
    held = {name: rows for name, rows in opened.tables.items() if name != "budget_lines"}
    monkeypatch.setattr("openbudget.package.open_package", lambda path: opened._replace(tables=held))
    with pytest.raises(PackageError) as large:
        openbudget.load(SEED)
    assert (large.value.key, large.value.args_by_name["tables"]) == ("batch.load_too_large", "budget_lines")


def test_what_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        openbudget.load(SEED, engine="excel")
    with pytest.raises(UsageError):
        openbudget.catalogue(tmp_path)
    build(SEED.parent, tmp_path / "catalogue", jobs=1)
    found = openbudget.catalogue(tmp_path / "catalogue", "arrow")
    with pytest.raises(UsageError):
        found.table("sources; DROP VIEW packages")
    with pytest.raises(UsageError):
        found.question("why")
