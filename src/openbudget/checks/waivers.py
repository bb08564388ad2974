"""What a project decides about findings: other severities, and waivers with a reason, a name and an end.

    severity:                       # openbudget.yaml beside the package or given by option
      TXT-001: note                 # error | warning | note | off
    waivers:
      - rule: SUM-003
        fingerprint: 0123456789abcdef
        reason: 财政批复即如此，已函告公开单位
        who: 张三
        until: 2026-12-31

A waived finding stays in the report, marked, and is not counted. A waiver that has ended, or that no finding
answers to, is itself a finding.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from openbudget.checks.fingerprint import fingerprint
from openbudget.checks.rule import catalogue
from openbudget.errors import UsageError
from openbudget.messages import LANGUAGES, say
from openbudget.model.finding import Finding, Outcome, RuleRun, Severity
from openbudget.standard.written import read_yaml

EXPIRED, UNUSED, LOWERED = "WVR-001", "WVR-002", "WVR-003"
_NEEDED = ("rule", "fingerprint", "reason", "who", "until")


class Waiver(NamedTuple):
    """One waiver; it holds up to and including the day `until`."""

    rule: str
    fingerprint: str
    reason: str
    who: str
    until: datetime.date


class Overrides(NamedTuple):
    """Severities by rule (None: off), waivers, and the day on which waivers are judged (default: today)."""

    severity: Mapping[str, Severity | None] = MappingProxyType({})
    waivers: tuple[Waiver, ...] = ()
    today: datetime.date | None = None


def read_overrides(path: Path) -> Overrides | None:
    """The overrides of an openbudget.yaml; None where there is no such file. UsageError names what is wrong."""
    if not path.is_file():
        return None
    try:
        loaded = read_yaml(path) or {}
    except ValueError as error:
        raise UsageError("checks.overrides_unreadable", path=path.name, error=str(error)) from error
    if not isinstance(loaded, dict) or not set(loaded) <= {"severity", "waivers"}:
        raise UsageError("checks.overrides_keys", path=path.name)
    return Overrides(_severities(path, loaded.get("severity") or {}), _waivers(path, loaded.get("waivers") or []))


def _severities(path: Path, given: Any) -> dict[str, Severity | None]:
    levels: dict[object, Severity | None] = {str(level): level for level in Severity}
    levels |= {"off": None, False: None}  # YAML 1.1 reads a bare `off` as false
    if not isinstance(given, dict) or not all(isinstance(one, str | bool) and one in levels for one in given.values()):
        raise UsageError("checks.overrides_severity", path=path.name)
    return {str(rule): levels[value] for rule, value in given.items()}


def _waivers(path: Path, given: Any) -> tuple[Waiver, ...]:
    waivers = []
    for number, entry in enumerate(given if isinstance(given, list) else [given], 1):
        missing = [name for name in _NEEDED if not isinstance(entry, dict) or not entry.get(name)]
        if missing:
            raise UsageError("checks.waiver_lacks", path=path.name, number=number, fields=", ".join(missing))
        until = entry["until"]
        if not isinstance(until, datetime.date) or isinstance(until, datetime.datetime):
            raise UsageError("checks.waiver_until", path=path.name, number=number, until=until)
        if not isinstance(entry["fingerprint"], str):  # digits alone, which YAML takes for a number
            raise UsageError("checks.waiver_fingerprint", path=path.name, number=number)
        rule, fingerprint_, reason, who = (str(entry[name]) for name in _NEEDED[:-1])
        waivers.append(Waiver(rule, fingerprint_, reason, who, until))
    return tuple(waivers)


def held_back(overrides: Overrides, findings: Iterable[Finding]) -> list[Finding]:
    """Those of many findings that some waiver names."""
    named = {(waiver.rule, waiver.fingerprint) for waiver in overrides.waivers}
    rules = {rule for rule, _ in named}
    return [one for one in findings if one.rule in rules and (one.rule, one.fingerprint) in named]


def overridden(overrides: Overrides, findings: Iterable[Finding]) -> Iterator[Finding]:
    """Findings with the wanted severities, one by one, but for those that some waiver names."""
    named = {(waiver.rule, waiver.fingerprint) for waiver in overrides.waivers}
    for finding in findings:
        severity = overrides.severity.get(finding.rule, finding.severity)
        if severity is not None and (finding.rule, finding.fingerprint) not in named:
            yield finding if severity is finding.severity else finding._replace(severity=severity)


def apply(overrides: Overrides, findings: Iterable[Finding]) -> tuple[list[Finding], list[RuleRun]]:
    """Findings with the wanted severities and waivers, findings about waivers, and how the rules on waivers went."""
    today = overrides.today or datetime.date.today()
    holding = {(waiver.rule, waiver.fingerprint): waiver for waiver in overrides.waivers if waiver.until >= today}
    kept: list[Finding] = []
    used: set[tuple[str, str]] = set()
    for finding in findings:
        severity = overrides.severity.get(finding.rule, finding.severity)
        if severity is None:
            continue
        waiver = holding.get((finding.rule, finding.fingerprint))
        if waiver is not None:
            used.add((waiver.rule, waiver.fingerprint))
        kept.append(finding._replace(severity=severity, waived=waiver.reason if waiver else finding.waived))
    expired = [_about(EXPIRED, waiver) for waiver in overrides.waivers if waiver.until < today]
    unused = [_about(UNUSED, waiver) for key, waiver in holding.items() if key not in used]
    unused += _unknown(overrides.severity)
    kept += [*expired, *unused]
    lines = len(overrides.waivers), len(overrides.waivers) + len(overrides.severity)
    runs = [
        RuleRun(rule, {Outcome.PASS: of - len(stale), Outcome.FAIL: len(stale)})
        for rule, stale, of in ((EXPIRED, expired, lines[0]), (UNUSED, unused, lines[1]))
    ]
    lowered = _lowered(overrides.severity)
    kept += lowered
    runs.append(RuleRun(LOWERED, {Outcome.PASS: len(overrides.severity) - len(lowered), Outcome.FAIL: len(lowered)}))
    return kept, runs


def _lowered(severity: Mapping[str, Severity | None]) -> list[Finding]:
    """What is told of rules that count for less than the standard says, or for nothing: nobody is to take the silence of
    such a rule for agreement."""
    levels = [*Severity, None]
    usual = {rule.id: rule.severity for rule in catalogue()}
    return [
        _finding(
            LOWERED, Severity.NOTE, (rule,), "severity_lowered", rule=rule, usual=usual[rule], level=level or "off"
        )
        for rule, level in severity.items()
        if rule in usual and levels.index(level) > levels.index(usual[rule])
    ]


def _unknown(severity: Mapping[str, Severity | None]) -> list[Finding]:
    known = {rule.id for rule in catalogue()}
    return [
        _finding(UNUSED, Severity.WARNING, ("severity", rule), "severity_unknown", rule=rule)
        for rule in severity
        if rule not in known
    ]


def _about(rule: str, waiver: Waiver) -> Finding:
    key = "waiver_expired" if rule == EXPIRED else "waiver_unused"
    until = waiver.until.isoformat()
    said = {"rule": waiver.rule, "fingerprint": waiver.fingerprint, "who": waiver.who, "until": until}
    return _finding(rule, Severity.WARNING, (waiver.rule, waiver.fingerprint), key, **said)


def _finding(rule: str, severity: Severity, of: tuple[str, ...], key: str, /, **said: object) -> Finding:
    return Finding(
        rule=rule,
        severity=severity,
        outcome=Outcome.FAIL,
        fingerprint=fingerprint(rule, of),
        message={language: say(f"checks.{key}", language, **said) for language in LANGUAGES},
    )
