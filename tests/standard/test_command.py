"""`openbudget schema`."""

from __future__ import annotations

import json

import pytest

from openbudget import standard
from openbudget.cli import main

EVERYTHING = [
    *(("table", name) for name in standard.tables()),
    *(("field", name) for name in standard.fields()),
    *(("codelist", name) for name in standard.codelists()),
    *(("check", rule["id"]) for rule in standard.checks()),
    *(("jsonschema", name) for name in ("datapackage", "disclosure", "report")),
]


def _run(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["schema", *arguments]) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize("language", ["zh", "en"])
def test_everything_is_listed(capsys: pytest.CaptureFixture[str], language: str) -> None:
    text = _run(capsys, "--lang", language)
    for kind, name in EVERYTHING:
        if kind != "field":
            assert name in text
    assert "budget_lines.id" in _run(capsys, "field")


@pytest.mark.parametrize(("kind", "name"), EVERYTHING)
def test_anything_can_be_printed(capsys: pytest.CaptureFixture[str], kind: str, name: str) -> None:
    for language in ("zh", "en"):
        assert name in _run(capsys, kind, name, "--lang", language) or kind == "jsonschema"
    json.loads(_run(capsys, kind, name, "--format", "json"))


def test_a_table_in_every_form(capsys: pytest.CaptureFixture[str]) -> None:
    assert json.loads(_run(capsys, "table", "glossary", "--format", "table-schema")) == standard.table_schema(
        "glossary"
    )
    assert _run(capsys, "table", "glossary", "--format", "csv") == "id,term,definition\n"
    assert _run(capsys, "table", "glossary", "--format", "sql").endswith(");\n")


def test_a_code_list_of_one_year(capsys: pytest.CaptureFixture[str]) -> None:
    text = _run(capsys, "codelist", "function", "--year", "2018")
    assert "医疗卫生与计划生育支出" in text
    assert "卫生健康支出\n" not in text
    assert _run(capsys, "codelist", "flow", "--format", "csv") == standard.codelist_file("flow")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("table", "budget_line"), "budget_lines"),
        (("codelist", "unit"), "units"),
        (("check", "SUM-998"), "SUM-"),
        (("field", "amount", "--format", "sql"), "text, json"),
        (("tables",), "table"),
        (("table", "glossary", "more"), "more"),
    ],
)
def test_what_is_not_there_is_said(capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str) -> None:
    assert main(["schema", *arguments]) == 2
    assert said in capsys.readouterr().err
