"""`python -m tests.batch.one_run SOURCE OUT`: one run of a batch as a process of its own, to be killed."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.batch.conftest import run_folder

if __name__ == "__main__":
    run_folder(Path(sys.argv[1]), Path(sys.argv[2]))
