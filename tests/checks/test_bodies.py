"""Lines of many bodies in one table: each body is checked as if it had a package of its own."""

from __future__ import annotations

import random
import shutil
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from openbudget import pipeline
from openbudget.checks import bodies, run
from openbudget.model.finding import Outcome, Report
from openbudget.package import open_package, reader
from openbudget.tabular import check_tables
from tests.checks.consolidated import ROOT, generator

PACKAGE = ROOT / "datapackages" / "cn-130433-434-2021-budget"
OF_A_DOCUMENT = {"DOC-004", "COD-004"}  # told once for a document, so once for each body


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A consolidated package with faults, the rows of its bodies mixed."""
    folder = tmp_path_factory.mktemp("consolidated")
    generator().write(folder, 2500, share=0.2)
    path = folder / "data" / "budget_lines.csv"
    header, *lines = path.read_text("utf-8").splitlines(keepends=True)
    random.Random(4).shuffle(lines)
    path.write_text(header + "".join(lines), "utf-8")
    return folder


def _of(findings: Any, rules: set[str]) -> set[tuple[str, str, str]]:
    return {(finding.rule, finding.fingerprint, finding.message["en"]) for finding in findings if finding.rule in rules}


def _rules() -> set[str]:
    return {rule.id for rule in bodies.rules_by_body()}


def test_bodies_give_what_the_whole_table_gives(package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "SHARE", 100_000)
    held = open_package(package)
    findings, runs = run({"budget_lines": held.tables["budget_lines"]}, rules=bodies.rules_by_body())
    assert held.lines is not None
    for jobs in (1, 2):
        tally = bodies.check_bodies(held.lines, {}, {}, jobs=jobs)
        assert _of(tally.findings, _rules() - OF_A_DOCUMENT) == _of(findings, _rules() - OF_A_DOCUMENT)
        assert len(tally.findings) >= 10
        by_rule = {one.rule: one for one in tally.runs()}
        for one in runs:
            for outcome in (Outcome.PASS, Outcome.FAIL):
                if one.rule not in OF_A_DOCUMENT:
                    assert by_rule[one.rule].outcomes.get(outcome, 0) == one.outcomes.get(outcome, 0), one.rule


def test_validate_takes_a_consolidated_package(package: Path) -> None:
    report = pipeline.validate(package)
    ran = {one.rule for one in report.runs if one.ran}
    assert {"SUM-001", "SUM-004", "SUM-012", "TXT-001", "XTB-001", "PRV-004", "SCH-001"} <= ran
    assert {finding.rule for finding in report.findings} == {"SUM-012", "SUM-014", "PRV-004"}


def test_severities_hold_and_findings_beyond_the_limit_are_counted(
    package: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    whole = pipeline.validate(package)
    monkeypatch.setattr(bodies, "LISTED", 3)
    file = tmp_path / "openbudget.yaml"
    file.write_text("severity: {PRV-004: off, SUM-012: note, SUM-014: off}\n", "utf-8")
    report = pipeline.validate(package, overrides=file)
    assert report.valid
    lowered = 3  # each of these rules has a note of WVR-003
    assert len(report.findings) == 3 + lowered
    assert {level.value: count for level, count in report.counts.items()} == {
        "error": 0, "warning": 0, "note": sum(finding.rule == "SUM-012" for finding in whole.findings) + lowered,
    }  # fmt: skip


def test_a_large_table_of_one_disclosure_is_checked_as_when_it_is_held(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = tmp_path / PACKAGE.name
    shutil.copytree(PACKAGE, folder)
    held = pipeline.validate(folder)
    monkeypatch.setattr(
        reader, "check_tables", partial(check_tables, large=(folder / "data/budget_lines.csv").stat().st_size)
    )
    (folder / "data" / "sources.csv").unlink()  # larger still, and then not held either
    report = pipeline.validate(folder)
    assert open_package(folder).lines is not None
    told = {"SUM-002", "SUM-003", "YOY-001", "YOY-004"}
    assert _of(report.findings, told) == _of(held.findings, told)
    assert told <= _passed_or_failed(report)


def _passed_or_failed(report: Report) -> set[str]:
    return {one.rule for one in report.runs if one.ran}


def test_tables_of_other_kinds_are_not_taken_for_budget_lines(tmp_path: Path) -> None:
    (tmp_path / "budget_lines.csv").write_text("id,amount\n1,2\n", "utf-8")
    (tmp_path / "datapackage.json").write_text(
        '{"name": "x", "resources": [{"name": "budget_lines", "path": "budget_lines.csv",'
        ' "schema": {"fields": [{"name": "id"}, {"name": "amount"}]}}]}',
        "utf-8",
    )
    assert open_package(tmp_path).lines is None
