"""Every declaration is well-formed, and every example comes out as it says."""

from __future__ import annotations

import importlib
import json
import re
import string
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from openbudget.checks import run
from openbudget.checks.examples import tables_of
from openbudget.checks.expression import parse
from openbudget.checks.rule import STRUCTURE
from openbudget.messages import say
from openbudget.model.finding import Outcome

from .declared import SCHEMA, examples, files, rules

EXAMPLES = examples()
ROOT = Path(__file__).parents[2]


def test_files_follow_the_meta_schema() -> None:
    schema = json.loads((SCHEMA / "meta" / "checks.schema.json").read_bytes())
    validator = jsonschema.Draft202012Validator(schema)
    for name, file in files().items():
        assert [f"{name}: {fault.json_path}: {fault.message}" for fault in validator.iter_errors(file)] == []


def test_ids_belong_to_their_group_and_are_used_once() -> None:
    ids = [(entry["id"], file["group"]) for file in files().values() for entry in file["rules"]]
    assert len({one for one, _ in ids}) == len(ids)
    assert all(one.startswith(group + "-") for one, group in ids)


def test_kinds_exist_and_equations_parse() -> None:
    for rule in rules():
        if rule.kind != STRUCTURE:
            importlib.import_module(f"openbudget.checks.kinds.{rule.kind}")
        equations = rule.params.get("equation", [])
        for text in [equations] if isinstance(equations, str) else equations:
            names = parse(text).names
            if "operands" in rule.params:
                assert set(names) <= set(rule.params["operands"]), rule.id


def test_every_rule_has_examples_of_pass_and_fail() -> None:
    for file in files().values():
        for entry in file["rules"]:
            assert {"pass", "fail"} <= {example["outcome"] for example in entry["examples"]}, entry["id"]


def test_messages_take_the_same_placeholders_in_both_languages() -> None:
    for rule in rules():
        if rule.message is not None:
            parsed = [string.Formatter().parse(rule.message[language]) for language in ("zh", "en")]
            zh, en = ({name for _, name, _, _ in one if name} for one in parsed)
            assert en <= zh or zh <= en, rule.id


@pytest.mark.parametrize(
    ("rule", "example", "defaults"), [e[2:] for e in EXAMPLES], ids=[f"{e[2]}-{e[1]}" for e in EXAMPLES]
)
def test_example(rule: str, example: dict[str, Any], defaults: dict[str, Any]) -> None:
    previous = example.get("previous")
    findings, runs = run(
        tables_of(example["tables"], defaults),
        example.get("facts"),
        previous=None if previous is None else tables_of(previous, defaults),
        rules=[one for one in rules() if one.id == rule],
        others=[(tables_of(one["tables"], defaults), one["facts"]) for one in example.get("others", ())],
    )
    assert len(runs) == 1
    wanted = Outcome(example["outcome"])
    assert runs[0].outcomes.get(wanted), f"{runs[0]} {[finding.message['en'] for finding in findings]}"
    assert bool(findings) == (wanted is Outcome.FAIL), [finding.message["en"] for finding in findings]
    if wanted in (Outcome.NOT_APPLICABLE, Outcome.NOT_EVALUABLE):
        assert not runs[0].ran
    if "reason" in example:
        assert example["reason"] in {reason.partition(":")[0] for reason in runs[0].reasons}
    for reason in runs[0].reasons:
        key, _, name = reason.partition(":")
        assert say(f"checks.reason_{key}", "zh", name=name)
    for finding in findings:
        assert set(finding.message) == {"zh", "en"}
        assert len(finding.fingerprint) == 16


@pytest.mark.parametrize("page", ["identities.md", "identities.en.md"])
def test_the_page_of_identities_names_every_rule_about_figures(page: str) -> None:
    named = set(re.findall(r"[A-Z]{3}-\d{3}", (ROOT / "docs/reference" / page).read_text("utf-8")))
    about_figures = {rule.id for rule in rules() if rule.group in ("SUM", "XTB", "TXT", "YOY", "PRC", "AST")}
    assert about_figures <= named <= {rule.id for rule in rules()}
