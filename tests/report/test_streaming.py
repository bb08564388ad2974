"""Forms for programs hold one finding at a time, however many there are."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from openbudget import pipeline, report
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


@pytest.mark.parametrize("form", ["json", "jsonl", "csv", "sarif", "junit", "github", "text"])
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


@pytest.fixture
def faulty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package with many more faults than are held."""
    monkeypatch.setattr("openbudget.package.reader.MAX_FINDINGS", 10)
    (tmp_path / "t.csv").write_text("id,a\n" + "".join(f"{n},x{n}\n" for n in range(200)) + "1,1\n", "utf-8")
    schema = {"fields": [{"name": "id"}, {"name": "a", "type": "integer"}], "primaryKey": "id"}
    descriptor = {"name": "t", "resources": [{"name": "t", "path": "t.csv", "schema": schema}]}
    (tmp_path / "datapackage.json").write_text(json.dumps(descriptor), "utf-8")
    return tmp_path


def test_every_finding_is_told_however_many_there_are(faulty: Path) -> None:
    found = pipeline.validate(faulty)
    assert found.counts[Severity.ERROR] == len(found.findings) == 201
    assert [one.row_id for one in found.findings][:200] == [str(n) for n in range(200)]
    assert found.findings[200].rule == found.findings[-1].rule == "SCH-014"
    assert len(found.findings[195:]) == 6
    with pytest.raises(IndexError):
        found.findings[201]


def test_severities_and_waivers_hold_for_all_of_them(faulty: Path) -> None:
    fingerprint = pipeline.validate(faulty).findings[150].fingerprint
    waiver = f"{{rule: SCH-001, fingerprint: {fingerprint}, reason: r, who: w, until: 2999-12-31}}"
    (faulty / "openbudget.yaml").write_text(f"severity: {{SCH-014: note}}\nwaivers: [{waiver}]\n", "utf-8")
    found = pipeline.validate(faulty)
    assert [one.fingerprint for one in found.findings if one.waived] == [fingerprint]
    assert len(found.findings) == sum(1 for _ in found.findings) == 202  # with WVR-003
    assert (found.counts[Severity.ERROR], found.counts[Severity.NOTE]) == (199, 2)
    (faulty / "openbudget.yaml").write_text("severity: {SCH-001: off}\n", "utf-8")
    left = pipeline.validate(faulty)
    assert [one.rule for one in left.findings] == ["WVR-003", "SCH-014"]
    assert left.counts[Severity.ERROR] == 1
