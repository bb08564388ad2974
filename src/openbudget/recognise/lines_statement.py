"""Which statement a grid is: its caption, held against its columns; without a caption, only by columns that leave no
doubt."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from openbudget.model.amount import parse_figure
from openbudget.recognise.grid import Tried, captions
from openbudget.recognise.layout import Layouts, ends_with, stands
from openbudget.recognise.lines_header import Head, find_head
from openbudget.recognise.lines_words import Meaning, economic_classes, label, statement_of
from openbudget.recognise.outline import goes_on
from openbudget.recognise.sections import Grid, Text
from openbudget.recognise.words import plain, unnumbered

OVERVIEWS = ("revenue_expenditure", "appropriation")
FLOWS = {"revenue": "revenue"}  # of a statement that has one flow; all others: expenditure
_DETAIL = ("expenditure", "general_public", "government_fund", "state_capital", "special_account", "unit_funds")


class Statement(NamedTuple):
    """A grid that is a statement: its code, its head, the text that is its caption."""

    code: str
    head: Head
    caption: Text | None
    begin: int = 0
    flow: str | None = None  # of an overview that has only one side, as its caption says
    type: str | None = None  # of a statement of expenditure of one type, as its caption says
    economic: tuple[str, str] | None = None  # of one economic class, as its caption says


def find_statement(grid: Grid, year: int, layouts: Layouts, begin: int = 0) -> tuple[Statement | None, list[Tried]]:
    """The statement that a grid is from row `begin` on, or None; and what was tried and why it did not fit."""
    tried: list[Tried] = []
    head = find_head(grid.table, year, layouts, begin)
    named = _captioned(grid, head, layouts, begin)
    if head is None:
        if named:
            tried.append(Tried(named[0][0], ["recognise.lacks_amounts"]))
        return None, tried
    for code, caption, whole in named:
        if code == "general_public_basic" and _of_all_funds(whole, head, layouts):
            return Statement("expenditure", head, caption, begin, type="basic"), tried
        side = _one_side(code, whole)
        missing = _misfit("expenditure" if side else code, grid, head, year, layouts)
        if not missing:
            told = _part(whole, layouts) if code == "general_public_basic" else (None, None)
            return Statement(code, head, caption, begin, side, *told), tried
        tried.append(Tried(code, missing))
    if not named:
        for code in ("three_public", *OVERVIEWS):
            missing = _misfit(code, grid, head, year, layouts) or _doubts(code, grid, head, year, layouts)
            if not missing:
                return Statement(code, head, None, begin), tried
            tried.append(Tried(code, missing))
    return None, tried


def _part(caption: str, layouts: Layouts) -> tuple[str | None, tuple[str, str] | None]:
    """The type and the economic class that a statement of basic expenditure is only of (基本支出表--人员经费(工资福利支出),
    基本支出表(商品和服务支出))."""
    words = layouts["statements"]
    begin = next((caption.find(word) for word in map(plain, words["types"]["basic"]) if word in caption), len(caption))
    said = re.split(r"[-—()]+", caption[begin:])[1:]
    economic = next((economic_classes()[part] for part in said if part in economic_classes()), None)
    told = [code for code, listed in words["caption_types"].items() if stands(listed, caption[begin:])]
    if all(stands(words["types"][code], caption) for code in ("personnel", "public")):
        return None, None
    if told or economic is None:
        return told[0] if told else None, economic
    return "personnel" if economic[0] in ("301", "303") else "public", economic


def _of_all_funds(caption: str, head: Head, layouts: Layouts) -> bool:
    """True for basic expenditure of every source (部门基本支出预算表: 一般公共预算 | 政府性基金 | 单位资金)."""
    funds = {column.fund for column in head.columns if column.known and column.other is None}
    return not stands(layouts["statements"]["appropriated"], caption) and bool(
        funds & {"government_fund", "special_account", "unit_funds", "business_income", "other_income"}
    )


def _one_side(code: str, caption: str) -> str | None:
    """The side of a detail of an overview (财政拨款支出表): expenditure, by class; None for a whole overview."""
    return "expenditure" if code == "appropriation" and "支出" in caption and "收" not in caption else None


def _captioned(grid: Grid, head: Head | None, layouts: Layouts, begin: int) -> list[tuple[str, Text, str]]:
    """The statements that the likely captions name, the likeliest first, each once: code, text, and the caption as a
    whole, folded. A nearer text that names another kind of table ends the search."""
    found: dict[str, tuple[Text, str]] = {}
    first = head.first if head is not None else begin + 4
    texts = captions(grid, first) if begin == 0 else rows_as_texts(grid, begin, first)
    inside = [text for text in texts if text not in grid.before and text.place != grid.table.place]
    reading = [*grid.before, *inside] if begin == 0 else texts
    for text in texts:
        at = reading.index(text) if text in reading else 0
        above = reading[at - 1].printed.strip().rpartition("\n")[2] if at else ""
        for line in text.printed.split("\n"):
            caption = plain(unnumbered(line))
            code = statement_of(caption, layouts)
            whole = plain(unnumbered(above)) + caption
            if goes_on(plain(above), caption, layouts):
                code_of_whole = statement_of(whole, layouts)
                code, caption = (code_of_whole, whole) if code_of_whole is not None else (code, caption)
            if code is not None:
                found.setdefault(code, (text, caption))
            above = line
        if found:
            break
    return [(code, *told) for code, told in found.items()]


def rows_as_texts(grid: Grid, first: int, last: int) -> list[Text]:
    """The texts of the cells in the rows [first, last)."""
    cells = (cell for cell in grid.table.cells if first <= cell.row < last and cell.text.strip())
    return [Text(grid.file, cell.text, cell.place) for cell in cells]


def is_contents(grid: Grid, layouts: Layouts) -> bool:
    """True for a list of the statements (the sheet 目录 of a workbook): a name of a table in nearly every row, several
    of them of statements, and no amount."""
    rows: dict[int, list[str]] = {}
    for cell in grid.table.cells:
        figure = parse_figure(cell.text)
        if figure is not None and (figure.decimals or figure.value > 99):
            return False
        if cell.text.strip():
            rows.setdefault(cell.row, []).append(plain(unnumbered(cell.text)))
    titles = layouts["markers"]["table_titles"]
    names = [any(len(text) <= 60 and ends_with(titles, text) for text in texts) for texts in rows.values()]
    known = {statement_of(text, layouts) for texts in rows.values() for text in texts} - {None}
    return len(known) > 2 and sum(names) >= len(names) - 2


def _misfit(code: str, grid: Grid, head: Head, year: int, layouts: Layouts) -> list[str]:
    """What the columns (and rows) lack to be this statement, as keys of messages; empty where they fit."""
    columns = list(head.columns)
    money = [column for column in columns if column.known and column.other is None]
    funds = {column.fund for column in money} - {None, "carryover"}
    types = {column.type for column in money} - {None}
    items = {column.item for column in money if column.item} | _row_items(grid, head, year, layouts)
    public = any(item.startswith("three_public.") for item in items)
    if not money:
        return ["recognise.lacks_amounts"]
    if code == "three_public":
        return [] if public else ["recognise.lacks_three_public"]
    if len([item for item in {column.item for column in money} if (item or "").startswith("three_public.")]) > 1:
        return ["recognise.lacks_labels"]
    if code in OVERVIEWS:
        flows = _flows(grid, head, year, layouts)
        sides = {"revenue": "recognise.lacks_revenue", "expenditure": "recognise.lacks_expenditure"}
        return [key for flow, key in sides.items() if flow not in flows]
    if not any(block.labels for block in head.blocks):
        return ["recognise.lacks_labels"]
    if code == "revenue":
        return ["recognise.lacks_funds"] if types and not funds else []
    if code == "general_public_basic":
        return [] if _is_economic(grid, head, layouts) else ["recognise.lacks_economic"]
    if (
        code in _DETAIL
        and funds
        and not types
        and funds <= {"business_income", "operating_income", "other_income", "superior_subsidy"}
    ):
        return ["recognise.lacks_types"]
    return []


def _doubts(code: str, grid: Grid, head: Head, year: int, layouts: Layouts) -> list[str]:
    """What a grid without caption lacks to be this statement without doubt, as keys of messages."""
    if code == "three_public":
        items = {column.item for column in head.columns if column.item} | _row_items(grid, head, year, layouts)
        needed = {"three_public.abroad", "three_public.reception", "three_public.vehicles"}
        return [] if needed <= items else ["recognise.lacks_caption"]
    funds = {column.fund for column in head.columns if column.fund}
    rows = {
        meaning.fund
        for block in head.blocks
        for meaning in _meanings(grid, head, block.labels, year, layouts)
        if meaning.fund
    }
    totals = {
        meaning.item
        for block in head.blocks
        for meaning in _meanings(grid, head, block.labels, year, layouts)
        if meaning.total
    }
    both = {"revenue", "expenditure"} <= {(item or "").partition(".")[0] for item in totals}
    own = rows & {"business_income", "operating_income", "other_income", "unit_funds", "special_account"}
    if code == "appropriation":
        return (
            []
            if both and not own and {"general_public_budget", "government_fund"} <= funds
            else ["recognise.lacks_caption"]
        )
    return [] if both and own and "general_public_budget" not in funds else ["recognise.lacks_caption"]


def _meanings(
    grid: Grid, head: Head, labels: Sequence[tuple[int, str]], year: int, layouts: Layouts
) -> Iterator[Meaning]:
    for col, role in labels:
        if role not in ("name", "code"):
            continue
        for row in range(head.last, grid.table.n_rows):
            cell = grid.table.cell_at(row, col)
            if cell is None or cell.row != row:
                continue
            found = label(plain(unnumbered(cell.text)), None, layouts, year)
            if found is not None:
                yield found


def _row_items(grid: Grid, head: Head, year: int, layouts: Layouts) -> set[str]:
    return {
        meaning.item
        for block in head.blocks
        for meaning in _meanings(grid, head, block.labels, year, layouts)
        if meaning.item and meaning.item.startswith("three_public.")
    }


def _flows(grid: Grid, head: Head, year: int, layouts: Layouts) -> set[str]:
    """The flows of the blocks: by their titles, else by the labels of their rows."""
    found = set()
    for block in head.blocks:
        if block.flow is not None:
            found.add(block.flow)
            continue
        for meaning in _meanings(grid, head, block.labels, year, layouts):
            if meaning.item:
                found.add(meaning.item.partition(".")[0])
    return found


def _is_economic(grid: Grid, head: Head, layouts: Layouts) -> bool:
    """True where the rows are economic classes (by code or name), the headings say so, or there are no rows."""
    names, words = economic_classes(), layouts["statements"]["rows_of"]["economic"]
    seen = 0
    for block in head.blocks:
        if any(
            stands(words, plain(cell.text))
            for col, _ in block.labels
            for row in range(head.first, head.last)
            if (cell := grid.table.cell_at(row, col))
        ):
            return True
        if any(column.economic for column in block.columns):
            return True
        for row in range(head.last, grid.table.n_rows):
            for col, _ in block.labels:
                cell = grid.table.cell_at(row, col)
                folded = plain(cell.text) if cell is not None else ""
                seen += bool(folded)
                if (folded[:3].isdigit() and folded[0] in "35") or folded.lstrip("0123456789") in names:
                    return True
    return seen <= 2
