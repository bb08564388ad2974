"""Text that came with a template and says nothing here.

texts      table → fields that are searched
patterns   regular expressions
county     true: only where the region is a county (what is searched for is a province's wording)
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from openbudget.checks.data import Data, Row
from openbudget.checks.recorder import Recorder
from openbudget.checks.rule import Rule
from openbudget.checks.wording import listed

_AROUND = 8


def run(rule: Rule, data: Data, out: Recorder) -> None:
    """See the module."""
    if rule.params.get("county") and str(data.facts.get("region_code") or "00").endswith("00"):
        return out.not_applicable("no_county")
    found = list(_found(data, rule.params["texts"], re.compile("|".join(rule.params["patterns"]))))
    if not found:
        return out.passed()
    table, row, field, _ = found[0]
    quotes = list(dict.fromkeys(quote for *_, quote in found))
    return out.failed(
        (table, row, field),
        key=sorted(quotes),
        terms=[data.term(one, there, name, label=quote)._replace(value=quote) for one, there, name, quote in found],
        actual="、".join(quotes),
        quotes=listed(f"“{quote}”" for quote in quotes),
        count=str(len(found)),
    )


def _found(data: Data, texts: dict[str, list[str]], pattern: re.Pattern[str]) -> Iterator[tuple[str, Row, str, str]]:
    for table, fields in texts.items():
        for row in data.rows(table):
            for field in fields:
                text = str(row.get(field) or "")
                for match in pattern.finditer(text):
                    start = max(0, match.start() - _AROUND) if match.end() - match.start() < 4 else match.start()
                    yield table, row, field, text[start : match.end()].replace("\n", " ")
