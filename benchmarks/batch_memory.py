"""What a batch itself holds in memory, however many documents it is through: documents that take no time, with outcomes
as real ones have them.

`python benchmarks/batch_memory.py [COUNT] [--jobs N]` prints the memory of the run as it goes on, and what each document
adds: as one of the list of documents, and again when it is done. More than 0.75 kB for the latter is a failure.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import resource
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from openbudget.batch import sources
from openbudget.batch.item import Item
from openbudget.batch.run import Settings, run
from openbudget.batch.status import status
from openbudget.package.atomic import write_folder

COUNTS = {"note": 3}
ROWS = {"budget_lines": 160, "organizations": 3, "procurement": 2, "projects": 9, "targets": 30}
LACKS = {"recognise.no_rule": ["其他需要说明的情况第#条", "本部门#年#月#日"]}


def main() -> int:
    """Run, and print what it takes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int, nargs="?", default=20_000)
    parser.add_argument("--jobs", type=int, default=2)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        source, out = Path(scratch, "documents"), Path(scratch, "packages")
        for number in range(given.count):
            folder = source / f"{130000 + number // 100}"
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"某某县某某局2021年部门预算公开{number:07}.txt").touch()
        start = peak()
        items = [one.item for one in sources.listed(source, "file", {}, out)]
        listed, seen = peak(), []  # type: tuple[float, list[float]]

        def tell(stage: str, **args: Any) -> None:
            if "done" in args:
                seen.append(peak())

        ran = run(items, out, "batch_memory:pack", Settings(str(source), jobs=given.jobs), tell)
        done = peak()
        status(out)
        every = max(1, len(seen) // 8)
        print(f"{dict(ran.kinds)}; MB as it goes on: {' '.join(f'{one:.1f}' for one in seen[::every])}")
        print(f"peak: {start:.1f} MB before, {listed:.1f} listed, {done:.1f} done, {peak():.1f} with the summary")
        each = 1e3 * (done - seen[0]) / given.count
        print(f"a document: {1e3 * (listed - start) / given.count:.2f} kB listed, {each:.2f} kB more when done")
    return int(each > 0.75)


def peak() -> float:
    """The most memory that this process had until now, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


def pack(item: Item, stage: Path, settings: Mapping[str, Any]) -> dict[str, Any]:
    """A package of a descriptor alone."""
    number = Path(item.files[0]).stem[-7:]
    place = f"130433/2021/cn-130433-{number}-2021-budget"
    descriptor = f'{{"name": "{number}", "sources": [{{"path": "{os.path.basename(item.files[0])}"}}]}}'.encode()
    write_folder(stage / Path(place).name, {"datapackage.json": descriptor})
    return {
        "package": place, "agency": f"某某县第{number}局", "counts": COUNTS, "rows": ROWS, "lacks": LACKS, "staged": True,
        "descriptor": hashlib.sha256(descriptor).hexdigest(),
    }  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
