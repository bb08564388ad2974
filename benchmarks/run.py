"""`make bench`: runs every bench_*.py of this folder (or those named) and prints one line a measurement.

A module has `results()`, which gives measure.Result. The exit code is 1 where a goal is missed.
"""

from __future__ import annotations

import importlib
import os
import platform
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def main(names: list[str]) -> int:
    """Run the benchmarks; `names` without `bench_` and `.py`."""
    sys.path.insert(0, str(HERE))
    found = sorted(path.stem for path in HERE.glob("bench_*.py"))
    chosen = [stem for stem in found if not names or stem.removeprefix("bench_") in names]
    load = os.getloadavg()[0]
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, load {load:.1f} (quiet is below 0.5)\n")
    missed = 0
    for stem in chosen:
        module = importlib.import_module(stem)
        print((module.__doc__ or stem).splitlines()[0])
        for result in module.results():
            mark = {True: "ok", False: "MISSED", None: ""}[result.met]
            missed += result.met is False
            print(f"  {result.what:48} {result.figure:36} {result.goal:10} {mark}", flush=True)
        print()
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
