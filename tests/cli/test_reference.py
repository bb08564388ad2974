"""docs/reference/cli*.md say what the commands say of themselves, and the examples in that run."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest

from openbudget.cli import main
from openbudget.cli._reference import pages

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "reference"


@pytest.mark.parametrize("name", sorted(pages()))
def test_reference_is_what_the_commands_say(name: str) -> None:
    path = FOLDER / name
    assert path.is_file() and path.read_text(encoding="utf-8") == pages()[name], "run: make generate"


def _examples() -> list[str]:
    """The example lines of the helps whose input is in the project."""
    found = set()
    for texts in json.loads((ROOT / "src/openbudget/messages/cli.json").read_text(encoding="utf-8")).values():
        for line in "\n".join(texts.values()).splitlines() if isinstance(texts, dict) else []:
            example = re.split(r"\s{3,}", line.strip())[0]
            if re.match(r"openbudget (?:schema|explain|trace|template|(?:validate|export) datapackages/)", example):
                found.add(example)
    return sorted(found)


@pytest.mark.parametrize("example", _examples())
def test_examples_of_the_helps_run(example: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "datapackages").symlink_to(ROOT / "datapackages")
    monkeypatch.chdir(tmp_path)
    assert main(shlex.split(example)[1:]) == 0


def test_there_are_examples() -> None:
    commands = {example.split()[1] for example in _examples()}
    assert commands == {"schema", "explain", "trace", "template", "validate", "export"}
