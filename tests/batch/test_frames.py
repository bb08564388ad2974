"""Packages and catalogues as data frames with exact types."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

pytest.importorskip("duckdb")
pytest.importorskip("pyarrow")

import openbudget
from openbudget.batch.catalogue.build import build
from openbudget.errors import UsageError
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
