"""The answer to a query as files of others: what stood in a cell stands there again, and nothing in it is carried out."""

from __future__ import annotations

import csv
import datetime
import io
import json
from decimal import Decimal
from typing import Any

import pytest

from openbudget.batch import answers
from openbudget.batch.database import Answer

FORMULAS = ("=1+1", '=HYPERLINK("http://x.example","y")', "+1", "-1", "@SUM(A1)", "=")
TEXTS = ("甲,乙", 'said "so"', "two\nlines", " blanks ", "", "0012", "1e5", "true", "日\t月")


def column(*values: Any, name: str = "a") -> Answer:
    """An answer of one column."""
    return Answer((name,), [(value,) for value in values])


def sheet(answer: Answer) -> list[list[Any]]:
    """The cells of the workbook, as openpyxl reads them."""
    from openpyxl import load_workbook

    pytest.importorskip("openpyxl")
    book = load_workbook(io.BytesIO(answers.as_xlsx(answer)))
    return [list(row) for row in book["answer"].iter_rows()]


def test_formulas_are_text_in_workbooks() -> None:
    cells = sheet(Answer(("=2+2", "b"), [(one, 1) for one in FORMULAS]))
    assert [(row[0].value, row[0].data_type) for row in cells] == [(one, "s") for one in ("=2+2", *FORMULAS)]
    assert {row[1].data_type for row in cells[1:]} == {"n"}


def test_cells_of_workbooks_are_what_was_answered() -> None:
    values = (*TEXTS, Decimal("7651400.00"), Decimal("0.10"), 3, True, None, datetime.date(2021, 3, 1))
    found = [row[0].value for row in sheet(column(*values))][1:]
    assert [one or "" for one in found[: len(TEXTS)]] == list(TEXTS)
    assert found[len(TEXTS) :] == [7651400, 0.1, 3, True, None, datetime.datetime(2021, 3, 1)]


@pytest.mark.parametrize(
    "value",
    [
        ["甲", 1], {"a": 1}, b"x", datetime.datetime(2021, 3, 1, 8, tzinfo=datetime.UTC), float("inf"), float("nan"),
        "\x00\x0b\ufffe", datetime.timedelta(days=1), 10**30,
    ],
)  # fmt: skip
def test_whatever_a_query_gives_can_be_written(value: Any) -> None:
    """Lists, structures, times with zones: each has a form in every file."""
    assert len(sheet(column(value, 1))) == 3
    assert list(csv.reader(io.StringIO(answers.as_csv(column(value, 1)).decode())))[2] == ["1"]
    assert json.loads(answers.as_json(column(value, 1)), parse_constant=pytest.fail)[1] == {"a": 1}


def test_csv_reads_back_as_it_was() -> None:
    rows = list(csv.reader(io.StringIO(answers.as_csv(column(*TEXTS, "a\rb", "c\r\nd")).decode(), newline="")))
    assert rows == [["a"], *([one] for one in (*TEXTS, "a\rb", "c\r\nd"))]
