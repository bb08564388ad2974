"""What pages call a package."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from openbudget.site.words import Words


@pytest.mark.parametrize(
    ("level", "chinese", "english"),
    [
        ("unit", "单位决算", "Final accounts (Unit)"),
        ("department", "部门决算", "Final accounts (Department)"),
        (None, "决算", "Final accounts"),
    ],
)
def test_whose_budget_it_is_is_said_where_the_title_says_so(level: str | None, chinese: str, english: str) -> None:
    entry = SimpleNamespace(kind="final-accounts", level=level)
    assert Words("zh").kind(entry) == chinese
    assert Words("en").kind(entry) == english
