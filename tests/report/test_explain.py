"""`openbudget explain`: every rule in both languages, and its SQL where it has one."""

from __future__ import annotations

import sqlite3

import pytest

from openbudget import standard
from openbudget.checks import Rule, catalogue, sql
from openbudget.cli import main
from openbudget.report.explanation import explanation, rule_named

RULES = catalogue()


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_is_explained(rule: Rule, language: str) -> None:
    text = explanation(rule, language)
    assert text.startswith(f"{rule.id} {rule.title[language]}\n\n{rule.says[language]}")
    assert rule.cure[language] in text
    heads = ("例：通过", "例：不符") if language == "zh" else ("Example: passes", "Example: fails")
    assert all(head in text for head in heads)


@pytest.mark.parametrize("rule", [rule for rule in RULES if sql.statement(rule)], ids=lambda rule: rule.id)
def test_sql_runs_on_the_published_schema(rule: Rule) -> None:
    connection = sqlite3.connect(":memory:")
    connection.executescript(standard.sql())
    assert connection.execute(str(sql.statement(rule))).fetchall() == []


def test_command(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENBUDGET_LANG", "zh")
    assert main(["explain", "sum-003"]) == 0
    assert "431.31" in capsys.readouterr().out
    assert main(["explain"]) == 0
    listed = capsys.readouterr().out
    assert all(rule.id in listed for rule in RULES)
    assert main(["explain", "SUM-003", "--sql"]) == 0
    assert capsys.readouterr().out.startswith("-- SUM-003 ")
    assert main(["explain", "DOC-007", "--sql"]) == 2
    assert "不能写成 SQL" in capsys.readouterr().err
    assert main(["explain", "SUM-999"]) == 2
    assert "SUM-009" in capsys.readouterr().err


def test_an_unknown_rule_names_the_nearest() -> None:
    assert rule_named("yoy-001").id == "YOY-001"
