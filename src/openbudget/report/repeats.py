"""Faults that many rows have alike: in reports for people the first of them stand for all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from openbudget.model.finding import Finding
from openbudget.report.wording import words

MOST = 10
_OF_ROWS = ("SCH", "STR")


class Repeats:
    """Counts the faults of rows by rule, table and field, as they go by."""

    def __init__(self) -> None:
        self._met: Counter[tuple[str, str, str]] = Counter()

    def is_one(self, finding: Finding) -> bool:
        """Whether as many as are shown went by before."""
        if finding.line is None or finding.table is None or finding.rule[:3] not in _OF_ROWS or finding.waived:
            return False
        key = finding.rule, finding.table, finding.field or ""
        self._met[key] += 1
        return self._met[key] > MOST

    @property
    def count(self) -> int:
        return sum(max(count - MOST, 0) for count in self._met.values())

    def lines(self, language: str) -> Iterator[str]:
        """How many more there are of each kind, and how all are listed."""
        for (rule, table, field), count in self._met.items():
            if count > MOST:
                key = "more_of_field" if field else "more_of_table"
                yield words(key, language, count=f"{count - MOST:,}", rule=rule, table=table, field=field)
        if self.count:
            yield words("all_listed", language)
