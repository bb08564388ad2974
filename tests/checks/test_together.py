"""Packages given together on the command line are held against each other."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from openbudget import pipeline
from openbudget.model.finding import Report

PACKAGE = Path(__file__).parents[2] / "datapackages" / "cn-130433-434-2021-budget"


def _copy(folder: Path, name: str, **facts: object) -> Path:
    """The package under another name, of another body or year."""
    target = folder / name
    shutil.copytree(PACKAGE, target)
    descriptor = json.loads((target / "datapackage.json").read_text("utf-8"))
    descriptor["openbudget"].update(facts)
    (target / "datapackage.json").write_text(json.dumps(descriptor, ensure_ascii=False), encoding="utf-8")
    return target


def _rules(found: object) -> set[str]:
    assert isinstance(found, Report)
    return {finding.rule for finding in found.findings}


def _ran(found: object) -> set[str]:
    assert isinstance(found, Report)
    return {run.rule for run in found.runs if run.ran}


def test_one_package_alone_is_not_held_against_others() -> None:
    (found,) = pipeline.validate_all([PACKAGE])
    assert not {"SET-001", "SET-002", "YOY-005"} & _ran(found)


def test_a_unit_that_has_as_much_as_its_department_is_found_together_with_it(tmp_path: Path) -> None:
    unit = _copy(tmp_path, "unit", agency_name="馆陶县地方志办公室", agency_code="434001")
    department, _ = pipeline.validate_all([PACKAGE, unit])
    assert "SET-001" in _ran(department)
    assert "SET-001" not in _rules(department)  # one unit of five, and no more than the department


def test_an_agency_code_used_twice_is_found(tmp_path: Path) -> None:
    other = _copy(tmp_path, "other", agency_name="馆陶县财政局")
    one, two = pipeline.validate_all([PACKAGE, other])
    assert "SET-002" in _rules(one)
    assert "SET-002" in _rules(two)


@pytest.mark.parametrize(
    ("more", "same"),
    [
        ({}, True),
        ({"agency_code": None}, True),  # printed in one document, left out in the other
        ({"agency_name": "馆陶县人民政府 办公室"}, True),
        ({"agency_code": "435"}, False),
        ({"agency_name": "馆陶县财政局"}, False),
        ({"level": "unit"}, False),
        ({"fiscal_year": 2019}, False),
    ],
)
def test_last_years_package_among_them_serves_as_previous(tmp_path: Path, more: dict[str, Any], same: bool) -> None:
    last = _copy(tmp_path, "last", **{"fiscal_year": 2020, **more})
    this, _ = pipeline.validate_all([PACKAGE, last])
    assert same == ("YOY-005" in {run.rule for run in this.runs if not run.reasons.get("no_previous")})


def test_what_cannot_be_read_hides_nothing_of_the_others(tmp_path: Path) -> None:
    broken, found = pipeline.validate_all([tmp_path, PACKAGE])
    assert not isinstance(broken, Report)
    assert isinstance(found, Report)
