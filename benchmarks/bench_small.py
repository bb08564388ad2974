"""From a cold start, CPU time: help, one package, one document"""

from __future__ import annotations

import json
import shutil
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
    yield from _beside_frictionless(package)


def _beside_frictionless(package: Path) -> Iterator[Result]:
    """`validate` of the package with all its checks; and of six of its tables as anybody's, of which both programs check
    the same: structure, types, constraints, keys."""
    with tempfile.TemporaryDirectory() as folder:
        plain = _six_tables(package, Path(folder))
        ours, theirs = [str(SCRIPTS / "openbudget"), "validate"], [str(SCRIPTS / "frictionless"), "validate"]
        commands = {
            "whole": [*ours, str(package)],
            "whole, frictionless": [*theirs, str(package / "datapackage.json")],
            "plain": [*ours, str(plain)],
            "plain, frictionless": [*theirs, str(plain / "datapackage.json")],
        }
        costs = {name: cost.least for name, cost in in_turn(commands, rounds=7).items()}
    for name, what in (("whole", "the sample, all checks"), ("plain", "six plain tables")):
        told = costs[f"{name}, frictionless"], costs[name]
        said = f"frictionless : openbudget, {what}"
        yield at_least(said, told[0] / told[1], 6, _told(*told))
        yield at_least(f"{said}, the aim", told[0] / told[1], 12, _told(*told))


def _six_tables(package: Path, folder: Path) -> Path:
    """Tables of a package as a package of nobody's standard, under names of their own."""
    described = json.loads((package / "datapackage.json").read_bytes())
    resources = []
    for resource in described["resources"][:6]:
        path = f"{resource['name']}_.csv"
        shutil.copyfile(package / resource["path"], folder / path)
        for key in resource["schema"].get("foreignKeys", ()):
            if key["reference"]["resource"]:
                key["reference"]["resource"] += "_"
        resources.append({"name": f"{resource['name']}_", "path": path, "schema": resource["schema"]})
    (folder / "datapackage.json").write_text(json.dumps({"name": "plain", "resources": resources}), encoding="utf-8")
    return folder


def _told(one: float, other: float) -> str:
    return f" ({one * 1000:.0f} ms against {other * 1000:.0f} ms)"
