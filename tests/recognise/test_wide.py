"""Tables of one body a row: staff with posts and people in several columns, assets by kind; procurement by category."""

from __future__ import annotations

from decimal import Decimal

from tests.recognise.lines.build import read

OFFICE = "平山县下口镇财政所"
STAFF = f"""
单位编码|单位名称|编制数|<|<|实有数|<|<|退休人数
^|^|小计|行政|事业|小计|行政|事业|^
|合计|24|10|14|22|9|13|11
501001|{OFFICE}|12|10|2|11|9|2|8
501002|下口镇农经站|12||12|11||11|3
"""


def test_staff_of_each_unit_by_kind_and_measure() -> None:
    rows = [row.values for row in read("部门人员情况表\n单位：人", STAFF).tables["staff"]]
    found = {(row["organization_id"], row["category"]): (row.get("quota"), row.get("actual")) for row in rows}
    assert found == {
        (OFFICE, "total"): (24, 22),
        (OFFICE, "in_service.administrative"): (10, 9),
        (OFFICE, "in_service.institution"): (14, 13),
        (OFFICE, "retired.pensioner"): (None, 11),
        (f"{OFFICE}-501001", "total"): (12, 11),
        (f"{OFFICE}-501001", "in_service.administrative"): (10, 9),
        (f"{OFFICE}-501001", "in_service.institution"): (2, 2),
        (f"{OFFICE}-501001", "retired.pensioner"): (None, 8),
        ("下口镇农经站", "total"): (12, 11),
        ("下口镇农经站", "in_service.institution"): (12, 11),
        ("下口镇农经站", "retired.pensioner"): (None, 3),
    }
    parents = {row["category"]: row.get("parent_id") for row in rows[:4]}
    assert parents["in_service.institution"] == "total"
    assert parents["retired.pensioner"] is None  # whether the total takes them in is not said


def test_the_retired_are_part_of_a_total_that_those_in_service_do_not_make_up() -> None:
    table = "单位名称|编制数|<|实有人数|<|<\n^|小计|行政编制|小计|在职|退休\n"
    inside = read("部门人员情况表\n单位：人", f"{table}{OFFICE}|25|25|32|24|8\n").tables["staff"]
    beside = read("部门人员情况表\n单位：人", f"{table}{OFFICE}|25|25|24|24|8\n").tables["staff"]
    parents = [{row.values["category"]: row.values.get("parent_id") for row in rows} for rows in (inside, beside)]
    assert [each["retired.pensioner"] for each in parents] == ["total", None]
    assert [each["in_service"] for each in parents] == ["total", "total"]


def test_a_column_of_staff_that_is_not_understood_leaves_the_table_unread() -> None:
    found = read("部门人员情况表", STAFF.replace("退休人数", "遗属补助"))
    assert not found.tables.get("staff")
    assert "遗属补助" in {item.text for item in found.unrecognised}


def test_an_own_office_that_nothing_tells_from_its_department_is_refused() -> None:
    found = read("部门人员情况表\n单位：人", STAFF.replace("501001", ""))
    assert {row.get("organization_id") for row in found.tables["staff"]} == {OFFICE, "下口镇农经站"}
    assert [item.text for item in found.unrecognised] == ["12", "10", "2", "11", "9", "2", "8"]


def test_a_department_printed_again_over_its_units_is_not_counted_twice() -> None:
    found = read("部门人员情况表\n单位：人", STAFF.replace("501001", "501"))
    assert {row.get("organization_id") for row in found.tables["staff"]} == {OFFICE, "下口镇农经站"}
    assert len(found.unrecognised) == 7


def test_assets_of_a_unit_by_kind() -> None:
    found = read(
        "国有资产占用情况表\n单位：万元",
        "单位|房屋面积（平方米）|房屋价值|车辆数（辆）|车辆价值|固定资产合计|资产合计\n"
        f"{OFFICE}|1200|360.00|3|75.50|435.50|477.80",
    )
    rows = {row.get("category_code"): row.values for row in found.tables["assets"]}
    assert {code: (row.get("quantity"), row.get("value")) for code, row in rows.items()} == {
        "total": (None, 4778000),
        "fixed": (None, 4355000),
        "buildings": (1200, 3600000),
        "vehicles": (3, 755000),
    }
    assert (rows["vehicles"]["quantity_unit"], rows["vehicles"]["parent_id"]) == ("辆", "fixed")


