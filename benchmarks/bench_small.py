"""What a person waits for: help, packing one document, checking one package, each from a cold start."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from measure import PASS, ROOT, SCRIPTS, Result, at_least, at_most, in_turn


def results() -> Iterator[Result]:
    """One line a measurement."""
    package = min((ROOT / "datapackages").glob("cn-*"))
    program = [str(SCRIPTS / "openbudget")]
    with tempfile.TemporaryDirectory() as folder:
        commands = {
            "pass": PASS,
            "help": [*program, "--help"],
            "validate": [*program, "validate", str(package)],
            "pack": [*program, "pack", *map(str, (package / "source").iterdir()), "-o", str(Path(folder) / "out")],
        }
        costs = in_turn(commands)
    nothing = costs["pass"].wall

    def told(name: str) -> str:
        return f" ({costs[name].wall * 1000:.0f} ms against {nothing * 1000:.0f} ms)"

    yield at_most("openbudget --help : python -c pass", costs["help"].wall / nothing, 8, told("help"))
    yield at_most("openbudget validate : python -c pass", costs["validate"].wall / nothing, 12, told("validate"))
    yield at_most("openbudget pack : python -c pass", costs["pack"].wall / nothing, 25, told("pack"))
    yield at_most("peak memory of pack", costs["pack"].memory, 120, unit="MB")
    yield at_most("peak memory of validate", costs["validate"].memory, 120, unit="MB")
    peer = [sys.executable, "-m", "frictionless", "validate", str(package / "datapackage.json")]
    ours = commands["validate"]
    both = in_turn({"ours": ours, "frictionless": peer}, rounds=5)
    detail = f" ({both['frictionless'].wall * 1000:.0f} ms against {both['ours'].wall * 1000:.0f} ms)"
    ratio = both["frictionless"].wall / both["ours"].wall
    yield at_least("frictionless validate : openbudget validate", ratio, 12, detail)
