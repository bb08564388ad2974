"""A heading has something under it: text, a table, or a heading of a lower level.

rows_by_code   by code of a heading: the table (and the values of its rows) that holds what stands under it
beside         codes of headings (部门预算公开表) that head what follows under unnumbered headings like themselves
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from openbudget.checks.data import Data, Row, matches
from openbudget.checks.recorder import Recorder
from openbudget.checks.rule import Rule

_TITLE = re.compile(r"\d{4}\s*年.*(?:预算|决算)")


def run(rule: Rule, data: Data, out: Recorder) -> None:
    """See the module."""
    rows = data.rows("sections")
    first = next((row for row in rows if row.get("kind") == "heading"), None)
    names = [str(row.get("name")) for row in data.rows("organizations") if row.get("name")]
    parents = {row.get("parent_id") for row in rows}
    for at, row in enumerate(rows):
        if row.get("kind") != "heading" or row.get("code") == "contents" or row.get("level") == 0:
            continue
        if (row is first and _TITLE.search(str(row.get("title") or ""))) or _is_title(row, names):
            continue  # the title of a document: what follows stands beside it, not under it
        if str(row.get("title") or "").endswith(("。", "；", "，", ";")):
            continue  # a numbered sentence, not a heading
        following = rows[at + 1] if at + 1 < len(rows) else None
        stands = row.get("text") or row.get("id") in parents or _continues(following)
        stands = stands or (row.get("code") in rule.params.get("beside", ()) and _follows(row, following))
        if stands or _held_elsewhere(data, row, rule.params.get("rows_by_code", {})):
            out.passed()
        else:
            title = " ".join(str(row.get(name)) for name in ("number", "title") if row.get(name))
            out.failed(("sections", row, "title"), terms=[data.term("sections", row, "title")], title=title)


def _is_title(heading: Row, names: Sequence[str]) -> bool:
    """Whether a heading without number and without one above it names a body and the budget of its year: of several
    files (tables, and a note to them) each has a title."""
    title = str(heading.get("title") or "")
    bare = not heading.get("number") and not heading.get("parent_id")
    return bare and _TITLE.search(title) is not None and any(name in title for name in names)


def _continues(following: Row | None) -> bool:
    """Whether the next piece belongs to the heading before it although it does not say so."""
    return following is not None and following.get("kind") != "heading" and following.get("parent_id") is None


def _follows(heading: Row, following: Row | None) -> bool:
    """Whether a heading without number is followed by another, which stands beside it."""
    if following is None or following.get("kind") != "heading" or heading.get("number") or following.get("number"):
        return False
    return heading.get("parent_id") == following.get("parent_id")


def _held_elsewhere(data: Data, heading: Row, rows_by_code: Mapping[str, Any]) -> bool:
    entry = rows_by_code.get(str(heading.get("code")))
    return entry is not None and any(matches(row, entry.get("where", {})) for row in data.rows(entry["table"]))
