"""What a kind of check tells: outcomes, counted, and findings with their terms."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal

from openbudget.checks.data import Data, Row
from openbudget.checks.fingerprint import business_key, fingerprint
from openbudget.checks.rule import Rule
from openbudget.messages import LANGUAGES, fill, say
from openbudget.model.amount import plain
from openbudget.model.finding import Finding, Outcome, RuleRun, Severity, Term

Place = tuple[str, Row, str | None]  # table, row, field


class Recorder:
    """The outcomes of one rule. Reasons are keys of messages/checks.json without `reason_`; what follows a colon
    fills the placeholder `{name}`."""

    def __init__(self, rule: Rule, data: Data):
        self.rule = rule
        self.data = data
        self.findings: list[Finding] = []
        self.outcomes: Counter[Outcome] = Counter()
        self._reasons: Counter[str] = Counter()
        self._rounded = 0
        self._seen: Counter[str] = Counter()

    def trial(self) -> Recorder:
        """A recorder for cases of which it shows later whether they count (`take`)."""
        tried = Recorder(self.rule, self.data)
        tried._seen = self._seen.copy()
        return tried

    def take(self, tried: Recorder) -> None:
        """Take what a trial has told."""
        self.findings += tried.findings
        self.outcomes += tried.outcomes
        self._reasons += tried._reasons
        self._rounded += tried._rounded
        self._seen = tried._seen

    def passed(self, rounded: bool = False, count: int = 1) -> None:
        """Cases that hold; `rounded`: not to the last digit, but within what rounding explains."""
        self.outcomes[Outcome.PASS] += count
        self._rounded += rounded

    def not_applicable(self, reason: str, count: int = 1) -> None:
        """The rule says nothing about some cases."""
        self.outcomes[Outcome.NOT_APPLICABLE] += count
        self._reasons[reason] += count

    def not_evaluable(self, reason: str) -> None:
        """The rule would say something, but an operand is blank."""
        self.outcomes[Outcome.NOT_EVALUABLE] += 1
        self._reasons[reason] += 1

    def failed(
        self,
        at: Place | None,
        *,
        key: Iterable[str] | None = None,
        terms: Iterable[Term] = (),
        expected: Decimal | str | None = None,
        actual: Decimal | str | None = None,
        difference: Decimal | None = None,
        tolerance: Decimal | None = None,
        severity: Severity | None = None,
        message: str | None = None,
        **args: object,
    ) -> None:
        """A fault. `at`: what it is about; `key`: its business key where `at` does not say it; `message`: a key of
        messages/checks.json for this case (else the rule's own template, else that of its kind); `args` fill the
        template, each a text or a text by language."""
        self.outcomes[Outcome.FAIL] += 1
        table, row, field = at if at is not None else (None, None, None)
        if key is None:
            key = business_key(table, row) if table is not None and row is not None else ()
        file = place = printed = row_id = None
        if table is not None and row is not None:
            row_id = row.get("id")
            source = self.data.source(table, row_id, field or "") or self.data.sourced_rows().get((table, row_id)) or {}
            file, place, printed = (source.get(name) for name in ("file", "locator", "printed"))
        self.findings.append(
            Finding(
                rule=self.rule.id,
                severity=severity or self.rule.severity,
                outcome=Outcome.FAIL,
                fingerprint=self._fingerprint([*key, field or ""]),
                message=self._message(message, args),
                table=table,
                row_id=_string(row_id),
                field=field,
                expected=_text(expected),
                actual=_text(actual),
                difference=_text(difference),
                tolerance=_text(tolerance),
                terms=tuple(terms),
                file=_string(file),
                place=_string(place),
                printed=_string(printed),
            )
        )

    def run(self) -> RuleRun:
        """How the rule went; one that met no case at all did not apply."""
        if not self.outcomes:
            self.not_applicable("nothing_to_compare")
        return RuleRun(self.rule.id, dict(self.outcomes), dict(self._reasons), self._rounded)

    def _fingerprint(self, key: list[str]) -> str:
        print_ = fingerprint(self.rule.id, key)
        self._seen[print_] += 1
        return print_ if self._seen[print_] == 1 else fingerprint(self.rule.id, [*key, str(self._seen[print_])])

    def _message(self, key: str | None, args: Mapping[str, object]) -> dict[str, str]:
        said = {}
        by_language = {name: arg for name, arg in args.items() if isinstance(arg, Mapping)}
        filled = {name: _inner(name, arg) for name, arg in args.items() if name not in by_language}
        for language in LANGUAGES:
            filled |= {name: arg[language] for name, arg in by_language.items()}
            if key is None and self.rule.message is not None:
                said[language] = fill(self.rule.message[language], filled)
            else:
                said[language] = say(f"checks.{key or self.rule.kind}", language, **filled)
        return said


def _inner(name: str, arg: object) -> object:
    """Names are put in quotation marks by the templates: those within them become single ones."""
    quoted = name in ("label", "other", "row", "title", "name", "goal", "value")
    return arg.replace("“", "‘").replace("”", "’") if quoted and isinstance(arg, str) else arg


def _string(value: object) -> str | None:
    return None if value is None else str(value)


def _text(value: Decimal | str | None) -> str | None:
    return format(plain(value), "f") if isinstance(value, Decimal) else value
