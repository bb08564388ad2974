"""Made-up disclosures with planted faults: every outcome and every finding as the truth says."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.project.conftest import ROOT


@pytest.fixture
def benchmarks(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The folder of benchmarks, importable."""
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    yield
    for name in [name for name in sys.modules if name.partition(".")[0] in ("generator", "batch_truth")]:
        del sys.modules[name]


@pytest.mark.usefixtures("benchmarks")
@pytest.mark.parametrize("count", [pytest.param(12, id="12"), pytest.param(150, id="150", marks=pytest.mark.slow)])
def test_every_planted_fault_is_found_and_no_other(tmp_path: Path, count: int) -> None:
    from batch_truth import TASK, differences
    from generator import corpus

    from openbudget.batch.run import Settings, run_source

    corpus.write(tmp_path / "documents", corpus.made(7, count, 0.4))
    out = tmp_path / "packages"
    run_source(out, TASK, Settings(str(tmp_path / "documents"), jobs=2), lambda stage, **args: None)
    seen, wrong = differences(tmp_path / "truth.csv", out)
    assert not wrong
    assert seen["unknown documents"] == 0


@pytest.mark.usefixtures("benchmarks")
def test_the_same_seed_makes_the_same_documents() -> None:
    from generator import corpus

    first, second = list(corpus.made(3, 12, 0.5)), list(corpus.made(3, 12, 0.5))
    assert first == second
    assert len({one.path for one in first}) == 12