def test_procurement_by_category_is_its_total_and_the_parts() -> None:
    found = read("政府采购预算表\n单位：万元", "采购类别|金额\nA 货物|1.00\nB 工程|\nC 服务|3.00\n合    计|4.00")
    lines = {row.get("item_code"): row.values for row in found.tables["budget_lines"] if row.get("amount") is not None}
    assert {code: (row["amount"], row["is_total"]) for code, row in lines.items()} == {
        "procurement": (40000, True),
        "procurement.goods": (10000, False),
        "procurement.services": (30000, False),
    }
    assert lines["procurement.goods"]["parent_id"] == "procurement_total/procurement/table"


def test_assets_of_final_accounts_in_one_row() -> None:
    found = read(
        "国有资产使用情况表\n金额单位：万元",
        "项目|行次|资产总额|流动资产|固定资产|<|<|<|对外投资/有价证券|无形资产\n"
        "^|^|^|^|小计|房屋构筑物|车辆|单价200万以上大型设备|^|^\n"
        "栏次||1|2|3|4|5|6|7|8\n"
        "合计|1|54.00|10.00|42.00|30.00|12.00|0.00|0.00|2.00",
    )
    told = {row.get("category_code"): row.get("value") for row in found.tables["assets"]}
    assert told["total"] == 540000 and told["fixed"] == 420000 and told["equipment.high_value"] == 0
    assert len(told) == 8


def test_assets_counted_only_need_a_title_that_says_so() -> None:
    table = "项目|行次|单位|数量\n一、车辆|1|辆|5\n1.机要通信用车|2|辆|1\n二、单价50万元以上通用设备|3|台（套）|4"
    found = read("国有资产占用情况表", table)
    told = {row.get("category_code"): (row.get("quantity"), row.get("parent_id")) for row in found.tables["assets"]}
    assert told == {
        "vehicles": (5, None),
        "vehicles.confidential": (1, "vehicles"),
        "equipment.high_value.general": (4, None),
    }
    assert "assets" not in read("2023年业务统计表", table).tables


def test_sums_of_money_are_no_numbers_of_assets() -> None:
    money = "项目|行次|期末数\n资产总额|1|1200.50\n固定资产|2|800\n车辆|3|25"
    found = read("国有资产占用情况表\n单位：万元", money)
    assert "assets" not in found.tables
    assert {"1200.50", "800", "25"} <= {item.text for item in found.unrecognised}
    assert "assets" not in read("国有资产占用情况表", "项目|单位|期末数\n固定资产|万元|800\n车辆|元|250000").tables
    counted = "项目|期末数\n一、车辆（辆）|5\n1.机要通信用车|1\n二、房屋（平方米）|320.50\n三、资产总额|80"
    found = read("国有资产占用情况表\n单位：万元", counted)
    told = {row.get("category_code"): row.get("quantity") for row in found.tables["assets"]}
    assert told == {"vehicles": 5, "vehicles.confidential": 1, "buildings": Decimal("320.5")}


def test_assets_at_the_beginning_of_the_year_are_named_as_not_read() -> None:
    found = read(
        "国有资产占用情况表\n金额单位：万元",
        "项目|年初数|<|年末数|<\n^|数量|价值|数量|价值\n资产总额|—|90.00|—|95.00\n车辆（辆）|6|20.00|7|25.00",
    )
    told = {row.get("category_code"): (row.get("quantity"), row.get("value")) for row in found.tables["assets"]}
    assert told == {"total": (None, 950000), "vehicles": (7, 250000)}
    assert {item.text for item in found.unrecognised} >= {"90.00", "6", "20.00"}
