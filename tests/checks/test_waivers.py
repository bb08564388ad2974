"""openbudget.yaml: severities and waivers, and what is wrong with them."""

from __future__ import annotations

import datetime
import sys
from pathlib import Path

import pytest

from openbudget.checks import report_of, run
from openbudget.checks.examples import tables_of
from openbudget.checks.fingerprint import fingerprint
from openbudget.checks.waivers import EXPIRED, LOWERED, UNUSED, Overrides, Waiver, read_overrides
from openbudget.errors import UsageError
from openbudget.model.finding import Finding, Severity

from .declared import examples, files, rules

TODAY = datetime.date(2026, 6, 30)


def _failing(overrides: Overrides | None = None) -> tuple[Finding, ...]:
    example, defaults = next(one[3:] for one in examples() if one[2] == "SUM-003" and one[3]["outcome"] == "fail")
    rule = [one for one in rules() if one.id == "SUM-003"]
    return run(tables_of(example["tables"], defaults), overrides=overrides, rules=rule)[0]


def _waiver(fingerprint: str, until: datetime.date = TODAY, rule: str = "SUM-003") -> Waiver:
    return Waiver(rule, fingerprint, "已函告更正", "张三", until)


def test_a_waived_finding_stays_and_is_not_counted() -> None:
    (plain,) = _failing()
    (waived,) = _failing(Overrides({}, (_waiver(plain.fingerprint),), TODAY))
    assert waived.waived == "已函告更正"
    assert report_of("p", [waived], ()).counts[Severity.WARNING] == 0
    assert report_of("p", [plain], ()).counts[Severity.WARNING] == 1


def test_waivers_that_ended_or_that_nothing_answers_to_are_findings() -> None:
    (plain,) = _failing()
    ended = _waiver(plain.fingerprint, TODAY - datetime.timedelta(days=1))
    found = {finding.rule: finding for finding in _failing(Overrides({}, (ended, _waiver("0" * 16)), TODAY))}
    assert set(found) == {"SUM-003", EXPIRED, UNUSED}
    assert found["SUM-003"].waived is None
    assert "张三" in found[EXPIRED].message["zh"]


def test_severities_change_or_go() -> None:
    assert _failing(Overrides({"SUM-003": Severity.ERROR}))[0].severity is Severity.ERROR
    assert [finding.rule for finding in _failing(Overrides({"SUM-003": None}))] == [LOWERED]
    assert [finding.rule for finding in _failing(Overrides({"SUM-003": None, LOWERED: None, "X-1": None}))] == [
        UNUSED, LOWERED, LOWERED,
    ]  # fmt: skip


def test_structural_findings_are_waived_too() -> None:
    (plain,) = _failing()
    findings, _ = run({}, overrides=Overrides({}, (_waiver(plain.fingerprint),), TODAY), rules=(), structural=[plain])
    assert findings[0].waived


def test_a_file(tmp_path: Path) -> None:
    path = tmp_path / "openbudget.yaml"
    assert read_overrides(path) is None
    path.write_text(
        "severity: {TXT-001: off, SUM-003: note}\nwaivers:\n"
        "  - {rule: SUM-003, fingerprint: 0123456789abcdef, reason: 已函告, who: 张三, until: 2026-12-31}\n",
        encoding="utf-8",
    )
    read = read_overrides(path)
    assert read is not None
    assert read.severity == {"TXT-001": None, "SUM-003": Severity.NOTE}
    assert read.waivers[0].until == datetime.date(2026, 12, 31)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("severity: [", "not valid YAML"),
        ("rules: {}", "only `severity` and `waivers`"),
        ("severity: {SUM-003: grave}", "`RULE: error`"),
        ("severity: [a]", "`RULE: error`"),
        ("waivers: [{rule: SUM-003}]", "lacks: fingerprint, reason, who, until"),
        ("waivers: 3", "lacks"),
        ("waivers: [{rule: A, fingerprint: b, reason: c, who: d, until: soon}]", "must be a date"),
        ("waivers: [{rule: A, fingerprint: b, reason: c, who: d, until: 2999-01-01 10:00:00}]", "must be a date"),
        ("waivers: [{rule: A, fingerprint: b, reason: c, who: d, until: 2999-13-01}]", "not valid YAML: month"),
        (
            "waivers: [{rule: A, fingerprint: 0123456701234567, reason: c, who: d, until: 2999-01-01}]",
            "quotation marks",
        ),
        ("severity: {SUM-003: [1]}", "`RULE: error`"),
        ("severity: {SUM-003: !!bool x}", "not valid YAML"),
        ("severity: {SUM-003: !!timestamp x}", "not valid YAML"),
        ("a: &a [1]\nb: *a", "aliases"),
        ("a: 1" + ":00" * 200 + ".5", "not valid YAML"),  # hours, minutes, seconds … more than a number holds
        ("[" * 10_000, "brackets"),
        (f"a: {'9' * 5000}", "4300 digits"),
        ("x" * (1 << 20) + "x", "1048576 bytes"),
    ],
)
def test_mistakes_in_a_file_are_named(text: str, says: str, tmp_path: Path) -> None:
    path = tmp_path / "openbudget.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=says):
        read_overrides(path)


def test_the_declared_examples_hold(tmp_path: Path) -> None:
    for entry in files()["waivers.yaml"]["rules"]:
        for example in entry["examples"]:
            path = tmp_path / "openbudget.yaml"
            path.write_text(example["files"]["openbudget.yaml"], encoding="utf-8")
            findings, runs = run({}, overrides=read_overrides(path), rules=())
            failed = [finding.rule for finding in findings]
            assert (entry["id"] in failed) == (example["outcome"] == "fail")
            assert {one.rule for one in runs} == {EXPIRED, UNUSED, LOWERED}


def test_yaml_is_loaded_only_where_there_is_such_a_file() -> None:
    import subprocess

    code = "import sys, openbudget.checks; openbudget.checks.run({'glossary': []}); assert 'yaml' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_halves_of_characters_have_a_fingerprint() -> None:
    """JSON can say them; a package that does is told of elsewhere."""
    assert fingerprint("SUM-003", ("\ud800",)) != fingerprint("SUM-003", ("\ud801",))
