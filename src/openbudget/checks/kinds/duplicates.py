"""No two headings of the same section are the same; one that is pasted twice in a row, number and all, seems to stand
under itself."""

from __future__ import annotations

from openbudget.checks.data import Data, Row
from openbudget.checks.recorder import Recorder
from openbudget.checks.rule import Rule


def run(rule: Rule, data: Data, out: Recorder) -> None:
    """See the module."""
    seen: set[tuple[object, str]] = set()
    for row in data.rows("sections"):
        if row.get("kind") != "heading" or not row.get("title"):
            continue
        key = (row.get("parent_id"), _printed(row)[1])
        above = data.row("sections", row.get("parent_id"))
        again = above is not None and bool(row.get("number")) and _printed(above) == _printed(row)
        if key in seen or again:
            out.failed(("sections", row, "title"), terms=[data.term("sections", row, "title")], title=row["title"])
        else:
            seen.add(key)
            out.passed()


def _printed(heading: Row) -> tuple[object, str]:
    return heading.get("number"), "".join(str(heading.get("title") or "").split())
