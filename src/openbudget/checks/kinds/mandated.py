"""The statements that must be disclosed are in the document, or it says that there is nothing to show.

statements   codes of the statements
empty        by code of a statement: words (regular expressions) with which a document says that it has none
unread       keys of diagnostics that tell of tables that are there and could not be read: what lacks is not known then
"""

from __future__ import annotations

import re

from openbudget import standard
from openbudget.checks.data import Data
from openbudget.checks.recorder import Recorder
from openbudget.checks.rule import Rule
from openbudget.checks.wording import each
from openbudget.model.value import Value


def run(rule: Rule, data: Data, out: Recorder) -> None:
    """See the module."""
    there = {
        row.get("statement") for row in data.rows("budget_lines") if not data.in_sentence("budget_lines", row, "amount")
    }
    there |= _tables_under(data)
    text = "\n".join(str(row.get("text") or "") for row in data.rows("sections"))
    missing = []
    for statement in rule.params["statements"]:
        said = rule.params.get("empty", {}).get(statement)
        if statement in there:
            out.passed()
        elif said and re.search(said, text):
            out.not_applicable("said_to_be_empty")
        else:
            missing.append(statement)
    if not missing:
        return
    if any(row.get("key") in rule.params.get("unread", ()) for row in data.rows("diagnostics")):
        out.not_evaluable("unread_tables")
        return
    names = standard.codelist("statement")
    out.failed(
        None,
        key=["statements"],
        expected=str(len(rule.params["statements"])),
        actual=str(len(rule.params["statements"]) - len(missing)),
        count=str(len(missing)),
        missing=each(
            zh="、".join(names[code].title("zh") for code in missing),
            en=", ".join(f"{names[code].title('en')} ({names[code].title('zh')})" for code in missing),
        ),
    )


def _tables_under(data: Data) -> set[Value]:
    """The statements under whose heading a table stands (it may be an empty one)."""
    found: set[Value] = set()
    under: Value = None
    for row in data.rows("sections"):
        if row.get("kind") == "heading":
            under = row.get("code")
        elif row.get("kind") == "table":
            found.add(under)
    return found
