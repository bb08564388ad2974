"""The standard as the program reads it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from openbudget import standard


def test_reading_it_needs_neither_yaml_nor_jsonschema() -> None:
    code = (
        "import sys; from openbudget import standard as s; s.tables(); s.checks(); s.codelist('function');"
        "assert not {'yaml', 'jsonschema', 'click'} & set(sys.modules), sorted(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_field_that_means_something_else_in_one_table() -> None:
    assert standard.field("assets", "value").unit == "yuan"
    assert standard.field("performance_indicators", "value").unit is None
    assert standard.field("assets", "value").key == "assets.value"
    with pytest.raises(KeyError):
        standard.field("assets", "amount")


def test_what_a_table_adds_to_a_field() -> None:
    assert standard.fields()["name"].required is False
    assert standard.field("organizations", "name").required is True


def test_the_code_list_of_a_field_may_depend_on_the_row() -> None:
    code = standard.field("procurement", "catalogue_code")
    assert code.codelist_for({"catalogue_edition": "2013"}) == "procurement_catalogue_2013"
    assert code.codelist_for({"catalogue_edition": "2022"}) == "procurement_catalogue_2022"
    assert code.codelist_for({"catalogue_edition": None}) is None
    assert standard.field("budget_lines", "stage").codelist_for({}) == "stage"


def test_a_code_is_told_from_the_text_behind_it() -> None:
    code, (title, _) = next(iter(standard.codes("regions").items()))
    assert standard.is_code("regions", code)
    for other in ("", "Code", code[:-1], f"{code},{title}", title, f"\n{code}"):
        assert not standard.is_code("regions", other)
    with pytest.raises(KeyError):
        standard.is_code("nothing", code)
    assert standard.field("budget_lines", "item").codelist_for({}) is None


@pytest.mark.parametrize(
    ("code", "year", "title"),
    [
        ("210", 2018, "医疗卫生与计划生育支出"),
        ("210", 2019, "卫生健康支出"),
        ("210", None, "卫生健康支出"),
        ("207", 2018, "文化体育与传媒支出"),
        ("207", 2021, "文化旅游体育与传媒支出"),
        ("215", 2019, "资源勘探信息等支出"),
        ("215", 2021, "资源勘探工业信息等支出"),
        ("220", 2018, "国土海洋气象等支出"),
        ("220", 2019, "自然资源海洋气象等支出"),
        ("224", 2018, None),
        ("224", 2019, "灾害防治及应急管理支出"),
        ("201", 2021, "一般公共服务支出"),
    ],
)
def test_titles_by_year(code: str, year: int | None, title: str | None) -> None:
    entry = standard.codelist("function", year).get(code)
    assert (entry and entry.title_zh) == title


@pytest.mark.parametrize(
    ("year", "edition"), [(2013, None), (2014, "2013"), (2021, "2013"), (2022, "2013"), (2023, "2022")]
)
def test_the_edition_of_the_catalogue_follows_the_year(year: int, edition: str | None) -> None:
    assert standard.catalogue_edition(year) == edition


def test_a_title_in_the_language_asked_for() -> None:
    codes = standard.codelist("function")
    assert codes["201"].title("en") == "General public services"
    assert codes["201"].title("zh") == codes["201"].title_zh
    assert standard.codelist("regions")["130400"].title("en") == "邯郸市"  # no English one


def test_codes_are_those_of_the_list() -> None:
    for name in standard.codelists():
        entries = standard.codelist(name).items()
        assert dict(standard.codes(name)) == {code: (entry.title_zh, entry.parent) for code, entry in entries}, name


def test_what_is_not_there() -> None:
    for ask in (
        standard.codelist,
        standard.codes,
        standard.codelist_file,
        standard.table_schema,
        standard.sql,
        standard.json_schema,
    ):
        with pytest.raises(KeyError):
            ask("nothing")


def test_what_it_gives_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        standard.tables()["x"] = None  # type: ignore[index]
    with pytest.raises(TypeError):
        standard.codelist("flow")["x"] = None  # type: ignore[index]


def test_checks_and_their_examples_belong_together() -> None:
    rules = [rule["id"] for rule in standard.checks()]
    assert rules == sorted(set(rules))
    assert set(standard.check_examples()) == set(rules)
    assert {rule[:3] for rule in rules} == set(standard.check_groups())
