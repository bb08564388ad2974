"""What the tests of batches share: documents to make, runs to start, folders to compare."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from openbudget.batch import journal, sources
from openbudget.batch.item import Outcome
from openbudget.batch.run import Again, Ran, Settings, Tell, run

TASK = "tests.batch.tasks:pack"
Write = Callable[..., Path]
Run = Callable[..., Ran]


def write(folder: Path, key: str, **said: Any) -> Path:
    """A document for `tests.batch.tasks`; its package is named as the document unless `name` says otherwise."""
    path = folder / key
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"name": f"cn-{Path(key).stem}", **said}), encoding="utf-8")
    return path


def snapshot(out: Path) -> dict[str, str]:
    """Every file and folder of an output folder, without the run's own; file → hash of its bytes."""
    found = {}
    for path in sorted(out.rglob("*")):
        name = path.relative_to(out).as_posix()
        if not name.startswith(".openbudget"):
            found[name] = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "folder"
    return found


def outcomes(out: Path) -> dict[str, Outcome]:
    """The journal's last word on each document."""
    return journal.read(out).outcomes


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A folder for documents."""
    (tmp_path / "source").mkdir()
    return tmp_path / "source"


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """A folder for packages, not made yet."""
    return tmp_path / "out"


def silent(stage: str, **args: object) -> None:
    """Tell nobody."""


def run_folder(
    source: Path, out: Path, again: Again | None = None, task: str = TASK, tell: Tell = silent, **settings: Any
) -> Ran:
    """Pack all documents of a folder."""
    made = Settings(str(source), **{"jobs": 2, "seconds": 20.0, "memory": 1 << 30, **settings})
    items = [one.item for one in sources.listed(source, made.each, made.given)]
    return run(items, out, task, made, tell, again)
