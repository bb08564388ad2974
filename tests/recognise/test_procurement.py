"""Tables of procurement: whose rows they are, which of two columns is meant, subtotals, columns that are not known."""

from __future__ import annotations

from decimal import Decimal

from tests.recognise.lines.build import left_over, read

from openbudget.model.disclosure import Disclosure

CAPTION = "政府采购预算表\n单位：万元"


def _rows(found: Disclosure) -> list[tuple[object, ...]]:
    names = ("organization_id", "project", "item", "catalogue_code", "amount")
    return [tuple(row.values.get(name) for name in names) for row in found.tables["procurement"]]


def test_the_catalogue_has_a_column_of_its_own_and_units_are_named_as_not_read() -> None:
    found = read(
        CAPTION,
        """
单位名称|项目名称|采购目录|采购物品名称|规格|数量|单价|金额
平山县下口镇财政所|办公设备购置|A02010105 台式计算机|台式机|国产|10|0.50|5.00
下口镇农技站|农技推广|C99000000 其他服务|土壤检测||1|30.00|30.00
|农技推广|C99000000 其他服务|种子检测||1|2.00|2.00
合计|||||||37.00
""",
    )
    assert _rows(found) == [
        ("平山县下口镇财政所", "办公设备购置", "台式机", "A02010105", Decimal(50000)),
        ("平山县下口镇财政所", "农技推广", "土壤检测", "C99000000", Decimal(300000)),
        ("平山县下口镇财政所", "农技推广", "种子检测", "C99000000", Decimal(20000)),
    ]
    assert [row.values["amount"] for row in found.tables["budget_lines"]] == [Decimal(370000)]
    assert left_over(found) == [("国产", "column_unknown"), ("下口镇农技站", "column_unknown")]


def test_the_total_of_all_funds_is_the_amount_and_not_that_of_the_year() -> None:
    found = read(
        CAPTION,
        """
项目名称|采购物品名称|数量|单价|政府采购金额|<|<|<
^|^|^|^|总计|当年部门预算安排资金|<|其他渠道资金
^|^|^|^|^|合计|一般公共预算拨款|^
防汛抗旱|水泵|10|3.00|30.00|20.00|20.00|10.00
""",
    )
    row = found.tables["procurement"][0].values
    assert (row["amount"], row["amount_general_public_budget"]) == (Decimal(300000), Decimal(200000))
    assert left_over(found) == [("20.00", "column_unknown"), ("10.00", "column_unknown")]


def test_two_amounts_of_which_none_is_the_total_of_the_other_are_not_chosen_from() -> None:
    found = read(CAPTION, "采购物品名称|数量|上半年|<|下半年|<\n^|^|金额|合计|金额|合计\n水泵|10|1.00|1.00|2.00|2.00\n")
    assert "procurement" not in found.tables


def test_a_category_over_the_whole_width_is_a_subtotal() -> None:
    found = read(
        CAPTION,
        """
采购品目大类|专项名称|采购品目名称|金额
合计|<|<|26.80
一、货物A|<|<|6.80
|设备购置|台式计算机|6.80
三、服务类|<|<|20.00
|残疾人服务|社会服务|20.00
""",
    )
    assert [row[2] for row in _rows(found)] == ["台式计算机", "社会服务"]
    totals = {row.values["item_code"]: row.values["amount"] for row in found.tables["budget_lines"]}
    assert totals == {
        "procurement": Decimal(268000),
        "procurement.goods": Decimal(68000),
        "procurement.services": Decimal(200000),
    }


def test_what_small_enterprises_get_is_no_amount_of_the_purchase() -> None:
    found = read(
        "政府采购预算表\n单位：万元",
        "政府采购项目|采购目录|数量|预算金额|其中：面向中小企业|<\n^|^|^|^|金额|比例\n办公设备|便携式计算机|15|9.00|4.00|44%",
    )
    (row,) = found.tables["procurement"]
    assert (row.get("project"), row.get("quantity"), row.get("amount")) == ("办公设备", 15, 90000)
    assert {item.text for item in found.unrecognised} >= {"4.00"}


def test_a_row_whose_name_is_hidden_is_no_row_of_column_numbers() -> None:
    found = read("政府采购预算表\n单位：万元", "项目名称|采购品目|数量|采购金额\n***|12|5|9\n办公|计算机|2|3.00")
    assert [row.get("amount") for row in found.tables["procurement"]] == [90000, 30000]
