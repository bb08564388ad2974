"""Whole documents in a warm process, as in a batch: CPU time"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from measure import ROOT, Result

T = TypeVar("T")

SAMPLES = ROOT.parent / "shared" / "samples"


def results() -> Iterator[Result]:
    """Reading (in this process) and the rest of packing, for the source of the committed package and the samples at
    hand. There is no limit; the figures show what a document of a province costs."""
    from openbudget.errors import OpenBudgetError

    sources = sorted((ROOT / "datapackages").glob("*/source/*"))
    for path in [*sources, *sorted(SAMPLES.glob("*.pdf")), *sorted(SAMPLES.glob("*.xlsx"))]:
        try:
            figure = _cost(path)
        except OpenBudgetError as error:
            figure = f"refused: {error.key}"
        yield Result(f"pack {path.name[:40]}", figure, "", None)


def _cost(path: Path) -> str:
    from openbudget import package, pipeline, readers, recognise

    data = path.read_bytes()
    document, reading = _least(lambda: readers.read(path.name, data, isolate=False))
    disclosure, recognising = _least(lambda: recognise.recognise([document]))

    def write() -> None:
        report, tables = pipeline.report_on(disclosure)
        with tempfile.TemporaryDirectory() as folder:
            package.write(disclosure, report, {path.name: data}, Path(folder), tables=tables)

    _, rest = _least(write)
    return f"read {reading:.0f} + recognise {recognising:.0f} + rest {rest:.0f} ms"


def _least(work: Callable[[], T], rounds: int = 3) -> tuple[T, float]:
    """What `work` gives, and the CPU milliseconds of its cheapest run."""
    costs = []
    for _ in range(rounds):
        start = time.process_time()
        made = work()
        costs.append(1000 * (time.process_time() - start))
    return made, min(costs)
