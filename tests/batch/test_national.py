"""A catalogue's validation finds in every package what `validate` finds in the packages, and nothing else."""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path

import pytest

pytest.importorskip("duckdb")
pytest.importorskip("pyarrow")

from openbudget import pipeline
from openbudget.batch.catalogue import deferred
from openbudget.batch.catalogue.build import build
from openbudget.batch.catalogue.national import rules_of_catalogue, validate
from openbudget.batch.catalogue.snapshot import load
from openbudget.batch.run import Settings, run_source
from openbudget.cli import main
from openbudget.model.finding import Finding, Report, Severity
from openbudget.package.container import packages_in
from tests.batch.test_catalogue import SEED, change, copy, rewrite
from tests.project.conftest import ROOT

Told = set[tuple[object, ...]]


def told(report: Report) -> Told:
    """What a report says, as far as the rules run on a catalogue: rule, place, figures and words."""
    known = {rule.id for rule in rules_of_catalogue()}
    return {(report.name, *_said(one)) for one in report.findings if one.rule in known}


def _said(one: Finding) -> tuple[object, ...]:
    figures = (one.expected, one.actual, one.difference, one.tolerance)
    return one.rule, one.severity, one.table, one.row_id, one.field, *figures, one.message["zh"], one.fingerprint


@pytest.fixture(scope="module")
def made_up(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The packages of made-up disclosures with planted faults, and the list of the faults."""
    base = tmp_path_factory.mktemp("national")
    sys.path.insert(0, str(ROOT / "benchmarks"))
    try:
        from generator import corpus

        corpus.write(base / "documents", corpus.made(7, 14, 0.5))
    finally:
        sys.path.remove(str(ROOT / "benchmarks"))
        for name in [name for name in sys.modules if name.partition(".")[0] == "generator"]:
            del sys.modules[name]
    settings = Settings(str(base / "documents"), jobs=2)
    run_source(base / "packages", "openbudget.pipeline:pack_task", settings, lambda stage, **args: None)
    build(base / "packages", base / "catalogue", jobs=1)
    return base / "packages", base / "truth.csv"


def test_what_validate_finds_in_the_packages_is_found_in_their_catalogue(made_up: tuple[Path, Path]) -> None:
    packages, truth = made_up
    checked = validate(packages.parent / "catalogue", jobs=1)
    folders = sorted(path.parent for path in packages.glob("*/*/*/datapackage.json"))
    theirs = set[tuple[object, ...]]().union(*(told(report) for report in pipeline.validate_all(folders)))
    assert set().union(*(told(report) for report in checked.reports)) == theirs
    assert checked.packages == len(folders)
    assert sum(checked.counts.values()) == len(theirs) == sum(len(one.findings) for one in checked.reports)
    with truth.open(encoding="utf-8", newline="") as stream:
        planted = {rule for row in csv.DictReader(stream) for rule in row["rules"].split()}
    assert planted & checked.rules.keys()
    assert planted <= {*checked.rules, "PRV-002", "PRV-003"}


def test_a_figure_changed_after_packing_is_found_with_its_row_and_place(tmp_path: Path) -> None:
    packages = tmp_path / "packages"
    for agency in ("001", "002", "003"):
        copy(packages, agency)
    build(packages, tmp_path / "catalogue", jobs=1)
    before = {each for report in validate(tmp_path / "catalogue").reports for each in told(report)}
    spoilt = packages / "cn-130433-002-2021-budget"
    with (SEED / "data/budget_lines.csv").open(encoding="utf-8", newline="") as stream:
        row = next(row for row in csv.DictReader(stream) if row["id"] == "narrative/expenditure.basic")
    other, printed = str(int(row["amount"]) + 500000), f"{float(row['amount_reported']) + 50:.2f}"
    rewrite(
        spoilt,
        "budget_lines",
        lambda text: "\n".join(
            line.replace(row["amount"], other).replace(f",{row['amount_reported']},", f",{printed},")
            if line.startswith(row["id"] + ",")
            else line
            for line in text.split("\n")
        ),
    )
    build(packages, tmp_path / "catalogue", jobs=1)
    checked = validate(tmp_path / "catalogue")
    found = [(report, one) for report in checked.reports for one in report.findings]
    new = [(report, one) for report, one in found if (report.name, *_said(one)) not in before]
    assert {report.name for report, _ in new} == {spoilt.name}
    theirs = told(pipeline.validate(spoilt))
    assert {(report.name, *_said(one)) for report, one in found if report.name == spoilt.name} == theirs
    report, finding = next((report, one) for report, one in new if one.rule.startswith("SUM"))
    assert report.path == spoilt.name
    assert finding.file
    assert any(term.row_id == row["id"] and term.place for term in finding.terms)


def test_last_years_package_is_found_in_the_catalogue(tmp_path: Path) -> None:
    packages = tmp_path / "packages"
    copy(packages, "001", 2020)
    copy(packages, "001", 2021)
    copy(packages, "002", 2021)
    rewrite(
        packages / "cn-130433-001-2020-budget",
        "budget_lines",
        lambda text: text.replace(",2021,budget,", ",2020,budget,"),
    )
    build(packages, tmp_path / "catalogue", jobs=1)
    ours = {each for report in validate(tmp_path / "catalogue").reports for each in told(report)}
    folders = sorted(packages.iterdir())
    assert ours == set[tuple[object, ...]]().union(*(told(report) for report in pipeline.validate_all(folders)))
    assert {name for name, rule, *_ in ours if rule == "YOY-005"} == {"cn-130433-001-2021-budget"}


def department(packages: Path) -> None:
    """A department and two of its units, one of which has the department's code; and the same body elsewhere."""
    copy(packages / "a", "434")
    copy(packages / "b", "435", agency_name="馆陶县人民政府办公室本级", level="unit")
    change(copy(packages, "436", agency_name="馆陶县政府机关事务局", level="unit"), agency_code="434")
    copy(packages, "434", region="310107")


def theirs_of(packages: Path) -> Told:
    """What `validate FOLDER` says."""
    return set[tuple[object, ...]]().union(*(told(report) for report in pipeline.validate_all(packages_in(packages))))


def ours_of(catalogue: Path) -> Told:
    """What `validate CATALOGUE` says, of the same rules."""
    return {each for report in validate(catalogue, jobs=1).reports for each in told(report)}


def test_a_department_is_held_against_its_units_and_codes_against_each_other(tmp_path: Path) -> None:
    packages, catalogue = tmp_path / "packages", tmp_path / "catalogue"
    department(packages)
    build(packages, catalogue, jobs=1)
    ours = ours_of(catalogue)
    assert ours == theirs_of(packages)
    where = {(rule, name) for name, rule, *_ in ours if rule.startswith("SET")}
    assert where == {
        ("SET-001", "cn-130433-434-2021-budget"), ("SET-002", "cn-130433-434-2021-budget"),
        ("SET-002", "cn-130433-436-2021-budget"),
    }  # fmt: skip


def test_packages_of_one_place_are_held_together_wherever_their_rows_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packages, catalogue = tmp_path / "packages", tmp_path / "catalogue"
    copy(packages, "001")
    copy(packages, "001", 2020)
    build(packages, catalogue, jobs=1)
    monkeypatch.setattr(deferred, "ALWAYS", 0)
    monkeypatch.setattr(deferred, "TIMES", 0)
    monkeypatch.setattr("openbudget.batch.catalogue.members._OPEN", 1)
    department(packages)
    build(packages, catalogue, jobs=1)
    rewrite(packages / "b/cn-130433-435-2021-budget", "budget_lines", lambda text: text.replace("7651400", "7651500"))
    rewrite(packages / "cn-130433-001-2020-budget", "budget_lines", lambda text: text.replace(",2021,", ",2020,"))
    build(packages, catalogue, jobs=1)
    now = load(catalogue)
    assert len(now.segments) == 4
    assert len(now.void) == 2
    ours = ours_of(catalogue)
    assert ours == theirs_of(packages)
    assert {"SET-001", "SET-002", "YOY-005"} <= {rule for _, rule, *_ in ours}


def test_a_row_without_a_place_is_told(tmp_path: Path) -> None:
    packages = tmp_path / "packages"
    copy(packages, "001")
    spoilt = copy(packages, "002")
    rewrite(
        spoilt,
        "sources",
        lambda text: "".join(line for line in text.splitlines(True) if not line.startswith("glossary,")),
    )
    build(packages, tmp_path / "catalogue", jobs=1)
    ours = ours_of(tmp_path / "catalogue")
    assert ours == theirs_of(packages)
    assert {name for name, rule, *_ in ours if rule == "PRV-001"} == {spoilt.name}


def test_the_command(made_up: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    catalogue = str(made_up[0].parent / "catalogue")
    assert main(["validate", catalogue, "--lang", "en"]) == 0
    assert "packages in the catalogue" in capsys.readouterr().out
    assert main(["validate", catalogue, "--fail-on", "warning", "-f", "jsonl"]) == 1
    said = capsys.readouterr()
    assert all(json.loads(line) for line in said.out.splitlines())
    assert "DOC-001" in said.err
    assert main(["validate", catalogue, catalogue, "--lang", "en"]) == 2
    packages = tmp_path / "packages"
    copy(packages, "001")
    rewrite(packages / "cn-130433-001-2021-budget", "assets", lambda text: text + text.splitlines()[-1] + "\n")
    build(packages, tmp_path / "catalogue", jobs=1)
    assert main(["validate", str(tmp_path / "catalogue"), "--lang", "en"]) == 1
    assert "SCH-014" in capsys.readouterr().out
    next((tmp_path / "catalogue/data/assets").rglob("*.parquet")).unlink()
    assert main(["validate", str(tmp_path / "catalogue"), "--lang", "en"]) == 1
    assert "STR-005" in capsys.readouterr().out


def test_severities_are_counted_beyond_what_is_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for agency in ("001", "002", "003"):
        copy(tmp_path / "packages", agency)
    build(tmp_path / "packages", tmp_path / "catalogue", jobs=1)
    whole = validate(tmp_path / "catalogue")
    monkeypatch.setattr("openbudget.batch.catalogue.national.LISTED", 1)
    cut = validate(tmp_path / "catalogue")
    assert (cut.counts, cut.rules, cut.faulty) == (whole.counts, whole.rules, whole.faulty)
    assert len(cut.reports) == 1 < len(whole.reports)
    assert whole.counts[Severity.WARNING] == 3 * cut.reports[0].counts[Severity.WARNING] > 0
