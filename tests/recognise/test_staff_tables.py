"""Tables of staff: a kind of people a row."""

from __future__ import annotations

from said import disclosure

TABLE = "二、人员情况\n项目\t年末编制数\t年末实有数\n在职人员\t1980\t1856\n其中：行政人员\t30\t28\n离休人员\t\t4\n年末学生人数\t\t27450\n其他从业者\t\t7\n"


def test_each_kind_of_people_is_a_row_and_an_unknown_one_is_told() -> None:
    found = disclosure(TABLE + "本单位在职人员1856人。\n")
    rows = [row.values for row in found.tables["staff"]]
    assert [(row["category"], row.get("quota"), row.get("actual"), row.get("parent_id")) for row in rows] == [
        ("in_service", 1980, 1856, None),
        ("in_service.administrative", 30, 28, "in_service"),
        ("retired.veteran", None, 4, None),
        ("students", None, 27450, None),
    ]
    assert {(item.text, item.reason) for item in found.unrecognised} >= {("7", "recognise.staff_kind_unknown")}
