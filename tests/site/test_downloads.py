"""The files that people take away hold what the package holds."""

from __future__ import annotations

import datetime
import io
import sqlite3
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from openbudget import standard
from openbudget.package import open_package
from openbudget.site import downloads, workbook
from tests.site.conftest import PACKAGES, contents

NAME = "cn-130433-434-2021-budget"


def test_the_package_is_there_byte_for_byte(site: Path) -> None:
    published = contents(site / "packages" / NAME)
    for path, content in contents(PACKAGES / NAME).items():
        assert published[path] == content, path


def test_the_zip_is_the_package(site: Path) -> None:
    package = open_package(site / "packages" / NAME / f"{NAME}.zip")
    assert package.rows == open_package(PACKAGES / NAME).rows
    assert not [finding for finding in package.findings if finding.severity == "error"]


def test_the_database_has_all_rows_with_their_types(site: Path) -> None:
    tables = open_package(PACKAGES / NAME).tables
    connection = sqlite3.connect(site / "packages" / NAME / f"{NAME}.sqlite")
    try:
        for name, rows in tables.items():
            assert connection.execute(f'SELECT count(*) FROM "{name}"').fetchone() == (len(rows),)
        amounts = connection.execute("SELECT amount, typeof(amount) FROM budget_lines WHERE item_code = 'revenue'")
        assert amounts.fetchall() == [(7651400, "integer")]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    finally:
        connection.close()


def test_the_workbook_has_chinese_headings_and_typed_cells(site: Path) -> None:
    book = openpyxl.load_workbook(site / "packages" / NAME / f"{NAME}.xlsx")
    spec = standard.tables()["budget_lines"]
    sheet = book[spec.title["zh"].replace("（", "（")]
    heads = [cell.value for cell in sheet[1]]
    assert heads[: len(spec.fields)] == [field.title["zh"] for field in spec.fields]
    assert sheet.freeze_panes == "A2"
    rows = open_package(PACKAGES / NAME).tables["budget_lines"]
    column = spec.columns.index("amount")
    assert [line[column].value for line in sheet.iter_rows(min_row=2)] == [int(row["amount"]) for row in rows]
    assert all("guantao" in str(line[len(spec.fields)].value) for line in sheet.iter_rows(min_row=2))
    dates = {cell.value for cell in book[standard.tables()["assets"].title["zh"]]["C"][1:]}
    assert dates == {datetime.datetime(2020, 12, 31)}


def test_workbook_cells_are_what_they_were() -> None:
    row = {"id": "1", "term": "=1+1", "definition": "a\x00\n<b>&\u202e"}
    book = openpyxl.load_workbook(io.BytesIO(workbook.workbook("t", [("x", "y")], {"glossary": [row]})))
    cells = [cell for cell in book.worksheets[1][2] if cell.value is not None]
    assert [(cell.value, cell.data_type) for cell in cells] == [
        ("1", "s"), ("=1+1", "s"), ("a[U+0000]\n<b>&\u202e", "s"),
    ]  # fmt: skip


def test_parquet_is_typed(site: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed")
    table = pyarrow.read_table(site / "packages" / NAME / "parquet" / "budget_lines.parquet")
    rows = open_package(PACKAGES / NAME).tables["budget_lines"]
    assert [Decimal(value) for value in table["amount"].to_pylist()] == [row["amount"] for row in rows]
    assert table["is_total"].to_pylist() == [row["is_total"] for row in rows]
    assert table["item"].to_pylist() == [row["item"] for row in rows]
    assert table.schema.field("amount").metadata[b"title_zh"]


def test_files_a_browser_would_run_are_only_in_the_zip() -> None:
    assert {".html", ".svg", ".xml", ".htm"} <= downloads.ACTIVE
