"""The statements of the real PDFs against another program's reading of the same pages: each numeric cell, with its code
and its column, is in budget_lines exactly once, and nothing else is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal

import pytest
from tests.recognise.lines.test_samples import PUTUO, SAMPLES, SHANGHAI, WANLI, disclosure

pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="no ../shared/samples beside this checkout")
pdfplumber = pytest.importorskip("pdfplumber")

Key = tuple[str, str, str | None, Decimal]
TITLES = (
    (r"三公.*表$", "three_public"),
    (r"基本支出(?:部门预算经济分类预算|决算)表$", "general_public_basic"),
    (r"一般公共预算.*支出(?:功能分类预算|决算)表$", "general_public"),
    (r"政府性基金.*表$|国有资本经营.*表$", "empty"),
    (r"财政拨款(?:收支预算|收入支出决算)总表$", "appropriation"),
    (r"财务收支预算总表$|^收入支出决算总表$", "revenue_expenditure"),
    (r"收入(?:预算总|决算)表$", "revenue"),
    (r"支出(?:预算总|决算)表$", "expenditure"),
)
TYPES = ("total", "basic", "project")
SOURCES = ("total", "fiscal_appropriation", "business_income", "operating_income", "other_income")
PUBLIC = ("total", "abroad", "reception", "vehicles", "purchase", "operation", "agency_operation")
COLUMNS = {  # what the columns of money say, from the left
    SHANGHAI: {
        "revenue": SOURCES, "expenditure": TYPES, "general_public": TYPES,
        "general_public_basic": ("total", "personnel", "public"), "three_public": PUBLIC,
        "revenue_expenditure": ("total", "personnel", "public", "project"),
        "appropriation": ("fiscal_appropriation", "general_public_budget", "government_fund", "state_capital"),
    },
    PUTUO: {
        "revenue": ("total", "fiscal_appropriation", "superior_subsidy", "business_income", "operating_income", "subsidiary_remittance", "other_income"),
        "expenditure": (*TYPES, "remitted_up", "operating", "subsidy_down"), "general_public": TYPES,
        "general_public_basic": (None,), "three_public": PUBLIC, "revenue_expenditure": (None,),
        "appropriation": ("fiscal_appropriation", "general_public_budget", "government_fund", "state_capital"),
    },
}  # fmt: skip
COLUMNS[WANLI] = {**COLUMNS[SHANGHAI], "revenue_expenditure": (None,)}
BLOCKS = {"revenue_expenditure", "appropriation"}  # two blocks: label and figures, twice


def figure(text: str | None) -> Decimal | None:
    bare = re.sub(r"[\s,]", "", text or "")
    return Decimal(bare) if re.fullmatch(r"-?\d+(?:\.\d+)?", bare) else None


def label(text: str) -> str:
    bare = re.sub(r"\s", "", text)
    return re.sub(r"^(?:[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）|其中：)", "", bare)


def printed(name: str) -> Iterator[Key]:
    """The figures of all statements, as the lines of the pages have them."""
    statement, unit = "", Decimal(1)
    with pdfplumber.open(SAMPLES / name) as pdf:
        for page in pdf.pages:
            text = re.sub(r"[ “”\"]", "", page.extract_text() or "")
            for line in text.split("\n")[:4]:
                statement = next((code for pattern, code in TITLES if re.search(pattern, line)), statement)
            if stated := re.search(r"单位[:：](万?)元", text):
                unit = Decimal(10000 if stated[1] else 1)
            for table in page.extract_tables() if statement in COLUMNS[name] else ():
                for row in table:
                    for code, column, value in read(name, statement, row):
                        yield statement, code, column, value * unit


def read(name: str, statement: str, row: Sequence[str | None]) -> Iterator[tuple[str, str | None, Decimal]]:
    cells = [cell or "" for cell in row]
    columns = COLUMNS[name][statement]
    if statement == "three_public":
        values = [figure(cell) for cell in cells]
        if sum(value is not None for value in values) > 4:
            yield from (
                ("", column, value) for column, value in zip(columns, values, strict=False) if value is not None
            )
        return
    width = len(cells)
    if statement in BLOCKS:
        cuts = [(0, 1, (columns[0] if statement == "appropriation" else None,)), (2, 3, columns)]
        sides = [(cells[at], cells[first : 2 if at == 0 else width], names) for at, first, names in cuts]
    elif name == PUTUO and statement == "general_public_basic":
        sides = [(cells[at], cells[at + 2 : at + 3], columns) for at in (0, 3)]
        if not re.search(r"\d", cells[0] + cells[3]):  # 人员经费合计 | 公用经费合计
            sides = [("".join(cells[:2]), cells[2:3], columns), ("".join(cells[3:5]), cells[5:6], columns)]
    else:
        lead = cells[: width - len(columns)]
        code = "".join(cell.strip().zfill(2) for cell in lead if re.fullmatch(r"\s*\d+\s*", cell))
        sides = [(code or "".join(lead), cells[width - len(columns) :], columns)]
    for code, values, names in sides:
        for column, cell in zip(names, values, strict=False):
            if (value := figure(cell)) is not None:
                yield label(code), column, value


def packed(name: str) -> Iterator[Key]:
    """The same of budget_lines."""
    for row in disclosure(name).tables["budget_lines"]:
        statement, amount = str(row.get("statement")), row.get("amount")
        item = str(row.get("item_code") or "")
        if statement == "agency_operation" and row.origins["amount"].method == "cell":
            statement, item = "three_public", "agency_operation"
        if statement not in COLUMNS[name] or not isinstance(amount, Decimal):
            continue
        if statement == "three_public":
            column = "total" if item == "three_public" else item.rpartition(".")[2]
            yield statement, "", column, amount
            continue
        code = row.get("function_code") or row.get("economic_code") if statement not in BLOCKS else None
        field = "fund_source" if statement in ("revenue", "appropriation") else "expenditure_type"
        column = row.get(field) if len(COLUMNS[name][statement]) > 1 else None
        if statement in BLOCKS and row.get("flow") == "revenue":
            column = "fiscal_appropriation" if statement == "appropriation" else None
        yield statement, str(code or label(str(row.get("item")))), None if column is None else str(column), amount


@pytest.mark.parametrize("name", [SHANGHAI, WANLI, PUTUO])
def test_another_reading_of_the_pages_has_the_same_figures(name: str) -> None:
    expected, found = Counter(printed(name)), Counter(packed(name))
    assert sum(expected.values()) > 190
    assert expected - found == Counter() and found - expected == Counter()
