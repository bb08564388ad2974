"""docs/reference/cli*.md say what the commands say of themselves."""

from __future__ import annotations

from pathlib import Path

import pytest

from openbudget.cli._reference import pages

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "reference"


@pytest.mark.parametrize("name", sorted(pages()))
def test_reference_is_what_the_commands_say(name: str) -> None:
    path = FOLDER / name
    assert path.is_file() and path.read_text(encoding="utf-8") == pages()[name], "run: make generate"
