"""One heading or label of a statement lost: figures may then be refused, never read as something else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from tests.recognise.lines import provinces
from tests.recognise.lines.build import FINAL, GIVEN, INTRO, document, lines

from openbudget import checks, package
from openbudget.errors import NotRecognisedError
from openbudget.model.document import Document, Table
from openbudget.model.place import Locator
from openbudget.recognise import Given, recognise

SAID = (
    "stage", "statement", "flow", "fund_source", "expenditure_type", "item_code", "function_code", "economic_code",
    "economic_scheme", "amount", "unit_reported",
)  # fmt: skip
FIRST_ROWS = 7
KNOWN = {  # losses that nothing in the table shows; what is read then is wider than what is meant
    ("SHAANXI", "增减变化情况", ""),
    ("HUNAN", "上年结转结余", ""),
    ("MOF", "上年结转", ""),
    ("BEIJING", "科目名称", "某某栏"),
    ("SICHUAN", "单位名称（科目）", "某某栏"),
}


def read(made: Document, given: Given) -> dict[Locator, dict[str, object]]:
    rows = lines(recognise([made], given))
    return {
        row.origins["amount_reported"].place: {name: row.get(name) for name in SAID}
        for row in rows
        if "amount_reported" in row.origins
    }


def losses(made: Document) -> Iterator[tuple[str, str, Document]]:
    for at, block in enumerate(made.blocks):
        if not isinstance(block, Table):
            continue
        for index, cell in enumerate(block.cells):
            text = cell.text.strip()
            if not text or cell.row >= FIRST_ROWS or text.replace(".", "").replace(",", "").isdigit():
                continue
            for lost in ("某某栏", ""):
                cells = (*block.cells[:index], cell._replace(text=lost), *block.cells[index + 1 :])
                blocks = (*made.blocks[:at], replace(block, cells=cells), *made.blocks[at + 1 :])
                yield text, lost, replace(made, blocks=blocks)


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in dir(provinces) if name.isupper()])
def test_a_lost_text_never_makes_a_figure_something_else(name: str) -> None:
    given = FINAL if name.startswith("FINAL") else GIVEN
    whole = document(INTRO, *getattr(provinces, name))
    right = read(whole, given)
    for text, lost, damaged in losses(whole):
        if (name, text, lost) in KNOWN:
            continue
        try:
            found = read(damaged, given)
        except NotRecognisedError:
            continue  # the unit was lost
        for place, said in found.items():
            assert place in right, (text, lost, place)
            wrong = {key for key, value in said.items() if value is not None and value != right[place][key]}
            assert not wrong, (text, lost, place, wrong)


def test_a_figure_that_is_not_legible_is_no_difference() -> None:
    """What it is part of is not accused of a wrong sum, whichever figure it is."""
    whole = (
        "科目编码 | 科目名称 | 合计 | 基本支出 | 项目支出\n201 | 一般公共服务支出 | 30.00 | 20.00 | 10.00\n"
        "20106 | 财政事务 | 30.00 | 20.00 | 10.00\n2010601 | 行政运行 | 30.00 | 20.00 | 10.00\n"
        "合计 | < | 30.00 | 20.00 | 10.00"
    )
    for match in re.finditer(r"(?<=\d)\d\.00", whole):
        damaged = f"{whole[: match.start()]}\ufffd{whole[match.start() + 1 :]}"
        told = recognise([document(INTRO, "一般公共预算支出表\n单位：万元", damaged)], GIVEN)
        findings, _ = checks.run(package.tables_of(told), told.facts)
        assert "SUM-012" not in {finding.rule for finding in findings}
