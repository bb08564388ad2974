"""A batch of real work, killed (SIGKILL, the run and its processes) again and again at random moments, against an
undisturbed one: the same bytes.

`python benchmarks/batch_killed.py [COUNT] [--kills N] [--seed S]`. The moments are spread over the whole run by what
is already done, and lie anywhere within a second after it.
"""

from __future__ import annotations

import argparse
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from batch_speed import differing
from generator import corpus

from openbudget.batch import journal


def main() -> int:
    """Run undisturbed, run killed, compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int, nargs="?", default=1000)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        base = Path(scratch)
        corpus.write(base / "documents", corpus.made(given.seed, given.count, 0.1))
        start(base, "undisturbed").wait()
        done = killed(base, given.count, given.kills, random.Random(given.seed))
        wrong = differing(base / "undisturbed", base / "killed")
    print(f"{given.count} documents; killed when done: {' '.join(map(str, done))}")
    print(f"{len(wrong)} files differ" + "".join(f"\n  {name}" for name in wrong[:20]))
    return int(bool(wrong) or len(done) < given.kills)


def start(base: Path, out: str) -> subprocess.Popen[bytes]:
    """`openbudget pack` as a person calls it."""
    command = [
        sys.executable,
        "-m",
        "openbudget",
        "pack",
        str(base / "documents"),
        "--each",
        "file",
        "-o",
        str(base / out),
    ]
    return subprocess.Popen([*command, "--jobs", "2"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def killed(base: Path, count: int, kills: int, dice: random.Random) -> list[int]:
    """Kill a batch `kills` times, then let it end; how much was done each time."""
    done = []
    for number in range(kills):
        child = start(base, "killed")
        goal = count * (number + dice.random()) / (kills + 1)
        while child.poll() is None and outcomes(base / "killed") < goal:
            time.sleep(0.01)
        time.sleep(dice.random())
        child.send_signal(signal.SIGKILL)
        if child.wait() == -signal.SIGKILL:
            done.append(outcomes(base / "killed"))
    start(base, "killed").wait()
    return done


def outcomes(out: Path) -> int:
    """How many outcomes the journal holds."""
    path = journal.path_of(out)
    return path.read_bytes().count(b'"t":"done"') if path.exists() else 0


if __name__ == "__main__":
    sys.exit(main())
