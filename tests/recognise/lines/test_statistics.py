"""机构运行信息表: operating costs, procurement and vehicles beside the three public expenses."""

from __future__ import annotations

from tests.recognise.lines.build import FINAL, lines, read

FORM = """
项  目 | 行次 | 预算数 | 决算数 | 项  目 | 行次 | 统计数
栏  次 |  | 1 | 2 | 栏  次 |  | 3
一、“三公”经费支出 | 1 | — | — | 二、机关运行经费 | 20 | 94.74
（一）支出合计 | 2 | 3.00 | 2.00 | 三、国有资产占用情况 | 21 | —
1.因公出国（境）费 | 3 | 0.00 | 0.00 | （一）车辆数合计（辆） | 22 | 4
2.公务用车购置及运行维护费 | 4 | 2.00 | 1.50 | 1.副部（省）级及以上领导用车 | 23 | 0
（1）公务用车购置费 | 5 | 0.00 | 0.00 | 2.执法执勤用车 | 24 | 4
（2）公务用车运行维护费 | 6 | 2.00 | 1.50 | （二）单价100万元（含）以上设备（不含车辆） | 25 | 1
3.公务接待费 | 7 | 1.00 | 0.50 | （一）政府采购支出合计 | 26 | 60.00
4.公务用车保有量（辆） | 8 | — | 4 | 1.政府采购货物支出 | 27 | 15.00
 |  |  |  | 2.政府采购服务支出 | 28 | 45.00
 |  |  |  | （二）授予中小企业合同金额 | 29 | 30.00
"""


def test_the_statistics_are_budget_lines_and_assets() -> None:
    found = read("机构运行信息表\n金额单位：万元", FORM, given=FINAL)
    amounts = {row.id: (row.get("amount"), row.get("stage"), row.get("is_total")) for row in lines(found)}
    assert amounts["agency_operation/agency_operation/table"] == (947400, "final", False)
    assert amounts["procurement_total/procurement/table"] == (600000, "final", True)
    assert amounts["procurement_total/procurement.services/table"] == (450000, "final", False)
    assert amounts["three_public/three_public~2"] == (20000, "final", True)
    kinds = {row.get("category_code"): (row.get("quantity"), row.get("parent_id")) for row in found.tables["assets"]}
    assert kinds == {
        "vehicles": (4, None),
        "vehicles.ministerial": (0, "vehicles"),
        "vehicles.enforcement": (4, "vehicles"),
        "equipment.high_value": (1, None),
    }
    assert {item.text for item in found.unrecognised} == {"4", "30.00"}  # 保有量, and what no table holds


def test_the_statistics_beside_a_budget_are_what_was_spent() -> None:
    found = read("机构运行信息表\n金额单位：万元", FORM.replace("决算数", "统计数"), given=FINAL)
    told = {(row.get("item_code"), row.get("stage")): row.get("amount") for row in lines(found)}
    assert (told["three_public", "budget"], told["three_public", "final"]) == (30000, 20000)
    assert told["agency_operation", "final"] == 947400


def test_statistics_of_three_public_expenses_alone_are_what_was_spent() -> None:
    table = """
项目 | 行次 | 统计数
一、“三公”经费支出 | 1 | —
（一）支出合计 | 2 | 5.21
1．因公出国（境）费 | 3 |
2．公务用车购置及运行维护费 | 4 | 4.56
3．公务接待费 | 5 | 0.65
（二）相关统计数 | 6 | —
1．国内公务接待批次（个） | 7 | 56
二、机关运行经费 | 8 | 94.09
"""
    found = read("“三公”经费、行政参公单位机关运行经费情况表\n金额单位：万元", table, given=FINAL)
    told = {row.get("item_code"): row.get("amount") for row in lines(found) if row.get("amount") is not None}
    assert told == {
        "three_public": 52100,
        "three_public.vehicles": 45600,
        "three_public.reception": 6500,
        "agency_operation": 940900,
    }
    assert {item.text for item in found.unrecognised} == {"56"}


def test_the_parts_below_three_public_expenses_are_none_of_them() -> None:
    table = """
项  目 | 年初预算数 | 决算数
一、“三公”经费支出 | — | —
（一）支出合计 | 3.00 | 2.00
1.因公出国（境）费 | |
2.公务用车购置及运行维护费 | 2.00 | 1.50
3.公务接待费 | 1.00 | 0.50
二、机关运行经费 | — | 94.09
三、国有资产占用情况 | — | —
（一）车辆数合计（辆） | — | 3
3.机要通信用车 | — | 1
5.应急保障用车 | — | 2
（二）单价100万元（含）以上设备（不含车辆）（台、套） | — | 0
四、政府采购支出信息 | — | —
（一）政府采购支出合计 | — | 60.00
（二）政府采购授予中小企业合同金额 | — | 30.00
"""
    found = read("机构运行信息表\n单位：万元", table, given=FINAL)
    told = {(row.get("item_code"), row.get("stage")): row.get("amount") for row in lines(found) if row.get("amount")}
    assert told == {
        ("three_public", "budget"): 30000,
        ("three_public", "final"): 20000,
        ("three_public.vehicles", "budget"): 20000,
        ("three_public.vehicles", "final"): 15000,
        ("three_public.reception", "budget"): 10000,
        ("three_public.reception", "final"): 5000,
        ("agency_operation", "final"): 940900,
        ("procurement", "final"): 600000,
    }
    kinds = {row.get("category_code"): row.get("quantity") for row in found.tables["assets"]}
    assert kinds == {"vehicles": 3, "vehicles.confidential": 1, "vehicles.emergency": 2, "equipment.high_value": 0}
    assert {item.text for item in found.unrecognised} == {"30.00"}


def test_lines_below_three_public_expenses_keep_their_stages() -> None:
    table = """
项目 | 年初预算数 | 决算数
“三公”经费合计 | 3.00 | 2.00
公务接待费 | 3.00 | 2.00
机关运行经费 | 10.00 | 9.00
会议费 | 1.00 | 1.10
"""
    found = read("“三公”经费、机关运行经费、会议费情况表\n单位：万元", table, given=FINAL)
    told = {(row.get("item_code"), row.get("stage")): row.get("amount") for row in lines(found)}
    assert (told["agency_operation", "budget"], told["agency_operation", "final"]) == (100000, 90000)
    assert (told["meeting", "budget"], told["meeting", "final"]) == (10000, 11000)
    assert not found.unrecognised


def test_what_was_spent_in_another_year_is_no_statistic_of_this_one() -> None:
    table = """
项目 | 2024年 | 2023年
^ | 决算数 | 决算数
一、“三公”经费合计 | 3.00 | 2.00
公务接待费 | 3.00 | 2.00
二、政府采购支出信息 | — | —
（一）政府采购支出合计 | 60.00 | 50.00
"""
    found = read("“三公”经费、机关运行经费情况表\n单位：万元", table, given=FINAL)
    told = {row.get("item_code"): row.get("amount") for row in lines(found) if row.get("amount") is not None}
    assert told["procurement"] == 600000
    budget = table.replace("2024年 |", "2023年 |").replace("| 2023年\n", "| 2024年\n")
    budget = budget.replace("决算数 | 决算数", "决算数 | 预算数")
    found = read("“三公”经费、机关运行经费情况表\n单位：万元", budget)
    assert 600000 not in {row.get("amount") for row in lines(found)}
