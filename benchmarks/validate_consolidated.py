"""Balance checks of the lines of many bodies, beside the structural pass over the same table.

python benchmarks/validate_consolidated.py [ROWS …]      default: one million; 1 % of the bodies have a fault
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from consolidated import write
from measure import PASS, SCRIPTS, in_turn

GOAL = 1.5  # CPU time of the checks : that of the structural pass
_STRUCTURE = "import sys; from openbudget.package import open_package; open_package(sys.argv[1], any_rows=False)"


def main(sizes: list[int]) -> int:
    """Print a line for each size; 1 where the goal is missed."""
    missed = False
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            rows, faulty = write(Path(folder), size)
            commands = {
                "structure": [*PASS[:1], "-c", _STRUCTURE, folder],
                "validate": [str(SCRIPTS / "openbudget"), "validate", folder],
            }
            costs = in_turn(commands, rounds=3, codes=(0, 1))
        structure, whole = costs["structure"], costs["validate"]
        ratio = (whole.least - structure.least) / structure.least
        missed = missed or ratio > GOAL
        print(
            f"{rows:,} rows, {faulty} bodies with a fault: structure {structure.least:.1f} CPU-s, with checks"
            f" {whole.least:.1f} CPU-s; checks : structure {ratio:.2f} (goal {GOAL}); peak of the largest process"
            f" {structure.memory:.0f} and {whole.memory:.0f} MB"
        )
    return int(missed)


if __name__ == "__main__":
    sys.exit(main([int(one) for one in sys.argv[1:]] or [1_000_000]))
