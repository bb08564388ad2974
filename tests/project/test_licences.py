"""What the program is built on may be used by anybody for anything: permissive licences only."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

import pytest

from tests.project.conftest import ROOT

PERMISSIVE = re.compile(r"\b(MIT|BSD|Apache|ISC|HPND|PSF|Python Software Foundation|Unlicense|0BSD|MIT-CMU)\b", re.I)
STRICT = re.compile(r"\b(A?GPL|LGPL|GNU|EUPL|SSPL|CC-BY-NC)\b", re.I)


def _name(requirement: str) -> str:
    return re.split(r"[\s<>=!~\[;]", requirement)[0]


def _required() -> list[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return sorted({_name(line) for line in project["dependencies"]})


def _with_theirs(names: list[str]) -> list[str]:
    seen: dict[str, None] = {}
    waiting = list(names)
    while waiting:
        name = re.sub(r"[-_.]+", "-", waiting.pop()).lower()
        if name in seen:
            continue
        try:
            requires = metadata(name).get_all("Requires-Dist") or []
        except PackageNotFoundError:
            continue  # for another system or Python than this
        seen[name] = None
        waiting += [_name(line) for line in requires if "extra ==" not in line]
    return sorted(seen)


@pytest.mark.parametrize("name", _with_theirs(_required()))
def test_licence_is_permissive(name: str) -> None:
    about = metadata(name)
    said = [about.get("License-Expression"), *[c for c in about.get_all("Classifier") or [] if c.startswith("License")]]
    text = " ".join(part for part in said if part) or (about.get("License") or "")[:200]
    assert PERMISSIVE.search(text), f"{name}: {text!r}"
    assert not STRICT.search(text), f"{name}: {text!r}"


def test_our_own_licence_is_there(root: Path) -> None:
    assert "MIT License" in (root / "LICENSE").read_text(encoding="utf-8")


def test_constraints_pin_every_dependency(root: Path) -> None:
    lines = (root / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pinned = {re.sub(r"[-_.]+", "-", line.partition("==")[0]).lower() for line in lines if "==" in line}
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = {_name(line) for line in [*project["dependencies"], *project["optional-dependencies"]["dev"]]}
    assert {re.sub(r"[-_.]+", "-", name).lower() for name in wanted} <= pinned
