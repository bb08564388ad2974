"""Tables of which the standard has none (政府购买服务, 债务, 新增资产配置 …), known by their titles.

Their columns may be those of another table: equipment that is to be bought is no asset that is held, a service bought
from society no purchase under 政府采购. They are told apart before their columns are looked at, and said to be outside.
"""

from __future__ import annotations

from openbudget.recognise.grid import captions
from openbudget.recognise.languages import in_chinese
from openbudget.recognise.layout import Layouts, ends_with, stands
from openbudget.recognise.sections import Grid
from openbudget.recognise.words import plain, unnumbered

LONGEST_TITLE = 60
REASON = "recognise.table_outside"


def is_outside(grid: Grid, layouts: Layouts) -> bool:
    """True where the nearest title of a grid names a table that the standard has not."""
    words = layouts["markers"]["outside_tables"]
    for text in captions(grid, _first_wide(grid)):
        for line in text.printed.strip().split("\n"):
            title = in_chinese(plain(unnumbered(line)))
            if len(title) > LONGEST_TITLE:
                continue
            if stands(words, title):
                return True
            if ends_with(layouts["markers"]["title_ends"], title.rstrip(")")):
                return False
    return False


def _first_wide(grid: Grid) -> int:
    """The first row in which three cells or more are printed: those over it hold titles."""
    for row in range(grid.table.n_rows):
        cells = (grid.table.cell_at(row, col) for col in range(grid.table.n_cols))
        if len({id(cell) for cell in cells if cell is not None and cell.text.strip()}) > 2:
            return row
    return 0
