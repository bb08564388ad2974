"""Structural findings about a package: descriptor, files, hashes, documents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from openbudget.messages import LANGUAGES, say
from openbudget.model.finding import Finding, Outcome, RuleRun, Severity
from openbudget.tabular.faults import fingerprint

# rule → severity, as schema/checks/structure.yaml declares it (tested)
SEVERITIES = {
    "STR-001": Severity.ERROR,
    "STR-002": Severity.ERROR,
    "STR-003": Severity.ERROR,
    "STR-004": Severity.ERROR,
    "STR-005": Severity.ERROR,
    "STR-006": Severity.NOTE,
    "STR-007": Severity.ERROR,
    "STR-008": Severity.WARNING,
    "STR-009": Severity.ERROR,
    "STR-011": Severity.ERROR,
    "STR-021": Severity.ERROR,
}
_OURS = frozenset({"STR-008", "STR-009", "STR-011", "STR-021"})  # of what only packages of the standard have


class Structure:
    """Collects structural findings and how often each rule was looked at. `ours`: of a package that claims the standard."""

    def __init__(self, *, ours: bool = False) -> None:
        self.ours = ours
        self.findings: list[Finding] = []
        self.cases: Counter[str] = Counter()

    def case(self, rule: str, count: int = 1) -> None:
        """Note that a rule was looked at, on `count` cases."""
        self.cases[rule] += count

    def fault(
        self,
        rule: str,
        key: str,
        *,
        table: str | None = None,
        path: str | None = None,
        expected: str | None = None,
        actual: str | None = None,
        row_id: str | None = None,
        field: str | None = None,
        line: int | None = None,
        **args: object,
    ) -> None:
        """Add a finding with the message `key`, whose placeholders are the other arguments (mappings: by language)."""
        named = {"table": table, "path": path, "expected": expected, "actual": actual, "row_id": row_id, "field": field}
        self.findings.append(
            Finding(
                rule=rule,
                severity=SEVERITIES[rule],
                outcome=Outcome.FAIL,
                fingerprint=fingerprint(rule, key, table, path, row_id, field, *map(str, args.values())),
                message={language: say(key, language, **named, **_in(language, args)) for language in LANGUAGES},
                table=table,
                row_id=row_id,
                field=field,
                expected=expected,
                actual=actual,
                path=path,
                line=line,
            )
        )

    def runs(self) -> Iterable[RuleRun]:
        """How each rule went: cases that failed, and the others."""
        failed = Counter(finding.rule for finding in self.findings)
        for rule in SEVERITIES:
            if rule in _OURS and not self.ours:
                continue
            wrong = failed[rule]
            passed = max(self.cases[rule] - wrong, 0)
            yield RuleRun(rule, {Outcome.PASS: passed, Outcome.FAIL: wrong})


def _in(language: str, args: Mapping[str, object]) -> dict[str, object]:
    return {name: value[language] if isinstance(value, Mapping) else value for name, value in args.items()}
