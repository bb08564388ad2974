"""What is part of what where the labels leave it open: decided by the printed figures, and only where they add up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from openbudget.recognise.layout import Layouts, stands
from openbudget.recognise.lines_cells import PUBLIC, Sheet, adds_up, half_of
from openbudget.recognise.lines_columns import axis_of, wholes


def settle(sheet: Sheet, layouts: Layouts) -> None:
    """All of the below."""
    settle_items(sheet)
    settle_public(sheet)
    settle_public_rows(sheet, layouts)
    settle_carryover(sheet)
    settle_parts(sheet)
    settle_of_which(sheet)


def settle_items(sheet: Sheet) -> None:
    """A column that says the whole of what its rows are the parts of (`“三公”经费预算数` over 公务接待费) leaves it to them."""
    said = {row.meaning.item for row in sheet.rows if row.meaning is not None and row.meaning.item is not None}
    for at, column in enumerate(sheet.columns):
        if column.item is not None and any(item.startswith(f"{column.item}.") for item in said):
            sheet.columns[at] = column._replace(item=None)


def settle_of_which(sheet: Sheet) -> None:
    """Columns under 其中 that make up their total (`合计 | 其中：财政拨款 事业收入 其他收入`) are all of its parts, not only some. One
    row may be misprinted: where a part has no column, its row and those of the totals above it do not add up."""
    columns = sheet.columns
    if not any(column.of_which for column in columns):
        return
    families: dict[tuple[int, str], list[int]] = {}
    for at, whole in enumerate(wholes(columns)):
        if whole is not None:
            families.setdefault((whole, axis_of(columns[at], columns[whole])), []).append(at)
    for (whole, _), parts in families.items():
        alike = {(columns[at].fund == columns[whole].fund, columns[at].item == columns[whole].item) for at in parts}
        if len(parts) > 1 and len(alike) == 1 and _columns_add_up(sheet, whole, parts):
            for at in parts:
                columns[at] = columns[at]._replace(of_which=False)


def _columns_add_up(sheet: Sheet, whole: int, parts: Sequence[int]) -> bool:
    """True where some columns make up another in every row that prints an amount there (in all but one, of four)."""
    right = wrong = 0
    for (row, column), total in sheet.cells.items():
        if column != whole or total.figure is None:
            continue
        figures = [cell.figure for part in parts if (cell := sheet.cells.get((row, part))) and cell.figure]
        gap = abs(sum((figure.value for figure in figures), -total.figure.value))
        if gap > sum((half_of(figure) for figure in figures), half_of(total.figure)):
            wrong += 1
        else:
            right += bool(total.figure.value)
    return right > 0 if not wrong else wrong == 1 and right >= 3


def settle_public(sheet: Sheet) -> None:
    """Decides what 合计 is the total of where 会议费 or 培训费 stand beside 三公: of 三公 if that is what adds up,
    else of all of them."""
    columns = sheet.columns
    if not any(column.item in ("meeting", "training") for column in columns):
        return
    for at, column in enumerate(columns):
        if column.item != "three_public" or not column.total or column.groups:
            continue
        parts = [other for other, part in enumerate(columns) if part.item in PUBLIC and part.stage == column.stage]
        for row in range(len(sheet.rows)):
            whole = sheet.cells.get((row, at))
            figures = [
                cell.figure for part in parts if (cell := sheet.cells.get((row, part))) is not None and cell.figure
            ]
            if whole is not None and whole.figure is not None:
                gap = abs(sum((figure.value for figure in figures), -whole.figure.value))
                if gap > sum((half_of(figure) for figure in figures), half_of(whole.figure)):
                    columns[at] = column._replace(item=None)
                    break


def settle_public_rows(sheet: Sheet, layouts: Layouts) -> None:
    """The same where the items are rows: 合计 is that of 三公, or of 会议费 and 培训费 too, as the figures say."""
    beside = [at for at, row in enumerate(sheet.rows) if row.meaning and row.meaning.item in ("meeting", "training")]
    words = layouts["statements"]["items"]["three_public"]
    told = [at for at, row in enumerate(sheet.rows) if row.is_total and stands(words, row.folded)]
    for at, row in enumerate(sheet.rows):
        if not beside or not row.is_total or row.meaning is None or stands(words, row.folded):
            continue
        inside = [other for other, part in enumerate(sheet.rows) if part.parent == at]
        if row.meaning.item != "three_public" or (adds_up(sheet, at, inside) and not told):
            continue
        if adds_up(sheet, at, {*inside, *beside, *told}):
            row.meaning = row.meaning._replace(item=None)
            for other in (*beside, *told):
                sheet.rows[other].parent = at


def settle_carryover(sheet: Sheet) -> None:
    """Puts what was carried over under the year's total where this stands below it and takes it in, as its figures say
    (`单位上年结余`, then `小计`); it stands beside that total otherwise."""
    for at, row in enumerate(sheet.rows):
        if not row.is_total or row.parent is None:
            continue
        beside = [
            other for other in range(at) if sheet.rows[other].parent == row.parent and not sheet.rows[other].is_total
        ]
        inside = [other for other, part in enumerate(sheet.rows) if part.parent == at]
        if beside and adds_up(sheet, at, inside + beside) and not adds_up(sheet, at, inside):
            for other in beside:
                sheet.rows[other].parent = at


def settle_parts(sheet: Sheet) -> None:
    """Puts rows without number or code under the row above that they make up (`一、基本支出`, then `工资福利支出`,
    `商品和服务支出`), where the rows of a total do not add up to it as they stand and do so then."""
    below: dict[int, list[int]] = {}
    for at, row in enumerate(sheet.rows):
        if row.parent is not None:
            below.setdefault(row.parent, []).append(at)
    for at, children in below.items():
        if len(children) < 2 or not _prints(sheet, at) or adds_up(sheet, at, children):
            continue
        moved = dict(_parts(sheet, children, below))
        rest = [child for child in children if child not in moved]
        if moved and adds_up(sheet, at, rest):
            for child, whole in moved.items():
                sheet.rows[child].parent = whole
                sheet.rows[child].part = False


def _parts(sheet: Sheet, children: Sequence[int], below: Mapping[int, Sequence[int]]) -> Iterator[tuple[int, int]]:
    """Pairs of a row and the one before it of which it is a part: runs of rows that make up the row above them."""
    at = 0
    while at < len(children):
        whole = children[at]
        run = _run(sheet, whole, children[at + 1 :], below.get(whole, ()))
        yield from ((part, whole) for part in run)
        at += 1 + len(run)


def _run(sheet: Sheet, whole: int, following: Sequence[int], inside: Sequence[int]) -> list[int]:
    """The rows behind one that, with those that are inside it already, add up to it, down to the next row of its own
    kind; none where no number of them does."""
    own = sheet.rows[whole]
    if own.code is not None or own.is_total or not _prints(sheet, whole):
        return []
    run: list[int] = []
    found: list[int] = []
    for part in following:
        row = sheet.rows[part]
        if row.code is not None or row.is_total or (row.style is not None and row.style == own.style):
            break
        run.append(part)
        if _prints(sheet, part) and adds_up(sheet, whole, [*inside, *run]):
            found = list(run)
    return found


def _prints(sheet: Sheet, row: int) -> bool:
    """True where a row has a figure other than nought."""
    figures = (cell.figure for (at, _), cell in sheet.cells.items() if at == row)
    return any(figure is not None and figure.value for figure in figures)
