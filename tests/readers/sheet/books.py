"""The seed as workbooks: all on one sheet, or each table on a sheet of its own."""

from __future__ import annotations

import io

from openpyxl import Workbook
from openpyxl.styles import Border, Side
from openpyxl.worksheet.worksheet import Worksheet

from tests.readers import build

_THIN = Border(*(Side(style="thin") for _ in range(4)))


def xlsx(many: bool = False, bordered: bool = True) -> bytes:
    """The seed as .xlsx; `many` puts each table on its own sheet, without `bordered` no cell has a border."""
    book = Workbook()
    sheet: Worksheet = book.active  # type: ignore[assignment]
    sheet.title = "说明"
    row = 1
    for block in build.content():
        if isinstance(block, str):
            sheet.cell(row, 1, block)
            row += 1 if bordered else 2
            continue
        if many:
            sheet = book.create_sheet(f"表{len(book.sheetnames)}")
            row = 1
        place_grid(sheet, block, row if bordered else row + 1, bordered)
        row += block.n_rows + 2
    return saved(book)


def place_grid(sheet: Worksheet, grid: build.Grid, top: int, bordered: bool) -> None:
    """Writes a grid with its merged cells; row `top` counts from 1."""
    for box in grid.boxes:
        cell = sheet.cell(top + box.row, box.col + 1, box.text or None)
        if box.text.isdigit() and not box.text.startswith("0"):
            cell.value = int(box.text)
        if box.rowspan * box.colspan > 1:
            sheet.merge_cells(None, cell.row, cell.column, cell.row + box.rowspan - 1, cell.column + box.colspan - 1)
    if bordered:
        for line in sheet.iter_rows(top, top + grid.n_rows - 1, 1, grid.n_cols):
            for cell in line:
                cell.border = _THIN


def saved(book: Workbook) -> bytes:
    """The bytes of a workbook."""
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()
