"""The first real disclosure, from the committed package's source: every cell right, told independently of the tool."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest

from openbudget.model.disclosure import Disclosure, Row
from openbudget.readers import read
from openbudget.recognise import recognise

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "datapackages" / "cn-130433-434-2021-budget" / "source" / "guantao-government-office-2021.txt"


@pytest.fixture(scope="module")
def found() -> Disclosure:
    return recognise([read(SOURCE.name, SOURCE.read_bytes())])


def tabbed_cells() -> list[str]:
    """The cells of the source by the plainest rule: a line that begins with a tab, with the lines right below it that
    do not and are not blank."""
    cells: list[str] = []
    inside = False
    for line in SOURCE.read_text(encoding="utf-8").split("\n"):
        if line.startswith("\t"):
            cells.append(line.strip())
            inside = True
        elif line.strip() and inside:
            cells[-1] += "\n" + line.strip()
        else:
            inside = False
    return cells


def values(rows: tuple[Row, ...], *names: str) -> list[tuple[object, ...]]:
    return [tuple(row.get(name) for name in names) for row in rows]


def test_counts(found: Disclosure) -> None:
    assert {name: len(rows) for name, rows in found.tables.items() if name != "sections"} == {
        "organizations": 6, "responsibilities": 21, "budget_lines": 22, "comparisons": 4, "performance_goals": 21,
        "performance_indicators": 87 + 15, "procurement": 4, "assets": 6, "glossary": 10,
    }  # fmt: skip
    assert found.coverage.unrecognised == 0
    text = SOURCE.read_text(encoding="utf-8")
    assert found.coverage.total == sum(1 for line in text.split("\n") if line.strip())


def test_every_indicator_cell_is_right(found: Disclosure) -> None:
    """The cells of the 14 tables, read in sixes from each header on, with the first two filled down."""
    cells = tabbed_cells()
    header = ["一级指标", "二级指标", "三级指标", "绩效指标描述", "指标值", "指标值确定依据"]
    expected: list[tuple[str, ...]] = []
    at = 0
    while at < len(cells):
        if cells[at : at + 6] != header:
            at += 1
            continue
        at += 6
        level_1 = ""
        while (
            at + 6 <= len(cells)
            and cells[at] in ("", "产出指标", "效益指标", "满意度指标")
            and cells[at + 1].endswith("指标")
        ):
            level_1 = cells[at] or level_1
            expected.append((level_1, *cells[at + 1 : at + 6]))
            at += 6
    rows = tuple(row for row in found.tables["performance_indicators"] if row.values["origin"] == "table")
    assert len(expected) == 87
    assert values(rows, "level_1", "level_2", "level_3", "definition", "target_reported", "basis") == expected


def test_goals(found: Disclosure) -> None:
    goals = found.tables["performance_goals"]
    assert [row.id for row in goals] == [
        "department",
        *(f"activity/{n}" for n in range(1, 7)),
        *(f"project/{n}" for n in range(1, 15)),
    ]
    cells = tabbed_cells()
    stated = [cells[at + 1] for at, cell in enumerate(cells) if cell == "绩效目标"]
    assert [row.values["goal"] for row in goals[7:]] == stated
    assert [(row.id, row.values["amount"]) for row in goals if "amount" in row.values] == [
        ("project/1", Decimal(90000))
    ]


def test_procurement(found: Disclosure) -> None:
    assert values(
        found.tables["procurement"], "item", "catalogue_code", "unit_of_measure", "quantity", "unit_price", "amount"
    ) == [
        ("台式计算机", "A02010104", "个", Decimal(5), Decimal(5000), Decimal(25000)),
        ("其他打印设备", "A0201060199", "台", Decimal(5), Decimal(2000), Decimal(10000)),
        ("木制台、桌类", "A060299", "张", Decimal(3), Decimal(2000), Decimal(6000)),
        ("其他椅凳类", "A060399", "个", Decimal(4), Decimal(1000), Decimal(4000)),
    ]
    assert {row.get("project_funds") for row in found.tables["procurement"]} == {Decimal(940900)}
    assert {row.get("amount_government_fund") for row in found.tables["procurement"]} == {None}


def test_assets(found: Disclosure) -> None:
    assert values(found.tables["assets"], "category_code", "quantity", "value", "parent_id") == [
        ("total", None, Decimal(5484600), None),
        ("buildings", Decimal(2400), Decimal(1233400), "total"),
        ("buildings.office", Decimal(2400), Decimal(1233400), "buildings"),
        ("vehicles", Decimal(2), Decimal(624800), "total"),
        ("equipment.high_value", Decimal(1), Decimal(2425700), "total"),
        ("other_fixed", None, Decimal(1200700), "total"),
    ]
    assert {str(row.values["as_of"]) for row in found.tables["assets"]} == {"2020-12-31"}
    dash = found.tables["assets"][0].origins["quantity"]
    assert dash.printed == "——"  # a dash is blank, and its printed text is kept


def test_units_keep_their_blanks(found: Disclosure) -> None:
    rows = found.tables["organizations"][1:]
    assert values(rows, "name", "organization_type_reported", "administrative_rank", "funding_mode_reported") == [
        ("馆陶县人民政府办公室本级", "行政", "正科级", "财政拨款"),
        ("馆陶县政府机关事务局", "事业", "正科级", "财政性资金基本保证"),
        ("馆陶县地方志办公室", "事业", None, "其他"),
        ("馆陶县政府督查室", "事业", None, "其他"),
        ("馆陶县人民政府办公室机关（事业）", "事业", "正科级", "财政性资金基本保证"),
    ]


def test_every_figure_of_the_prose_with_a_unit_is_a_line_or_a_change(found: Disclosure) -> None:
    """Sections 二, 三, 四, 六, 七: each `…万元` printed there is the source of a row."""
    text = SOURCE.read_text(encoding="utf-8")
    begin, end = text.index("二、部门预算安排"), text.index("五、预算绩效信息")
    prose = (
        text[begin:end]
        + text[text.index("六、政府采购") :].split("\t")[0]
        + text[text.index("七、国有资产") :].split("\t")[0]
    )
    printed = sorted(re.findall(r"(\d[\d.]*)万元", prose))
    lines = [row.origins["amount_reported"].printed for row in found.tables["budget_lines"]]
    moves = [row.origins["change_reported"].printed.removesuffix("万元") for row in found.tables["comparisons"]]
    assert sorted(lines + moves) == printed


@pytest.mark.parametrize(
    "make",
    [
        lambda text: text.encode("gb18030"),
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: text.encode("utf-8-sig"),
    ],
)
def test_other_encodings_and_line_ends_give_the_same_rows(found: Disclosure, make: object) -> None:
    text = SOURCE.read_text(encoding="utf-8")
    again = recognise([read(SOURCE.name, make(text))])  # type: ignore[operator]
    assert again.tables == found.tables
    assert again.coverage == found.coverage


def test_every_locator_gives_back_what_is_printed(found: Disclosure) -> None:
    document = read(SOURCE.name, SOURCE.read_bytes())
    count = 0
    for rows in found.tables.values():
        for row in rows:
            for origin in row.origins.values():
                assert document.text_at(origin.place.fragment) == origin.printed
                count += 1
    assert count > 1500
