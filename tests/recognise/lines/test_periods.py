"""三公 with a year or a stage in every row: read as the table with the items in its rows."""

from __future__ import annotations

import pytest
from tests.recognise.lines.build import FINAL, GIVEN, left_over, lines, read

YEARS = """
年度|合计|因公出国（境）费|公务用车购置及运行费|<|<|公务接待费
^|^|^|小计|公务用车购置费|公务用车运行费|^
2023年预算数|5.00|0.00|3.00|0.00|3.00|2.00
2024年预算数|4.00|0.00|2.50|0.00|2.50|1.50
增减变化|-1.00|0.00|-0.50|0.00|-0.50|-0.50
增减比例|-20.00%|0.00%|-16.67%|0.00%|-16.67%|-25.00%
"""
STAGES = """
年度|项目|“三公”经费合计|因公出国（境）费|公务接待费|公务用车购置和运行维护费
2023年|决算数|3.00|0.00|1.00|2.00
2024年|年初预算数|4.00|0.00|1.50|2.50
^|决算数|2.00|0.00|0.50|1.50
"""
CAPTION = "“三公”经费支出表\n单位：万元"


def test_years_in_rows_are_the_year_and_what_it_is_compared_with() -> None:
    found = read(CAPTION, YEARS, given=GIVEN)
    told = {row.get("item_code"): row.get("amount") for row in lines(found)}
    assert told == {
        "three_public": 40000,
        "three_public.abroad": 0,
        "three_public.vehicles": 25000,
        "three_public.vehicles.purchase": 0,
        "three_public.vehicles.operation": 25000,
        "three_public.reception": 15000,
    }
    assert {row.get("fiscal_year") for row in lines(found)} == {2024}
    compared = {row.get("item_code"): row.values for row in found.tables["comparisons"]}
    whole = compared["three_public"]
    assert (whole["base_year"], whole["base_amount"], whole["change_amount"]) == (2023, 50000, -10000)
    assert float(str(whole["change_percent"])) == -20
    assert not left_over(found)


def test_a_stage_beside_the_year_is_that_of_the_row() -> None:
    found = read(CAPTION, STAGES, given=FINAL)
    told = {(row.get("item_code"), row.get("stage")): row.get("amount") for row in lines(found)}
    assert told["three_public", "budget"] == 40000
    assert told["three_public", "final"] == 20000
    assert len(told) == 8
    base = next(row for row in found.tables["comparisons"] if row.get("item_code") == "three_public")
    assert (base.get("base_stage"), base.get("base_amount"), base.get("line_id")) == (
        "final",
        30000,
        next(row.id for row in lines(found) if row.get("amount") == 20000),
    )


@pytest.mark.parametrize("change", [("公务接待费", "其他费用"), ("2023年预算数", "机关后勤中心")])
def test_what_is_not_surely_one_is_not_turned(change: tuple[str, str]) -> None:
    found = read(CAPTION, YEARS.replace(*change), given=GIVEN)
    assert not found.tables.get("comparisons")
    assert "-20.00%" in {text for text, _ in left_over(found)}


def test_meetings_and_training_may_stand_beside_in_columns_of_their_own() -> None:
    table = """
年度|“三公”经费|<|<|会议费
^|合计|公务接待费|因公出国（境）费|^
2023年|3.00|2.00|1.00|0.80
2024年|2.00|1.50|0.50|0.70
"""
    found = read(CAPTION, table, given=GIVEN)
    told = {row.get("item_code"): row.get("amount") for row in lines(found)}
    assert told["three_public"] == 20000 and told["meeting"] == 7000
    assert len(found.tables["comparisons"]) == 4


def test_a_bare_total_over_both_may_be_of_either() -> None:
    table = "年度|合计|公务接待费|因公出国（境）费|会议费\n2023年|3.80|2.00|1.00|0.80\n2024年|2.70|1.50|0.50|0.70"
    found = read(CAPTION, table, given=GIVEN)
    assert not found.tables.get("comparisons")
    assert "3.80" in {text for text, _ in left_over(found)}
