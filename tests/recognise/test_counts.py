"""Staff, vehicles and units that prose tells."""

from __future__ import annotations

import pytest
from said import HEAD, disclosure

STAFF = "二、人员情况\n"


def staff(body: str) -> dict[str, tuple[int | None, int | None]]:
    """category → established posts and actual number."""
    rows = disclosure(STAFF + body).tables.get("staff", ())
    return {str(row.get("category")): (_int(row.get("quota")), _int(row.get("actual"))) for row in rows}


def _int(value: object) -> int | None:
    return None if value is None else int(str(value))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            "人员编制总数58人，其中：行政编制28人，机关工勤编制2人，事业编制28人。实有在职人员55人，其中：行政人员26人，"
            "工勤人员2人，事业人员27人。离退休人员33人，其中：离休0人，退休33人。",
            {
                "total": (58, None), "in_service": (None, 55), "in_service.administrative": (28, 26),
                "in_service.workers": (2, 2), "in_service.institution": (28, 27),
                "retired": (None, 33), "retired.veteran": (None, 0), "retired.pensioner": (None, 33),
            },
        ),
        (
            "行政编制160人，实际150人；事业编制20人，实有18人。",
            {"in_service.administrative": (160, 150), "in_service.institution": (20, 18)},
        ),
        (
            "人员编制320人，其中行政编制20人、事业编制300人；实有人员305人，其中行政18人、事业287人。",
            {"total": (320, 305), "in_service.administrative": (20, 18), "in_service.institution": (300, 287)},
        ),
        (
            "街道共有工作人员73人，其中行政编制25人、参公编制20人、事业编制28人。",
            {
                "in_service.administrative": (25, None), "in_service.civil_service_institution": (20, None),
                "in_service.institution": (28, None),
            },
        ),
        ("编制数35个，实有人数33人。", {"total": (35, 33)}),
        ("车辆编制3辆，学生人数4,321人。", {"students": (None, 4321)}),
    ],
)  # fmt: skip
def test_staff_by_kind(body: str, expected: dict[str, tuple[int | None, int | None]]) -> None:
    assert staff(body) == expected


def test_staff_told_again_and_differently_keeps_the_first_and_says_so() -> None:
    found = disclosure(STAFF + "行政编制28人。\n行政编制30人。")
    assert [str(row.get("quota")) for row in found.tables["staff"]] == ["28"]
    assert [item.key for item in found.diagnostics] == ["recognise.said_differently"]


def test_planned_purchases_are_no_stock() -> None:
    body = "三、国有资产占用情况\n共有车辆6辆，其中：执法执勤用车5辆、其他用车1辆，其他用车主要用于物资采购。2025年安排购置车辆3辆，其中：应急保障用车3辆。"
    rows = disclosure(body).tables["assets"]
    assert {row.id: str(row.get("quantity")) for row in rows} == {
        "vehicles": "6", "vehicles.enforcement": "5", "vehicles.other": "1",
    }  # fmt: skip


@pytest.mark.parametrize(
    "body",
    [
        "二、机构设置\n纳入邯郸市测试局2025年部门预算编制范围的二级预算单位包括：\n1.邯郸市测试局（本级）\n2.邯郸市测试中心\n三、收入情况\n无。",
        "二、机构设置\n从预算单位构成看，纳入2025年预算编制范围的单位共计2家，具体包括：邯郸市测试局（本级）、邯郸市测试中心。",
    ],
)
def test_units_listed_in_prose(body: str) -> None:
    found = disclosure(body, HEAD)
    names = [row.get("name") for row in found.tables["organizations"]]
    assert names == ["邯郸市测试局", "邯郸市测试局（本级）", "邯郸市测试中心"]


@pytest.mark.parametrize(
    ("body", "parent"),
    [
        ("编制人数小计98人；实有人数小计91人，其中：在职人数91人；退休人员57人。", None),
        ("实有人数148人，其中：在职人数91人；退休人员57人。", "total"),
        ("实有人员91人，其中行政80人、事业11人；退休人员57人。", None),
    ],
)
def test_those_retired_are_not_in_a_total_of_those_in_service(body: str, parent: str | None) -> None:
    rows = disclosure(STAFF + body).tables["staff"]
    assert {row.id: row.values.get("parent_id") for row in rows}["retired.pensioner"] == parent


def test_kinds_of_vehicles_that_the_code_list_does_not_have_are_told_too() -> None:
    body = "二、国有资产占用情况\n截至2023年12月31日，共有车辆5辆，其中：一般公务用车1辆、执法执勤用车3辆、其他用车1辆，其他用车主要是下乡用车1辆。"
    rows = disclosure(body).tables["assets"]
    assert [(row.get("category_code"), row.get("item"), row.get("quantity"), row.get("parent_id")) for row in rows] == [
        ("vehicles", "共有车辆", 5, None),
        ("vehicles.enforcement", "执法执勤用车", 3, "vehicles"),
        ("vehicles.other", "其他用车", 1, "vehicles"),
        (None, "一般公务用车", 1, "vehicles"),
    ]
