"""Packages to publish: small ones made of the project's own."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "datapackages" / "cn-130433-434-2021-budget"
TABLES = ("organizations", "budget_lines", "glossary")


def package(folder: Path, agency: str, tables: tuple[str, ...] = TABLES) -> Path:
    """A package of its own name, with some of the tables of the project's package."""
    name = f"cn-130433-{agency}-2021-budget"
    path = folder / name
    path.mkdir(parents=True)
    about = json.loads((SOURCE / "datapackage.json").read_bytes())
    about["name"] = name
    about["resources"] = [one for one in about["resources"] if one["name"] in tables]
    for one in (*about["resources"], *about["sources"]):
        (path / one["path"]).parent.mkdir(exist_ok=True)
        shutil.copy(SOURCE / one["path"], path / one["path"])
    shutil.copy(SOURCE / "report.json", path)
    (path / "datapackage.json").write_text(json.dumps(about, ensure_ascii=False), encoding="utf-8")
    return path


def changed(path: Path, table: str, old: str, new: str) -> Path:
    """Change a figure of a table, and the descriptor with it."""
    about = json.loads((path / "datapackage.json").read_bytes())
    for one in about["resources"]:
        if one["name"] == table:
            file = path / one["path"]
            content = file.read_bytes()
            assert old.encode() in content
            content = content.replace(old.encode(), new.encode(), 1)
            file.write_bytes(content)
            one["hash"] = f"sha256:{hashlib.sha256(content).hexdigest()}"
            one["bytes"] = len(content)
    (path / "datapackage.json").write_text(json.dumps(about, ensure_ascii=False), encoding="utf-8")
    return path
