"""The declarations of STR and SCH rules: their examples are packages, and do what they say."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from openbudget import standard
from openbudget.model.finding import Outcome
from openbudget.package import open_package
from openbudget.package.findings import SEVERITIES

GROUPS = ("structure", "schema")


def _rules() -> list[dict[str, Any]]:
    loaded = [yaml.safe_load((standard.root() / f"checks/{group}.yaml").read_text("utf-8")) for group in GROUPS]
    return [rule for file in loaded for rule in file["rules"]]


def _examples() -> Iterator[Any]:
    for rule in _rules():
        for number, example in enumerate(rule["examples"]):
            yield pytest.param(rule, example, id=f"{rule['id']}-{number}-{example['outcome']}")


@pytest.mark.parametrize(("rule", "example"), list(_examples()))
def test_examples_do_what_they_say(tmp_path: Path, rule: dict[str, Any], example: dict[str, Any]) -> None:
    for name, content in example["files"].items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content if isinstance(content, str) else json.dumps(content, ensure_ascii=False), "utf-8")
    package = open_package(tmp_path)
    found = [finding for finding in package.findings if finding.rule == rule["id"]]
    assert bool(found) == (example["outcome"] == "fail"), [finding.message["en"] for finding in package.findings]
    for finding in found:
        assert str(finding.severity) == rule["severity"]
        assert set(finding.message) == {"zh", "en"}
    run = next(run for run in package.runs if run.rule == rule["id"])
    assert bool(run.outcomes[Outcome.FAIL]) == bool(found)


def test_every_rule_that_can_be_found_is_declared() -> None:
    declared = {rule["id"]: rule["severity"] for rule in _rules()}
    assert {rule: str(severity) for rule, severity in SEVERITIES.items()}.items() <= declared.items()
    assert len(declared) == len(_rules())
    from openbudget.tabular.runs import table_runs

    assert set(declared) == set(SEVERITIES) | {run.rule for run in table_runs([], {})}
