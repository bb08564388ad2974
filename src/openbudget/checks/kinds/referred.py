"""A table that the text refers to is in the document.

names   regular expression of a name → what must be there: {statement: one or more of budget_lines}, {table: a
        table with rows} or {project_rows: true}
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from openbudget.checks.data import Data, Row
from openbudget.checks.recorder import Recorder
from openbudget.checks.rule import Rule
from openbudget.checks.wording import listed

_OF_SENTENCES = frozenset("。；，,;“”")


def run(rule: Rule, data: Data, out: Recorder) -> None:
    """See the module."""
    statements = {
        row.get("statement") for row in data.rows("budget_lines") if not data.in_sentence("budget_lines", row, "amount")
    }
    contents = {row.get("id") for row in data.rows("sections") if row.get("code") == "contents"}
    titles = [_plain(row.get("title")) for row in data.rows("sections")]
    texts = [_plain(row.get("text")) for row in data.rows("sections")]
    titles += [text for text in texts if _is_caption(text)]
    names = {re.compile(pattern): there for pattern, there in rule.params["names"].items()}
    absent: dict[str, Row] = {}
    for section, text in zip(data.rows("sections"), texts, strict=True):
        listing = section.get("code") == "contents" or section.get("parent_id") in contents
        if section.get("kind") == "heading" or listing or _is_caption(text):
            continue
        if "表" not in text:
            continue
        for pattern, there in names.items():
            for match in pattern.finditer(text):
                if _present(data, there, statements, titles, match[0]):
                    out.passed()
                else:
                    absent.setdefault(match[0], section)
    if absent:
        first = next(iter(absent.values()))
        out.failed(
            ("sections", first, "text"),
            key=sorted(absent),
            terms=[data.term("sections", row, "text", label=name)._replace(value=name) for name, row in absent.items()],
            actual="、".join(absent),
            names=listed(absent),
            count=str(len(absent)),
        )


def _is_caption(text: str) -> bool:
    """Whether a text is the caption of a table, not a sentence that refers to one."""
    return 0 < len(text) <= 40 and _OF_SENTENCES.isdisjoint(text)


def _present(data: Data, there: Mapping[str, Any], statements: set[Any], titles: list[str], name: str) -> bool:
    if "statement" in there:
        wanted = there["statement"]
        if statements & set(wanted if isinstance(wanted, list) else [wanted]):
            return True
    if "table" in there and data.rows(there["table"]):
        return True
    if "project_rows" in there and any(
        row.get("project") and not data.in_sentence("budget_lines", row, "amount") for row in data.rows("budget_lines")
    ):
        return True
    return any(name in title for title in titles)


def _plain(text: object) -> str:
    return "".join(str(text or "").split())
