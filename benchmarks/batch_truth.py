"""A batch of made-up disclosures held against the truth: every outcome, every planted fault, no false one.

`python benchmarks/batch_truth.py [COUNT] [--jobs N] [--faults SHARE] [--seed S]` prints what differs and the rates.
"""

from __future__ import annotations

import argparse
import csv
import json
import resource
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from openbudget.batch import journal
from openbudget.batch.run import Settings, run_source

sys.path.insert(0, str(Path(__file__).resolve().parent))
from generator import corpus

TASK = "openbudget.pipeline:pack_task"


def differences(truth: Path, out: Path) -> tuple[Counter[str], list[str]]:
    """What was compared, and a line for each document that is not as the truth says."""
    outcomes = journal.read(out).outcomes
    seen: Counter[str] = Counter()
    wrong: list[str] = []
    with truth.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            one = outcomes.get(row["document"])
            if one is None:
                wrong.append(f"{row['document']}: no outcome")
                continue
            seen[str(one.kind)] += 1
            reason = one.reason.key if one.reason else ""
            if str(one.kind) != row["outcome"] or (row["reason"] not in (reason, "*")):
                wrong.append(
                    f"{row['document']}: {one.kind} {reason}, not {row['outcome']} {row['reason']}  [{row['fault']}]"
                )
                continue
            if one.package is None:
                continue
            report = json.loads((out / one.package / "report.json").read_bytes())
            found = {finding["rule"] for finding in report["findings"] if finding["severity"] in ("error", "warning")}
            expected = set(row["rules"].split())
            seen["faults planted"] += bool(row["fault"])
            if found != expected:
                missed, false = sorted(expected - found), sorted(found - expected)
                wrong.append(f"{row['document']}: missed {missed}, false {false}  [{row['fault']}]")
    seen["unknown documents"] = len(set(outcomes)) - sum(
        seen[kind] for kind in ("packed", "packed_with_findings", "refused", "crashed")
    )
    return seen, wrong


def resident() -> float:
    """Memory that this process holds, in MB."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 2**20


def main() -> int:
    """Make, pack, compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int, nargs="?", default=300)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--faults", type=float, default=0.15)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        base = given.keep or Path(scratch)
        source, out = base / "documents", base / "packages"
        corpus.write(source, corpus.made(given.seed, given.count, given.faults))
        held: list[tuple[float, float]] = []

        def tell(stage: str, **args: Any) -> None:
            if stage == "batch" and args["done"]:
                held.append((args["done"] / args["total"], resident()))

        ran = run_source(out, TASK, Settings(str(source), jobs=given.jobs), tell)
        seen, wrong = differences(base / "truth.csv", out)
        spent = sum(one.seconds for one in journal.read(out).outcomes.values())
    print(
        f"{given.count} documents, {given.jobs} processes: {ran.seconds:.1f} s, {given.count / ran.seconds:.1f} a second"
    )
    print(f"work of the documents alone {spent:.1f} s; overhead {ran.seconds * given.jobs / spent - 1:+.1%}")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    parts = [[size for done, size in held if low <= done < low + 0.25] for low in (0.0, 0.25, 0.5, 0.75)]
    most = " ".join(f"{max(part, default=0):.0f}" for part in parts)
    print(f"memory of the run in its four quarters: {most} MB; the biggest process that packs: {peak:.0f} MB")
    print(dict(seen))
    for line in wrong[:40]:
        print("  " + line)
    print(f"{len(wrong)} differences")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
