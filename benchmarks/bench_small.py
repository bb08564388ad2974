"""From a cold start, CPU time: help, one package, one document"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from measure import PASS, ROOT, SCRIPTS, Result, at_least, at_most, in_turn

ROUNDS = 20


def results() -> Iterator[Result]:
    """What a person waits for, in starts of Python that do nothing; and against frictionless-py on the same package."""
    package = min((ROOT / "datapackages").glob("cn-*"))
    program = [str(SCRIPTS / "openbudget")]
    with tempfile.TemporaryDirectory() as folder:
        commands = {
            "pass": PASS,
            "help": [*program, "--help"],
            "validate": [*program, "validate", str(package)],
            "pack": [*program, "pack", *map(str, (package / "source").iterdir()), "-o", str(Path(folder) / "out")],
        }
        costs = in_turn(commands, ROUNDS)
    nothing = costs["pass"].least
    for name, limit in (("help", 8), ("validate", 12), ("pack", 25)):
        what = f"openbudget {'--help' if name == 'help' else name} : python -c pass"
        yield at_most(what, costs[name].least / nothing, limit, _told(costs[name].least, nothing))
    yield at_most("peak memory of pack", costs["pack"].memory, 120, unit="MB")
    yield at_most("peak memory of validate", costs["validate"].memory, 120, unit="MB")
    peer = [str(SCRIPTS / "frictionless"), "validate", str(package / "datapackage.json")]
    both = in_turn({"ours": commands["validate"], "frictionless": peer}, rounds=7)
    theirs, ours = both["frictionless"].least, both["ours"].least
    what = "frictionless validate : openbudget validate"
    yield at_least(what, theirs / ours, 6, _told(theirs, ours))
    yield at_least(f"{what}, the aim", theirs / ours, 12, _told(theirs, ours))


def _told(one: float, other: float) -> str:
    return f" ({one * 1000:.0f} ms against {other * 1000:.0f} ms)"
