"""No two headings of the same section are the same."""

from __future__ import annotations

from openbudget.checks.data import Data
from openbudget.checks.recorder import Recorder
from openbudget.checks.rule import Rule


def run(rule: Rule, data: Data, out: Recorder) -> None:
    """See the module."""
    seen: set[tuple[object, str]] = set()
    for row in data.rows("sections"):
        if row.get("kind") != "heading" or not row.get("title"):
            continue
        key = (row.get("parent_id"), "".join(str(row["title"]).split()))
        if key in seen:
            out.failed(("sections", row, "title"), terms=[data.term("sections", row, "title")], title=row["title"])
        else:
            seen.add(key)
            out.passed()
