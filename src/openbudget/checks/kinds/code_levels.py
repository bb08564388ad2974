"""Lines of a classification add up from level to level by their codes (类 ← 款 ← 项), where no parents are declared.

table, code, value, per, step   the field of the code, the figure, what cuts the table into slices (columns
                                among it), and how many digits a level adds
unless                          rows of which it says nothing: sentences name some of the classes, tables all
"""

from __future__ import annotations

from collections.abc import Sequence

from openbudget.checks.data import Data, Row, matches
from openbudget.checks.expression import side_of
from openbudget.checks.judge import judge, operands
from openbudget.checks.recorder import Recorder
from openbudget.checks.rule import Rule
from openbudget.model.value import Value


def run(rule: Rule, data: Data, out: Recorder) -> None:
    """See the module."""
    table, field, step = (rule.params[name] for name in ("table", "code", "step"))
    slices: dict[tuple[Value, ...], dict[str, Row]] = {}
    unless = rule.params.get("unless")
    for row in data.rows(table):
        code = row.get(field)
        if unless and matches(row, unless):
            continue
        if isinstance(code, str) and row.get("parent_id") is None:
            slices.setdefault(tuple(row.get(name) for name in rule.params["per"]), {}).setdefault(code, row)
    if not slices:
        out.not_applicable("no_codes_without_parents")
    for rows in slices.values():
        parts: dict[str, list[Row]] = {}
        for code, row in rows.items():
            if code[:-step] in rows:
                parts.setdefault(code[:-step], []).append(row)
        if not parts:
            out.not_applicable("one_level")
        for code, children in parts.items():
            tell(rule, out, 0, [rows[code], *children])


def tell(rule: Rule, out: Recorder, about: int, rows: Sequence[Row]) -> None:
    """How one code (the first row) and those a level below it come out."""
    whole, *found = operands(out, rule.params["table"], rows, rule.params["value"])
    judge(out, side_of([whole]), "=", side_of(found))
