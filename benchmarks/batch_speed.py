"""How fast a batch is: two processes against one, and against packing the documents one by one; memory over time.

`python benchmarks/batch_speed.py [COUNT] [--rounds N] [--scheduler]` makes COUNT disclosures, packs them with one and
with two processes in turn, and by calling the same work in one process that does nothing else. With `--scheduler` a
Dask scheduler and two workers on this machine do the same, and the packages are compared byte by byte.
"""

from __future__ import annotations

import argparse
import filecmp
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))
from batch_truth import TASK
from generator import corpus

from openbudget.batch import sources
from openbudget.batch.run import Settings, run_source


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int, nargs="?", default=400)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--scheduler", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        base = Path(scratch)
        documents = base / "documents"
        corpus.write(documents, corpus.made(11, given.count, 0.1))
        found = {name: [] for name in ("alone", "1 process", "2 processes")}  # type: dict[str, list[tuple[float, float]]]
        for _ in range(given.rounds):
            found["alone"].append(cost(lambda: alone(documents, base / "alone")))
            for jobs, name in ((1, "1 process"), (2, "2 processes")):
                found[name].append(cost(lambda jobs=jobs: batch(documents, base / f"out-{jobs}", jobs=jobs)))  # type: ignore[misc]
        for name, costs in found.items():
            wall, cpu = (min(each) for each in zip(*costs, strict=True))
            print(f"{name:12} {wall:7.1f} s wall  {cpu:7.1f} s CPU  {given.count / wall:6.1f} documents a second")
        best = {name: [min(each) for each in zip(*costs, strict=True)] for name, costs in found.items()}
        ratio = best["1 process"][0] / best["2 processes"][0]
        over_wall = best["1 process"][0] / best["alone"][0] - 1
        over_cpu = best["2 processes"][1] / best["alone"][1] - 1
        print(f"2 processes against 1: {ratio:.2f} times (goal 1.8); load {os.getloadavg()[0]:.1f}")
        print(f"overhead of a batch over the documents alone: {over_wall:+.1%} of the time with 1 process, {over_cpu:+.1%} "
              "of the CPU with 2 (goal 15%)")  # fmt: skip
        missed = ratio < 1.8 or over_wall > 0.15
        if given.scheduler:
            missed |= not cluster(documents, base, best["2 processes"])
    return int(missed)


def cost(work: Callable[[], None]) -> tuple[float, float]:
    """Wall and CPU seconds, children too."""
    wall, before = time.perf_counter(), os.times()
    work()
    after = os.times()
    return time.perf_counter() - wall, sum(after[:4]) - sum(before[:4])


def alone(documents: Path, out: Path) -> None:
    """The same work in one warm process without a batch around it: the sum of what single documents cost."""
    shutil.rmtree(out, ignore_errors=True)
    script = (
        "import sys, json; from pathlib import Path; from openbudget.batch.item import Item\n"
        "from openbudget.errors import OpenBudgetError; from openbudget.pipeline import pack_task\n"
        "from openbudget.package.atomic import install\n"
        "out = Path(sys.argv[1])\n"
        "for number, line in enumerate(sys.stdin):\n"
        "    item = Item.from_json(json.loads(line)); stage = out / 'stage' / str(number)\n"
        "    try: made = pack_task(item, stage, {'out': str(out), 'layouts': None})\n"
        "    except OpenBudgetError: continue\n"
        "    target = out / made['package']\n"
        "    if not target.exists(): install(stage / target.name, target)\n"
    )
    import json

    lines = "".join(json.dumps(one.item.to_json()) + "\n" for one in sources.listed(documents, "file", {}))
    subprocess.run([sys.executable, "-c", script, str(out)], input=lines.encode(), check=True)


def batch(documents: Path, out: Path, **settings: Any) -> None:
    """A batch from the beginning."""
    shutil.rmtree(out, ignore_errors=True)
    run_source(out, TASK, Settings(str(documents), **settings), lambda stage, **args: None)


def cluster(documents: Path, base: Path, local: list[float]) -> bool:
    """The same on a Dask cluster of this machine; whether the packages are the same."""
    with workers(base) as address:
        wall, _ = cost(lambda: batch(documents, base / "out-dask", scheduler=address))
    same = not differing(base / "out-2", base / "out-dask")
    print(f"Dask, 2 workers: {wall:.1f} s wall, {wall / local[0] - 1:+.1%} against 2 processes; "
          f"{'the same bytes' if same else 'DIFFERENT BYTES'}")  # fmt: skip
    return same


def differing(one: Path, other: Path) -> list[str]:
    """Files that are not the same in both folders, the run's own apart."""
    names = {path.relative_to(root).as_posix() for root in (one, other) for path in root.rglob("*") if path.is_file()}
    kept = sorted(name for name in names if not name.startswith(".openbudget"))
    _, wrong, missing = filecmp.cmpfiles(one, other, kept, shallow=False)
    return wrong + missing


@contextmanager
def workers(base: Path) -> Iterator[str]:
    """The address of a scheduler with two workers, for the block."""
    import json

    file = base / "scheduler.json"
    started: list[subprocess.Popen[bytes]] = []

    def start(*words: str) -> None:
        command = [sys.executable, "-W", "ignore", "-m", f"distributed.cli.dask_{words[0]}", *words[1:]]
        started.append(subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))

    try:
        start("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(file))
        while not (file.exists() and file.stat().st_size):
            time.sleep(0.05)
        address: str = json.loads(file.read_text())["address"]
        for _ in range(2):
            start("worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", str(base))
        yield address
    finally:
        for child in started:
            child.kill()
            child.wait()


if __name__ == "__main__":
    sys.exit(main())
