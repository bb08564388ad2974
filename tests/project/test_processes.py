"""No process of ours outlives the one that started it, even where that is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from openbudget.errors import LimitError
from openbudget.processes import workers

_ASKED = """
import os, signal
from openbudget.processes import workers

def raised():
    os.kill(os.getpid(), signal.SIGINT)
    return signal.getsignal(signal.SIGTERM) is signal.SIG_DFL

if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: None)
    with workers(1) as pool:
        print(pool.submit(raised).result())
"""

_POOL = """
import os, sys, time
from concurrent.futures import ProcessPoolExecutor
from openbudget.processes import workers

def main(start):
    with workers(2, start) as pool:
        print(*{pool.submit(os.getpid).result() for _ in range(50)}, flush=True)
        list(pool.map(time.sleep, [600] * 4))

if __name__ == "__main__":
    main(sys.argv[1] or None)
"""


def _alive(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"  # nobody may be there to bury it


@pytest.mark.skipif(sys.platform != "linux", reason="prctl is of Linux")
@pytest.mark.parametrize("start", ["", "spawn"])
def test_workers_end_with_the_process_that_started_them(tmp_path: Path, start: str) -> None:
    script = tmp_path / "pool.py"
    script.write_text(_POOL, encoding="utf-8")
    with subprocess.Popen(
        [sys.executable, str(script), start], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as parent:
        assert parent.stdout is not None
        processes = [int(word) for word in parent.stdout.readline().split()]
        assert processes
        assert all(map(_alive, processes))
        os.kill(parent.pid, signal.SIGKILL)
    end = time.monotonic() + 60
    while left := [process for process in processes if _alive(process)]:
        assert time.monotonic() < end, left
        time.sleep(0.02)


def test_workers_leave_what_the_terminal_says_to_the_process_that_started_them() -> None:
    """Each told of Ctrl-C with a traceback of its own."""
    ran = subprocess.run([sys.executable, "-c", _ASKED], capture_output=True, text=True, check=False)
    assert (ran.stdout, ran.stderr) == ("True\n", "")


def test_a_process_that_is_killed_is_no_fault_of_the_program() -> None:
    with pytest.raises(LimitError) as told, workers(1, "spawn") as pool:
        pool.submit(os._exit, 9).result()
    assert told.value.key == "processes.lost"
