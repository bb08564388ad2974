"""The list of benchmarks is that of the folder; a limit that is not reached is told and gives exit code 1."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path

import pytest


def _run(folder: Path, *names: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, str(folder / "run.py"), *names], capture_output=True, text=True, check=False)


def test_the_list_is_whole(root: Path) -> None:
    done = _run(root / "benchmarks", "--list")
    named = {line.split()[0] for line in done.stdout.splitlines()}
    assert {path.stem.removeprefix("bench_") for path in (root / "benchmarks").glob("bench_*.py")} < named
    assert {"large", "portal", "truth", "corpus"} < named
    assert _run(root / "benchmarks", "nothing").returncode == 2


@pytest.mark.parametrize(("figure", "code", "told"), [(3.0, 0, "yes"), (5.0, 1, "NOT reached: this : that")])
def test_what_is_not_reached_is_told(root: Path, tmp_path: Path, figure: float, code: int, told: str) -> None:
    for name in ("run.py", "measure.py"):
        (tmp_path / name).write_bytes((root / "benchmarks" / name).read_bytes())
    made = (
        f'"""Made up"""\nfrom measure import at_most\ndef results():\n    yield at_most("this : that", {figure}, 4)\n'
    )
    (tmp_path / "bench_made.py").write_text(made, encoding="utf-8")
    done = _run(tmp_path)
    assert done.returncode == code, done.stderr
    assert told in done.stdout


def test_a_small_large_table_is_read_as_the_benchmark_reads_it(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(root / "benchmarks"))
    script = importlib.import_module("validate_large").OURS
    made = [sys.executable, str(root / "benchmarks" / "large_table.py"), str(tmp_path), "2000", "0.1"]
    faults = subprocess.run(made, capture_output=True, text=True, check=True).stdout.strip()
    assert int(faults) > 0
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path), faults, "read"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
