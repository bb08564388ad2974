"""The questions that ship with the tool, asked of made-up disclosures whose figures are known."""

from __future__ import annotations

import csv
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("duckdb")
pytest.importorskip("pyarrow")

from openbudget import standard
from openbudget.batch import database
from openbudget.batch.catalogue.build import build
from openbudget.batch.questions import headings, questions
from openbudget.batch.run import Settings, run_source
from openbudget.cli import main
from tests.project.conftest import ROOT

Row = dict[str, Any]
YEARS = (2022, 2023, 2024)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Any]]:
    """A catalogue, and the departments whose disclosures it holds: three of them in three years, without 2023 of the
    last; the second says when it disclosed."""
    base = tmp_path_factory.mktemp("world")
    sys.path.insert(0, str(ROOT / "benchmarks"))
    try:
        from generator.corpus import blocks_of
        from generator.department import department
        from generator.formats import FORMATS

        rows, made = [("file", "disclosed_on")], []
        for number in range(3):
            for year in YEARS:
                one = department(2, number, year, "budget")
                if (number, year) == (2, 2023):
                    continue
                made.append(one)
                name = f"{number}-{year}.docx"
                (base / name).write_bytes(FORMATS["docx"](blocks_of(one, "docx")))
                rows.append((name, f"{year}年5月{number * 10}日" if number == 1 else ""))
    finally:
        sys.path.remove(str(ROOT / "benchmarks"))
        for name in [name for name in sys.modules if name.partition(".")[0] == "generator"]:
            del sys.modules[name]
    with (base / "list.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(rows)
    run_source(base / "packages", "openbudget.pipeline:pack_task", Settings(str(base / "list.csv"), jobs=2), _quiet)
    build(base / "packages", base / "catalogue", jobs=1)
    return base / "catalogue", made


def _quiet(stage: str, **args: Any) -> None:
    """Say nothing."""


def ask(catalogue: Path, name: str, **given: str) -> list[Row]:
    """The rows of an answer."""
    question = questions()[name]
    answer = database.ask(database.connect(catalogue), question.sql, question.values(given))
    assert all(headings(answer.columns, language) for language in ("zh", "en"))
    return [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]


def _yuan(amount: int) -> Decimal:
    """0.01 万元 in yuan."""
    return Decimal(amount) * 100


def test_three_public_expenses_are_those_of_the_departments(world: tuple[Path, list[Any]]) -> None:
    catalogue, made = world
    found = {(row["agency_name"], row["fiscal_year"]): row for row in ask(catalogue, "three-public")}
    assert len(found) == len(made)
    for one in made:
        row = found[one.name, one.year]
        assert row["three_public"] == _yuan(one.three)
        assert row["vehicles"] == _yuan(one.vehicles_purchase + one.vehicles_operation)
        assert row["reception"] == _yuan(one.reception)
        assert row["region_code"] == one.region


def test_projects_with_amounts_are_found_biggest_first(world: tuple[Path, list[Any]]) -> None:
    catalogue, made = world
    wanted = sorted((_yuan(money) for one in made if one.central_form for _, money in one.projects), reverse=True)
    assert wanted
    assert [row["amount"] for row in ask(catalogue, "biggest-projects", limit="1000")] == wanted


def test_it_projects_are_those_whose_names_say_so(world: tuple[Path, list[Any]]) -> None:
    catalogue, made = world
    words = ("信息化", "电子政务", "网络", "数据", "办公系统")
    wanted = {(one.name, one.year, name.removesuffix("项目")) for one in made for name, _ in one.projects
              if any(word in name for word in words)}  # fmt: skip
    found = ask(catalogue, "it-projects")
    assert {(row["agency_name"], row["year"], row["project"].removesuffix("项目")) for row in found} == wanted
    stated = {(one.name, one.year): dict(one.projects) for one in made if one.central_form}
    with_amount = [row for row in found if row["amount"] is not None]
    assert {row["amount"] for row in with_amount} <= {
        _yuan(money) for held in stated.values() for money in held.values()
    }
    assert with_amount


def test_missing_and_late_disclosures(world: tuple[Path, list[Any]]) -> None:
    catalogue, made = world
    last = next(one for one in made if (one.name, 2023) not in {(each.name, each.year) for each in made})
    assert [row["agency_name"] for row in ask(catalogue, "missing-disclosures", year="2023")] == [last.name]
    assert ask(catalogue, "missing-disclosures", year="2022") == []
    late = ask(catalogue, "late-disclosures")
    assert {(row["fiscal_year"], row["days_late"]) for row in late} == {(year, 10) for year in YEARS}
    assert len({row["agency_name"] for row in late}) == 1
    assert ask(catalogue, "late-disclosures", budget_day="05-10") == []


def test_prices_join_both_editions_of_the_catalogue(world: tuple[Path, list[Any]]) -> None:
    catalogue, made = world
    bought = [(row.name, row.quantity, row.price) for one in made for row in one.purchases]
    for row in ask(catalogue, "prices"):
        mine = [(quantity, price) for name, quantity, price in bought if name == row["item"]]
        assert row["purchases"] == len(mine)
        assert row["quantity"] == sum(quantity for quantity, _ in mine)
        assert {row["lowest"], row["highest"]} == {_yuan(price) for _, price in mine}


def test_spending_by_function_over_the_years(world: tuple[Path, list[Any]]) -> None:
    catalogue, made = world
    found = {(row["function_code"], row["fiscal_year"]): row for row in ask(catalogue, "functions-over-years")}
    wanted: dict[tuple[str, int], int] = {}
    for one in made:
        for line in one.lines:
            key = line.code[:3], one.year
            wanted[key] = wanted.get(key, 0) + line.total
    assert {key: row["amount"] for key, row in found.items()} == {key: _yuan(money) for key, money in wanted.items()}
    assert {row["former_names"] for row in found.values() if row["function_code"] == "210"} <= {
        "医疗卫生与计划生育支出"
    }


def test_nothing_is_said_not_to_add_up(world: tuple[Path, list[Any]]) -> None:
    assert ask(world[0], "do-not-add-up") == []


def test_a_class_that_was_renamed_has_both_names_and_one_series(world: tuple[Path, list[Any]]) -> None:
    connection = database.connect(world[0])
    asked = "SELECT title_zh FROM code_titles WHERE list = 'function' AND code = '210' ORDER BY valid_from"
    assert [row[0] for row in database.ask(connection, asked).rows] == ["医疗卫生与计划生育支出", "卫生健康支出"]
    latest = "SELECT title_zh FROM codes WHERE list = 'function' AND code = '210'"
    assert database.ask(connection, latest).rows == [("卫生健康支出",)]


def test_the_same_goods_are_a_file_of_the_standard() -> None:
    with (standard.root() / "derived" / "same_goods.csv").open(encoding="utf-8", newline="") as stream:
        pairs = {row["Code_2013"]: row["Code_2022"] for row in csv.DictReader(stream)}
    assert pairs["A02010104"] == "A02010105"  # desktop computers; A02010104 of 2022 is a server
    assert len(set(pairs.values())) == len(pairs)


def test_people_see_headings_and_programs_names(
    world: tuple[Path, list[Any]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    catalogue = str(world[0])
    assert main(["query", "three-public", "-c", catalogue, "--lang", "zh"]) == 0
    assert "“三公”经费合计（元）" in capsys.readouterr().out.splitlines()[0]
    assert main(["query", "three-public", "-c", catalogue, "--format", "csv"]) == 0
    assert capsys.readouterr().out.startswith("region_code,agency_name,fiscal_year,three_public,")
    from openpyxl import load_workbook

    out = tmp_path / "three.xlsx"
    assert main(["query", "three-public", "-c", catalogue, "-o", str(out), "--lang", "zh"]) == 0
    assert load_workbook(out).active["D1"].value == "“三公”经费合计（元）"


def test_nothing_is_said_but_the_answer(world: tuple[Path, list[Any]]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "openbudget", "query", "SELECT 1 AS one", "-c", str(world[0]), "--format", "csv"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert (done.stdout, done.stderr) == ("one\n1\n", "")
