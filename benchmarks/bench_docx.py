"""Reading the cells of a Word document, against python-docx, in one process and in turn."""

from __future__ import annotations

import io
import sys
import time
from collections.abc import Callable, Iterator

from measure import ROOT, Result, at_least

sys.path.insert(0, str(ROOT))


def results() -> Iterator[Result]:
    """One line a way of asking python-docx for the cells: row by row (its quicker way), and cell by cell."""
    from tests.readers import build

    data = build.docx()
    ours, by_row, by_cell = _in_turn([lambda: _ours(data), lambda: _by_row(data), lambda: _by_cell(data)])
    cells = _ours(data)
    assert cells == _by_row(data) == _by_cell(data)
    detail = f" ({by_row:.0f} ms against {ours:.1f} ms)"
    yield at_least(f"python-docx row by row : ours, {cells} cells", by_row / ours, 5, detail)
    yield at_least(f"python-docx cell by cell : ours, {cells} cells", by_cell / ours, 5, f" ({by_cell:.0f} ms)")


def _ours(data: bytes) -> int:
    from openbudget import readers
    from openbudget.model.document import Table

    tables = [block for block in readers.read("seed.docx", data).blocks if isinstance(block, Table)]
    return sum(len(cell.text) >= 0 for table in tables for row in table.rows() for cell in row if cell is not None)


def _by_row(data: bytes) -> int:
    import docx

    tables = docx.Document(io.BytesIO(data)).tables
    return sum(len(cell.text) >= 0 for table in tables for row in table.rows for cell in row.cells)


def _by_cell(data: bytes) -> int:
    import docx

    count = 0
    for table in docx.Document(io.BytesIO(data)).tables:
        for row in range(len(table.rows)):
            for col in range(len(table.columns)):
                count += len(table.cell(row, col).text) >= 0
    return count


def _in_turn(functions: list[Callable[[], int]], rounds: int = 15) -> list[float]:
    """Best milliseconds of each (whatever else runs only adds), run one after the other, once before to import."""
    runs: list[list[float]] = [[] for _ in functions]
    for turn in range(rounds + 1):
        for function, taken in zip(functions, runs, strict=True):
            start = time.perf_counter()
            function()
            if turn:
                taken.append((time.perf_counter() - start) * 1000)
    return [min(taken) for taken in runs]
