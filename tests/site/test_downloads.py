"""The files that people take away hold what the package holds."""

from __future__ import annotations

import datetime
import io
import json
import shutil
import sqlite3
import subprocess
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from openbudget import standard
from openbudget.package import open_package
from openbudget.site import downloads, workbook
from openbudget.site.columns import columns_of
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


@pytest.mark.parametrize(
    ("locator", "told"),
    [
        ("#sheet=%E6%94%B6%E6%94%AF&cell=C6&char=0,3", "a.x 工作表“收支”C6"),
        ("#page=3&table=2&cell=R4C1&bbox=1.0,2.0,3.0,4.0", "a.x 第 3 页"),
        ("#line=71,72", "a.x 第 72 行"),
        ("#line=71,75", "a.x 第 72–75 行"),
        ("#/body/tbl[1]", "a.x #/body/tbl[1]"),
    ],
)
def test_the_workbook_tells_places_to_people(locator: str, told: str) -> None:
    source = {"table": "glossary", "row_id": "1", "field": "term", "file": "a.x", "locator": locator}
    tables = {"glossary": [{"id": "1", "term": "甲", "definition": "乙"}], "sources": [source]}
    sheet = openpyxl.load_workbook(io.BytesIO(workbook.workbook("t", [], tables))).worksheets[1]
    assert sheet[2][sheet.max_column - 1].value == told
    assert sheet.auto_filter.ref == f"A1:{openpyxl.utils.get_column_letter(sheet.max_column)}2"


def test_columns_have_the_letters_that_spreadsheets_give_them() -> None:
    for number in (1, 26, 27, 52, 53, 702, 703):
        assert workbook._column(number) == openpyxl.utils.get_column_letter(number)


def test_parquet_is_typed(site: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed")
    table = pyarrow.read_table(site / "packages" / NAME / "parquet" / "budget_lines.parquet")
    rows = open_package(PACKAGES / NAME).tables["budget_lines"]
    assert [Decimal(value) for value in table["amount"].to_pylist()] == [row["amount"] for row in rows]
    assert table["is_total"].to_pylist() == [row["is_total"] for row in rows]
    assert table["item"].to_pylist() == [row["item"] for row in rows]
    assert table.schema.field("amount").metadata[b"title_zh"]


def test_parquet_is_the_same_of_rows_and_of_csv() -> None:
    pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    for name, rows in open_package(PACKAGES / NAME).tables.items():
        content = (PACKAGES / NAME / "data" / f"{name}.csv").read_bytes()
        made = downloads.parquet(name, content)
        assert made and made == downloads.parquet(name, content, columns_of(rows)), name
    wrong = b"id,amount\n1,much\n"
    assert downloads.parquet("budget_lines", wrong) is None
    columns = {**{key: ["1"] for key in standard.tables()["budget_lines"].columns}, "amount": ["much"]}
    assert downloads.parquet("budget_lines", wrong, columns) is None


def test_others_read_what_is_offered(site: Path) -> None:
    """pandas and DuckDB, of the same table in every form."""
    pandas = pytest.importorskip("pandas", reason="pandas is not installed")
    duckdb = pytest.importorskip("duckdb", reason="duckdb is not installed")
    folder = site / "packages" / NAME
    wanted = [row["amount"] for row in open_package(PACKAGES / NAME).tables["budget_lines"]]
    title = standard.tables()["budget_lines"].title["zh"]
    amount = standard.field("budget_lines", "amount").title["zh"]
    with closing(sqlite3.connect(folder / f"{NAME}.sqlite")) as connection:
        frames = {
            "amount": pandas.read_parquet(folder / "parquet" / "budget_lines.parquet"),
            amount: pandas.read_excel(folder / f"{NAME}.xlsx", sheet_name=title, engine="openpyxl"),
        }
        assert pandas.read_sql("SELECT amount FROM budget_lines", connection)["amount"].tolist() == wanted
    for column, frame in frames.items():
        assert frame[column].tolist() == wanted
    document = json.loads((folder / "disclosure.json").read_bytes())
    assert len(document["tables"]["budget_lines"]) == len(wanted)
    with duckdb.connect() as asked:
        for source in (
            f"read_parquet('{folder}/parquet/*lines.parquet')",
            f"read_csv('{folder}/data/budget_lines.csv')",
        ):
            assert asked.sql(f"SELECT sum(amount) FROM {source}").fetchall() == [(sum(wanted),)]


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_the_workbook_opens_in_an_office(site: Path, tmp_path: Path) -> None:
    made = site / "packages" / NAME / f"{NAME}.xlsx"
    home = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = ["soffice", home, "--headless", "--convert-to", "ods", "--outdir", str(tmp_path), str(made)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    pandas = pytest.importorskip("pandas", reason="pandas is not installed")
    calamine = pandas.read_excel(tmp_path / f"{NAME}.ods", sheet_name=None, engine="calamine")
    assert set(calamine) == set(openpyxl.load_workbook(made, read_only=True).sheetnames)
    title = standard.tables()["budget_lines"].title["zh"]
    amount = standard.field("budget_lines", "amount").title["zh"]
    wanted = [row["amount"] for row in open_package(PACKAGES / NAME).tables["budget_lines"]]
    assert calamine[title][amount].tolist() == wanted


def test_files_a_browser_would_run_are_only_in_the_zip() -> None:
    assert {".html", ".svg", ".xml", ".htm"} <= downloads.ACTIVE
