"""Forms for programs hold one finding at a time, however many there are."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Iterator
from typing import Any

import pytest

from openbudget import report
from openbudget.model.finding import Finding, Report, Severity

from .samples import RUNS, finding

MANY = 1_500
BOUND = 600_000  # bytes; the findings themselves would take several times as much


class Lazy:
    """Findings that are made when they are asked for, as a store of faults on disk gives them."""

    def __iter__(self) -> Iterator[Finding]:
        return (finding(number) for number in range(MANY))


class Sink:
    """Takes text and keeps only its length and its end."""

    def __init__(self) -> None:
        self.length = 0
        self.end = ""

    def write(self, text: str) -> int:
        self.length += len(text)
        self.end = text[-200:]
        return len(text)

    def writelines(self, lines: Iterator[str]) -> None:
        for line in lines:
            self.write(line)


@pytest.mark.parametrize("form", ["json", "jsonl", "csv", "sarif", "github", "text"])
def test_memory_does_not_grow_with_the_findings(form: str) -> None:
    lazy: Any = Lazy()
    many = Report("many", lazy, RUNS, {Severity.ERROR: 0, Severity.WARNING: MANY, Severity.NOTE: 0})
    sink: Any = Sink()
    report.write([many], form, sink, "zh")  # what is loaded and kept once does not count
    tracemalloc.start()
    report.write([many], form, sink, "zh")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < BOUND
    assert sink.length > 1000


def test_streamed_json_is_whole() -> None:
    import io

    lazy: Any = Lazy()
    out = io.StringIO()
    report.write([Report("many", lazy, RUNS, {})], "json", out, "zh")
    assert len(json.loads(out.getvalue())["findings"]) == MANY
