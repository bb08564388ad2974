"""Time and memory of whole commands, compared within one run.

Machines differ and are busy, so seconds mean little; ratios, taken in turn on the same machine in the same minutes,
mean more. `least` is the CPU time of the cheapest run: whatever else the machine does can only add to it. The other
figures are medians; `spread` says how far the quickest and the slowest lay apart.

Commands run as they do where the program is installed: with bytecode beside the sources (the first run, which does not
count, writes it) and with buffered output, whatever the environment says.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PASS = [sys.executable, "-c", "pass"]
SCRIPTS = Path(sys.executable).parent


@dataclass(frozen=True)
class Cost:
    """Medians over the runs of a command: wall and CPU seconds, peak memory in MB; `spread` = slowest / quickest;
    `least`: the CPU seconds of the cheapest run."""

    wall: float
    cpu: float
    memory: float
    spread: float
    least: float


@dataclass(frozen=True)
class Result:
    """One line of the page: what was measured, what came out, the goal, and whether it is met (None: no goal)."""

    what: str
    figure: str
    goal: str
    met: bool | None


def run_once(command: Sequence[str], codes: Sequence[int] = (0,)) -> tuple[float, float, float]:
    """Wall seconds, CPU seconds and peak memory (MB) of one run; RuntimeError for an exit code not in `codes`."""
    environment = {**os.environ, "OPENBUDGET_LANG": "en", "PYTHONWARNINGS": "ignore"}
    for name in ("PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED"):
        environment.pop(name, None)
    start = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment, cwd=ROOT)
    assert child.stderr is not None
    said = child.stderr.read()
    _, status, used = os.wait4(child.pid, 0)
    wall = time.perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in codes:
        raise RuntimeError(f"{' '.join(command)}: exit {child.returncode}\n{said.decode(errors='replace')[-2000:]}")
    return wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def in_turn(commands: dict[str, Sequence[str]], rounds: int = 9, codes: Sequence[int] = (0,)) -> dict[str, Cost]:
    """The cost of each command, run one after the other, `rounds` times over (and once before, to warm the disk)."""
    runs: dict[str, list[tuple[float, float, float]]] = {name: [] for name in commands}
    for turn in range(rounds + 1):
        for name, command in commands.items():
            measured = run_once(command, codes)
            if turn:
                runs[name].append(measured)
    return {name: _cost(measured) for name, measured in runs.items()}


def _cost(runs: Sequence[tuple[float, float, float]]) -> Cost:
    walls, cpus, memories = zip(*runs, strict=True)
    middle = statistics.median
    return Cost(middle(walls), middle(cpus), middle(memories), max(walls) / min(walls), min(cpus))


def at_most(what: str, figure: float, goal: float, detail: str = "", unit: str = "x") -> Result:
    """A result that should not be above `goal`."""
    return Result(what, f"{figure:.1f} {unit}{detail}", f"<= {goal:g} {unit}", figure <= goal)


def at_least(what: str, figure: float, goal: float, detail: str = "", unit: str = "x") -> Result:
    """A result that should not be below `goal`."""
    return Result(what, f"{figure:.1f} {unit}{detail}", f">= {goal:g} {unit}", figure >= goal)
