"""`make bench`: runs the bench_*.py of this folder and prints a table: what, figure, limit, reached or not.

    python benchmarks/run.py                 all bench_*.py, about three minutes
    python benchmarks/run.py small pages     those of them
    python benchmarks/run.py large portal    longer ones (LONG below), each a program of its own with its own page
    python benchmarks/run.py --list          what there is

A bench_*.py has `results()`, which gives measure.Result. The exit code is 1 where a limit is not reached.
"""

from __future__ import annotations

import importlib
import os
import platform
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from measure import Result

HERE = Path(__file__).resolve().parent
LONG = {
    "large": ("validate_large.py", "tables of a million and of ten million rows, beside frictionless and DuckDB"),
    "consolidated": ("validate_consolidated.py", "balance checks of the lines of many bodies in one table"),
    "portal": ("portal.py", "a site of a thousand packages"),
    "truth": ("batch_truth.py", "a batch of made-up disclosures whose truth is known"),
    "corpus": ("corpus.py", "how much of each sample document is recognised"),
}


def main(names: list[str]) -> int:
    """Run the benchmarks named, or all of the short ones."""
    short = {path.stem.removeprefix("bench_"): path.stem for path in sorted(HERE.glob("bench_*.py"))}
    if names == ["--list"]:
        print("\n".join([*short, *(f"{name}  ({about})" for name, (_, about) in LONG.items())]))
        return 0
    if unknown := [name for name in names if name not in short and name not in LONG]:
        print(f"no such benchmark: {', '.join(unknown)}; there are {', '.join([*short, *LONG])}", file=sys.stderr)
        return 2
    load = os.getloadavg()[0]
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, load {load:.1f} (quiet is below 0.5)\n")
    print(_line("", "figure", "limit", "reached"))
    found: list[Result] = []
    for name in [name for name in names if name in short] or ([] if names else list(short)):
        with ProcessPoolExecutor(1, get_context("spawn")) as own:  # what one loads must not weigh on the next
            title, results = own.submit(measured, short[name]).result()
        print(title)
        for result in results:
            reached = {True: "yes", False: "NO", None: ""}[result.met]
            print(_line("  " + result.what, result.figure, result.goal, reached), flush=True)
        found += results
    limits = [result for result in found if result.met is not None]
    missed = [result for result in limits if not result.met]
    print(f"\n{len(limits) - len(missed)} of {len(limits)} limits reached")
    for result in missed:
        print(f"NOT reached: {result.what}: {result.figure}, limit {result.goal}")
    codes = [_long(name) for name in names if name in LONG]
    return 1 if missed or any(codes) else 0


def measured(stem: str) -> tuple[str, list[Result]]:
    """The first line of a benchmark's text, and its results."""
    sys.path.insert(0, str(HERE))
    module = importlib.import_module(stem)
    return str(module.__doc__).splitlines()[0], list(module.results())


def _line(what: str, figure: str, limit: str, reached: str) -> str:
    return f"{what:58}  {figure:38}  {limit:9}  {reached}".rstrip()


def _long(name: str) -> int:
    file, about = LONG[name]
    print(f"{name}: {about}", flush=True)
    return subprocess.run([sys.executable, str(HERE / file)], check=False).returncode


if __name__ == "__main__":
    sys.path.insert(0, str(HERE))
    sys.exit(main(sys.argv[1:]))
