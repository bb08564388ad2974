"""Large tables: CPU, wall and memory of `check_tables` beside frictionless-py and DuckDB, in one run.

    python benchmarks/validate_large.py [ROWS …]     default: 1000000 10000000

The table is that of `large_table.py` (12 columns, every 1,000th row faulty). Each tool runs as a process of its own;
the figures are medians of three runs taken in turn. frictionless-py is run once, on the smallest table only, and is
taken to grow in proportion. DuckDB only reads: it adds up the lengths of all cells. Where half of the rows are faulty, all
faults are found, counted and kept with row, line, field, value and key; going through them one by one, as reports do, is
measured apart.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import large_table
from measure import run_once

OURS = """
import sys
from openbudget.package.container import Folder
from openbudget.package.findings import Structure
from openbudget.package.resources import table_sources
from openbudget.tabular import check_tables
import json
from pathlib import Path
folder = Path(sys.argv[1])
descriptor = json.loads((folder / "datapackage.json").read_bytes())
results = check_tables(list(table_sources(Folder(folder), descriptor, False, Structure())))
found = sum(len(result.faults) for result in results.values())
assert found == int(sys.argv[2]), found
if len(sys.argv) > 3:
    assert found == sum(1 for result in results.values() for fault in result.faults)
"""
_DUCKDB = """
import sys, duckdb
names = sys.argv[2].split(",")
columns = "{" + ", ".join(f"'{name}': 'VARCHAR'" for name in names) + "}"
sums = ", ".join(f"sum(strlen({name}))" for name in names)
duckdb.sql(f"select {sums} from read_csv('{sys.argv[1]}/lines.csv', auto_detect=false, header=true, columns={columns})").fetchall()
"""
_FRICTIONLESS = """
import sys, frictionless
report = frictionless.validate(sys.argv[1] + "/datapackage.json", limit_errors=10**9)
assert not report.valid
"""


def _told(name: str, runs: list[tuple[float, float, float]]) -> float:
    wall, cpu, memory = (statistics.median(run[index] for run in runs) for index in range(3))
    print(f"  {name:28} wall {wall:8.2f} s   CPU {cpu:8.2f} s   peak {memory:6.0f} MB", flush=True)
    return cpu


def _write(folder: str, rows: int, share: float) -> int:
    """Make the table in a process of its own: a child's peak memory begins at that of its parent."""
    command = [sys.executable, large_table.__file__, folder, str(rows), str(share)]
    return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def main(sizes: list[int]) -> None:
    """Measure tables of these numbers of rows."""
    names = ",".join(field["name"] for field in large_table.SCHEMA["fields"])
    peer = 0.0
    for rows in sorted(sizes):
        with tempfile.TemporaryDirectory(prefix="openbudget-") as folder:
            faults = _write(folder, rows, 0.001)
            ours = [sys.executable, "-c", OURS, folder, str(faults)]
            duck = [sys.executable, "-c", _DUCKDB, folder, names]
            print(f"{rows:,} rows, {(Path(folder) / 'lines.csv').stat().st_size / 1e6:,.0f} MB, {faults} faults")
            pairs = [(run_once(ours), run_once(duck)) for _ in range(3)]
            cpu = _told("openbudget", [pair[0] for pair in pairs])
            read = _told("DuckDB, touch every cell", [pair[1] for pair in pairs])
            if not peer:
                once = _told("frictionless (once)", [run_once([sys.executable, "-c", _FRICTIONLESS, folder])])
                peer = once / rows
            print(f"  CPU: {peer * rows / cpu:.0f} x less than frictionless, {cpu / read:.2f} x DuckDB")
        with tempfile.TemporaryDirectory(prefix="openbudget-") as folder:
            faults = _write(folder, rows, 0.5)
            command = [*ours[:3], folder, str(faults)]
            half = _told("openbudget, half faulty", [run_once(command) for _ in range(3)])
            read = _told("… and all faults read", [run_once([*command, "read"])])
            print(
                f"  half of the rows faulty: {half / cpu:.2f} x the CPU; with all {faults:,} faults read {read / cpu:.2f} x\n"
            )


if __name__ == "__main__":
    main([int(text) for text in sys.argv[1:]] or [1_000_000, 10_000_000])
