"""Every target and every option of it stands in the guides, in both languages."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import pytest

from openbudget import publish as framework
from openbudget.messages import say

GUIDES = Path(__file__).parents[2] / "docs" / "how-to"


def _text(english: bool) -> str:
    pages = [path for path in sorted(GUIDES.glob("*.md")) if path.name.endswith(".en.md") is english]
    return "\n".join(path.read_text(encoding="utf-8") for path in pages)


@pytest.mark.parametrize("english", [False, True])
@pytest.mark.parametrize("name", sorted(framework.targets()))
def test_the_guides_name_targets_and_options(name: str, english: bool) -> None:
    text = _text(english)
    target: framework.Target = import_module(framework.targets()[name]).TARGET
    assert f"{name}:" in text
    missing = [one for one in target.options if not re.search(rf"-O {re.escape(one)}=|`{re.escape(one)}`", text)]
    assert not missing
    for key in target.options.values():
        assert say(key, "en" if english else "zh")
