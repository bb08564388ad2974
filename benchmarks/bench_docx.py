"""Reading the cells of a Word document, against python-docx, in one process and in turn."""

from __future__ import annotations

import io
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

from measure import ROOT, Result, at_least

sys.path.insert(0, str(ROOT))


def results() -> Iterator[Result]:
    """A line a file: the seed as this project's tests write it, the same as LibreOffice writes it, and a long table.
    python-docx is asked row by row, its quicker way, and once cell by cell. It reads the tables only; we read all."""
    from tests.readers import build

    from openbudget.readers import legacy

    data = build.docx()
    files = {"the seed": data, "a long table": build.pack_docx(build.docx_table(_long()))}
    if legacy.find_soffice() is not None:
        files["the seed by LibreOffice"] = legacy.convert("seed.docx", data, "docx", ".docx", "docx")
    for name, each in files.items():
        yield _against(name, each)
    ours, by_cell = _in_turn([lambda: _ours(data), lambda: _by_cell(data)], 5)
    yield at_least("python-docx cell by cell : ours, the seed", by_cell / ours, 5, f" ({by_cell:.0f} ms)")


def _against(name: str, data: bytes) -> Result:
    ours, by_row = _in_turn([lambda: _ours(data), lambda: _by_row(data)], 5 if len(data) > 40_000 else 15)
    cells = _ours(data)
    assert cells == _by_row(data)
    return at_least(f"python-docx : ours, {name}, {cells} cells", by_row / ours, 5, f" ({by_row:.0f} : {ours:.1f} ms)")


def _long() -> Any:
    """A table of 3000 rows and 10 columns."""
    from tests.readers.build import Box, Grid

    places = [(row, col) for row in range(3000) for col in range(10)]
    return Grid(3000, 10, tuple(Box(f"{row * 7919 % 100000 / 100:.2f}", row, col) for row, col in places))


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


def _in_turn(functions: list[Callable[[], int]], rounds: int) -> list[float]:
    """Best milliseconds of CPU time of each (whatever else runs only adds), run one after the other, once before to import."""
    runs: list[list[float]] = [[] for _ in functions]
    for turn in range(rounds + 1):
        for function, taken in zip(functions, runs, strict=True):
            start = time.process_time()
            function()
            if turn:
                taken.append((time.process_time() - start) * 1000)
    return [min(taken) for taken in runs]
