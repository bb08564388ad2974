"""The statements of the real disclosures in ../shared/samples: every figure, its column, its sums."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from openbudget.model.disclosure import Disclosure, Row
from openbudget.model.document import Cell, Document, Table
from openbudget.readers import read_path
from openbudget.recognise import Given, recognise

SAMPLES = Path(__file__).resolve().parents[4] / "shared" / "samples"
SHANGHAI = "shanghai-finance-bureau-2025-unit-budget.pdf"
WANLI = "wanli-subdistrict-2024-department-budget.pdf"
PUTUO = "putuo-social-work-department-2024-final-accounts.pdf"
TEMPLATE = "shanghai-unit-budget-template.xlsx"
GIVEN = {
    PUTUO: Given(organization="中共上海市普陀区委社会工作部", region="310107"),
    TEMPLATE: Given(organization="上海市普陀区某局", region="310107", year=2026, kind="budget"),
}
STATEMENTS = {
    "revenue_expenditure", "revenue", "expenditure", "appropriation", "general_public", "general_public_basic",
    "three_public", "government_fund", "state_capital",
}  # fmt: skip
ROUNDING = {SHANGHAI: 1, WANLI: 0, PUTUO: 100}  # yuan; sums of rounded figures that the sources print so
pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="no ../shared/samples beside this checkout")


@cache
def document(name: str) -> Document:
    return read_path(SAMPLES / name)


@cache
def disclosure(name: str) -> Disclosure:
    return recognise([document(name)], GIVEN.get(name, Given()))


def lines(name: str) -> list[Row]:
    return [row for row in disclosure(name).tables.get("budget_lines", ()) if row.get("statement") in STATEMENTS]


@pytest.mark.parametrize("name", [SHANGHAI, WANLI, PUTUO])
def test_leaves_of_every_statement_add_up_to_its_total(name: str) -> None:
    leaves: dict[tuple[object, ...], Decimal] = defaultdict(Decimal)
    tops: dict[tuple[object, ...], Decimal] = defaultdict(Decimal)
    for row in lines(name):
        key = tuple(row.get(field) for field in ("organization_id", "statement", "flow", "stage"))
        amount = row.get("amount")
        assert isinstance(amount, Decimal)
        if not row.get("is_total"):
            leaves[key] += amount
        if row.get("parent_id") is None:
            tops[key] += amount
    assert tops
    for key, total in tops.items():
        assert abs(total - leaves[key]) <= ROUNDING[name], key


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            SHANGHAI,
            {
                ("revenue_expenditure", "revenue"): 3, ("revenue_expenditure", "expenditure"): 17, ("revenue", "revenue"): 48,
                ("expenditure", "expenditure"): 53, ("appropriation", "revenue"): 2, ("appropriation", "expenditure"): 10,
                ("general_public", "expenditure"): 53, ("general_public_basic", "expenditure"): 71, ("three_public", "expenditure"): 5,
            },
        ),
        (
            WANLI,
            {
                ("revenue_expenditure", "revenue"): 3, ("revenue_expenditure", "expenditure"): 10, ("revenue", "revenue"): 335,
                ("expenditure", "expenditure"): 201, ("appropriation", "revenue"): 2, ("appropriation", "expenditure"): 20,
                ("general_public", "expenditure"): 201, ("general_public_basic", "expenditure"): 96, ("three_public", "expenditure"): 6,
            },
        ),
        (
            PUTUO,
            {
                ("revenue_expenditure", "revenue"): 3, ("revenue_expenditure", "expenditure"): 6, ("revenue", "revenue"): 36,
                ("expenditure", "expenditure"): 39, ("appropriation", "revenue"): 3, ("appropriation", "expenditure"): 12,
                ("general_public", "expenditure"): 39, ("general_public_basic", "expenditure"): 67,
            },
        ),
        (TEMPLATE, {}),
    ],
)  # fmt: skip
def test_every_statement_has_its_rows(name: str, expected: dict[tuple[str, str], int]) -> None:
    assert Counter((row.get("statement"), row.get("flow")) for row in lines(name)) == expected


@pytest.mark.parametrize("name", [SHANGHAI, WANLI, PUTUO, TEMPLATE])
def test_no_cell_of_a_statement_is_left_over(name: str) -> None:
    tables = [block for block in document(name).blocks if isinstance(block, Table)]
    cells = {cell.place for table in tables for cell in table.cells}
    assert [piece.text for piece in disclosure(name).unrecognised if piece.place in cells] == []


@pytest.mark.parametrize("name", [SHANGHAI, WANLI, PUTUO])
def test_every_origin_gives_the_printed_text_again(name: str) -> None:
    source = document(name)
    for row in lines(name):
        assert row.origins["amount"].printed
        for origin in row.origins.values():
            assert source.text_at(origin.place.fragment) == origin.printed


@pytest.mark.parametrize("name", [SHANGHAI, WANLI, PUTUO])
def test_every_figure_is_that_of_its_cell(name: str) -> None:
    """No cell is read twice, and none of a statement's figures is missed."""
    read = Counter(row.origins["amount"].place for row in lines(name))
    assert set(read.values()) == {1}
    agency = {
        row.origins["amount"].place
        for row in disclosure(name).tables["budget_lines"]
        if row.get("item_code") == "agency_operation"
    }
    printed = [
        cell for block in document(name).blocks if isinstance(block, Table) for cell in block.cells if is_amount(cell)
    ]
    assert {cell.place for cell in printed} - agency == set(read)


def is_amount(cell: Cell) -> bool:
    """Money by its shape: these documents print two decimals, thousands commas, or a plain 0 in the money columns."""
    text = cell.text.strip()
    if not re.fullmatch(r"[\d,.]+", text):
        return False
    return "." in text or "," in text or (text == "0" and cell.col > 0) or (text == "25" and cell.row == 3)


def amount(name: str, row_id: str) -> tuple[object, object, object]:
    (row,) = [row for row in lines(name) if row.id == row_id]
    return row.get("amount"), str(row.get("amount_reported")), row.get("unit_reported")


@pytest.mark.parametrize(
    ("name", "row_id", "expected"),
    [
        (SHANGHAI, "expenditure/2010605/project", (Decimal(14111000), "14111000", "yuan")),
        (SHANGHAI, "general_public_basic/30217/public", (Decimal(191000), "191000", "yuan")),
        (SHANGHAI, "three_public/three_public.reception", (Decimal(254000), "25.40", "wan_yuan")),
        (WANLI, "general_public_basic/30102/personnel", (Decimal(16623810), "16623810", "yuan")),
        (WANLI, "three_public/three_public.vehicles.purchase", (Decimal(250000), "25", "wan_yuan")),
        (WANLI, "general_public/2120101/project", (Decimal(250000), "250000", "yuan")),
        (WANLI, "revenue/2120101@business_income", (Decimal(0), "0", "yuan")),
        (PUTUO, "general_public/2013999/project", (Decimal(2022400), "202.24", "wan_yuan")),
        (PUTUO, "general_public_basic/30239", (Decimal(24300), "2.43", "wan_yuan")),
        (PUTUO, "revenue_expenditure/revenue.general_public_budget", (Decimal(3078200), "307.82", "wan_yuan")),
    ],
)
def test_cells_checked_by_eye(name: str, row_id: str, expected: tuple[object, ...]) -> None:
    assert amount(name, row_id) == expected
