"""Reading PDF pages against pdfplumber's find_tables, and workbooks against calamine, in one process and in turn."""

from __future__ import annotations

import io
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from measure import ROOT, Result, at_least, at_most

sys.path.insert(0, str(ROOT))
SAMPLES = ROOT.parent / "shared" / "samples"


def results() -> Iterator[Result]:
    """The published PDFs at hand, the seed as a workbook, and the workbook at hand."""
    for path in sorted(SAMPLES.glob("*.pdf")):
        yield _pages(path)
    from tests.readers.sheet import books

    yield _workbook("the seed", books.xlsx())
    for path in sorted(SAMPLES.glob("*.xlsx")):
        yield _workbook(path.stem, path.read_bytes())


def _pages(path: Path) -> Result:
    from openbudget.readers.pdf import read_pdf

    data = path.read_bytes()
    ours, theirs = _in_turn([lambda: read_pdf(path.name, data), lambda: _find_tables(data)], 5)
    return at_least(f"find_tables : ours, {path.stem[:24]}", theirs / ours, 2, f" ({theirs:.0f} against {ours:.0f} ms)")


def _find_tables(data: bytes) -> int:
    """The tables of every page with their texts: what our reader gives, and less."""
    import pdfplumber

    with pdfplumber.open(io.BytesIO(data)) as document:
        return sum(len(table.extract()) for page in document.pages for table in page.find_tables())


def _workbook(name: str, data: bytes) -> Result:
    from openbudget.readers.xlsx import read_xlsx

    ours, theirs = _in_turn([lambda: read_xlsx("book.xlsx", data), lambda: _calamine(data)], 41)
    return at_most(f"ours : calamine, {name[:28]}", ours / theirs, 3, f" ({ours:.1f} against {theirs:.1f} ms)")


def _calamine(data: bytes) -> int:
    """All values and merged ranges of all sheets."""
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    sheets = [book.get_sheet_by_name(name) for name in book.sheet_names]
    return sum(len(sheet.to_python()) + len(sheet.merged_cell_ranges or ()) for sheet in sheets)


def _in_turn(functions: list[Callable[[], object]], rounds: int) -> list[float]:
    """Best milliseconds of CPU time of each, run one after the other, once before to import."""
    runs: list[list[float]] = [[] for _ in functions]
    for turn in range(rounds + 1):
        for function, taken in zip(functions, runs, strict=True):
            start = time.process_time()
            function()
            if turn:
                taken.append(1000 * (time.process_time() - start))
    return [min(taken) for taken in runs]
