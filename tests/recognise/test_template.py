"""The form that `openbudget template` makes: what is filled in comes back exactly, what is wrong is named."""

from __future__ import annotations

import datetime
import io
import shutil
import subprocess
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from tests.project.conftest import ROOT

from openbudget import pipeline
from openbudget.errors import NotRecognisedError, TemplateError
from openbudget.messages import say
from openbudget.model.amount import UNITS
from openbudget.model.disclosure import Disclosure
from openbudget.model.finding import Severity
from openbudget.package import open_package
from openbudget.package.template import workbook
from openbudget.readers import read
from openbudget.recognise import Given, recognise, refuse_empty
from openbudget.recognise.template_lines import places
from openbudget.standard import codelist, template

FACTS = {
    "organization": "邯郸市测试局", "agency": "434", "year": 2025, "kind": "预算", "level": "部门", "unit": "万元",
    "disclosed_on": "2025-02-10",
}  # fmt: skip
FILLED: dict[str, list[dict[str, object]]] = {
    "organizations": [{"name": "邯郸市测试中心", "organization_type_reported": "事业单位", "agency_code": "434002"}],
    "responsibilities": [{"number": "1", "text": "负责测试。"}, {"text": "负责\n核对。"}],
    "budget_lines": [
        {"statement": "部门收支总表", "item": "收入总计", "item_code": "收入总计", "amount_reported": 765.14},
        {"statement": "部门收支总表", "item": "一般公共预算", "item_code": "一般公共预算收入", "amount_reported": 765.14,
         "fund_source": "一般公共预算"},
        {"statement": "部门支出总表", "item": "合计", "item_code": "本年支出合计", "amount_reported": "765.14"},
        {"statement": "部门支出总表", "item": "一般公共服务支出", "function_code": "201", "function_name": "一般公共服务支出",
         "amount_reported": "765.14"},
        {"statement": "部门支出总表", "item": "行政运行", "function_code": "2010301", "expenditure_type": "基本支出",
         "amount_reported": "507.40"},
        {"statement": "部门支出总表", "item": "一般行政管理事务", "function_code": "2010302",
         "expenditure_type": "项目支出", "amount_reported": 257.74},
        {"organization_id": "邯郸市测试中心", "statement": "项目支出表", "item": "系统", "project": "系统",
         "amount_reported": 120000, "unit_reported": "元"},
        {"statement": "一般公共预算“三公”经费支出表", "item": "因公出国（境）费", "item_code": "three_public.abroad",
         "amount_reported": "——"},
    ],
    "comparisons": [
        {"item_code": "收入总计", "base_year": 2024, "base_stage": "预算数", "direction": "减少", "change_reported": 7.2,
         "change_percent": "0.93%", "reason": "压减。"},
    ],
    "performance_goals": [
        {"scope": "部门整体", "goal": "做好。"},
        {"scope": "预算项目", "title": "系统", "goal": "建成。", "amount_reported": 12, "amount_fiscal": 12},
    ],
    "performance_indicators": [
        {"goal_id": "系统", "level_1": "产出指标", "level_2": "数量指标", "level_3": "系统", "target_reported": "≥1套"},
        {"level_2": "质量指标", "level_3": "合格率", "target_reported": "100%", "weight": 10},
        {"goal_id": "部门整体", "level_1": "满意度指标", "level_3": "满意度", "target_reported": "≥98%"},
    ],
    "procurement": [
        {"project": "系统", "item": "台式计算机", "catalogue_code": "A02010105", "category": "货物", "mode": "集中采购",
         "unit_of_measure": "台", "quantity": 3, "unit_price": 0.5, "amount": 1.5, "amount_general_public_budget": 1.5},
    ],
    "assets": [
        {"as_of": "2024年12月31日", "category_code": "车辆", "item": "车辆", "quantity": 3, "quantity_unit": "辆",
         "value_reported": 60},
        {"as_of": "2024-12-31", "category_code": "资产总额", "item": "资产总额", "value_reported": 765.1},
    ],
    "staff": [
        {"category": "在职人员", "item": "在职", "quota": 30, "actual": 28},
        {"category": "行政人员", "item": "行政", "quota": 12, "actual": 11},
    ],
    "glossary": [{"term": "三公经费", "definition": "指三项。"}],
}  # fmt: skip
YES_TOTALS = [True, False, True, True, False, False, False, False]


def _book(rows: dict[str, list[dict[str, object]]], facts: dict[str, Any] | None = None) -> Any:
    book = load_workbook(io.BytesIO(workbook()))
    guide = book[template.GUIDE]
    for row in range(1, guide.max_row + 1):
        for fact, value in (FACTS if facts is None else facts).items():
            if guide.cell(row, 1).value == template.label(fact):
                guide.cell(row, 2).value = value
    for table, lines in rows.items():
        sheet = book[template.sheets()[table]]
        letters = {column.name: at for at, column in enumerate(template.columns(table), 1)}
        for number, line in enumerate(lines, 2):
            for name, value in line.items():
                sheet.cell(number, letters[name]).value = value
    return book


def _bytes(book: Any) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _disclosure(data: bytes, name: str = "模板.xlsx") -> Disclosure:
    return recognise([read(name, data, isolate=False)], Given())


@pytest.fixture(scope="module")
def filled() -> bytes:
    return _bytes(_book(FILLED))


def _values(found: Disclosure) -> dict[str, list[dict[str, object]]]:
    return {table: [{"id": row.id, **row.values} for row in rows] for table, rows in found.tables.items()}


def test_every_row_comes_back(filled: bytes) -> None:
    found = _disclosure(filled)
    facts = found.facts
    assert (facts.agency_name, facts.agency_code, facts.fiscal_year, facts.kind) == (
        "邯郸市测试局",
        "434",
        2025,
        "budget",
    )
    assert (facts.region_code, facts.level, str(facts.disclosed_on)) == ("130400", "department", "2025-02-10")
    rows = _values(found)
    counts = {table: len(lines) + (table == "organizations") for table, lines in FILLED.items()}
    assert {table: len(lines) for table, lines in rows.items()} == counts
    lines = rows["budget_lines"]
    assert [line["is_total"] for line in lines] == YES_TOTALS
    parents = [line.get("parent_id") for line in lines]
    assert parents == [None, lines[0]["id"], None, lines[2]["id"], lines[3]["id"], lines[3]["id"], None, None]
    assert lines[4] == {
        "id": "expenditure/2010301/basic", "organization_id": "邯郸市测试局", "fiscal_year": 2025, "stage": "budget",
        "statement": "expenditure", "flow": "expenditure", "item": "行政运行", "item_code": "expenditure.function",
        "parent_id": "expenditure/201", "is_total": False, "of_which": False, "expenditure_type": "basic", "function_code": "2010301",
        "amount": Decimal(5074000), "amount_reported": Decimal("507.40"), "unit_reported": "wan_yuan",
    }  # fmt: skip
    assert str(lines[4]["amount_reported"]) == "507.40"
    assert (lines[6]["amount"], lines[6]["organization_id"]) == (Decimal(120000), "邯郸市测试中心")
    assert "amount" not in lines[7]
    (change,) = rows["comparisons"]
    assert (change["change_amount"], change["change_percent"]) == (Decimal(-72000), Decimal("-0.93"))
    assert change["line_id"] == lines[0]["id"]
    goals, indicators = rows["performance_goals"], rows["performance_indicators"]
    assert [line["goal_id"] for line in indicators] == [goals[1]["id"], goals[1]["id"], goals[0]["id"]]
    assert indicators[1]["level_1_code"] == "output"
    assert (indicators[0]["operator"], indicators[0]["value"], indicators[0]["unit"]) == (">=", Decimal(1), "套")
    assert (rows["procurement"][0]["unit_price"], rows["procurement"][0]["catalogue_edition"]) == (
        Decimal(5000),
        "2022",
    )
    assert rows["assets"][0]["parent_id"] == rows["assets"][1]["id"] == "total"
    assert rows["staff"][1]["parent_id"] == "in_service"
    assert rows["responsibilities"][1]["text"] == "负责\n核对。"


def test_a_change_is_of_a_line_only_where_that_is_certain() -> None:
    whole = FILLED["budget_lines"][0]
    part = {**whole, "statement": "部门收入总表", "fund_source": "一般公共预算"}
    for lines, compared in (([whole, {**whole, "statement": "部门收入总表"}], True), ([whole, part], False)):
        found = _disclosure(_bytes(_book({"budget_lines": lines, "comparisons": FILLED["comparisons"]})))
        assert (found.tables["comparisons"][0].get("line_id") is not None) is compared


def test_every_locator_leads_to_what_is_printed(filled: bytes) -> None:
    document = read("模板.xlsx", filled, isolate=False)
    origins = [
        origin
        for rows in recognise([document], Given()).tables.values()
        for row in rows
        for origin in row.origins.values()
    ]
    assert len(origins) > 100
    for origin in origins:
        assert document.text_at(origin.place.fragment) == origin.printed


def test_the_package_is_valid_and_made_without_options(filled: bytes, tmp_path: Path) -> None:
    source = tmp_path / "模板.xlsx"
    source.write_bytes(filled)
    packed = pipeline.pack([source], Given(), tmp_path / "out")
    assert packed.disclosure.coverage.unrecognised == 0
    report = pipeline.validate(packed.folder)
    assert report.counts.get(Severity.ERROR, 0) == 0
    assert report.rows["budget_lines"] == len(FILLED["budget_lines"])


def _as_filled(tables: Any) -> dict[str, list[dict[str, object]]]:
    """The rows of a package as a clerk would fill them in."""
    names = {row["id"]: row["name"] for row in tables["organizations"]}
    department = tables["organizations"][0]["id"]
    goals = {row["id"]: row["title"] or template.words("scope")[row["scope"]] for row in tables["performance_goals"]}
    filled: dict[str, list[dict[str, object]]] = {}
    for table in template.sheets():
        for row in tables.get(table, ()):
            said = dict(row)
            said["organization_id"] = (
                None if row.get("organization_id") == department else names.get(row.get("organization_id"))
            )
            said["goal_id"] = goals.get(row.get("goal_id"))
            for column in template.columns(table):
                value = said.get(column.name)
                if value is not None and column.kind == "choice":
                    said[column.name] = template.words(str(column.codelist))[value]
                elif value is not None and column.kind == "money" and not column.name.endswith("_reported"):
                    said[column.name] = value / UNITS[str(row["unit_reported"])][1]
            line = {column.name: said.get(column.name) for column in template.columns(table)}
            filled.setdefault(table, []).append({name: str(value) for name, value in line.items() if value is not None})
    filled["organizations"].pop(0)
    return filled


def test_a_real_disclosure_filled_in_gives_the_same_rows() -> None:
    tables = open_package(next((ROOT / "datapackages").glob("cn-130433-*"))).tables
    facts = {**FACTS, "organization": tables["organizations"][0]["name"], "year": 2021, "region": "130433"}
    found = _disclosure(_bytes(_book(_as_filled(tables), facts))).tables
    ids = ("id", "goal_id")  # the form names goals by their titles
    different = []
    for table in template.sheets():
        rows = tables.get(table, ())
        assert len(found.get(table, ())) == len(rows), table
        for ours, theirs in zip(found.get(table, ()), rows, strict=True):
            different += [
                (table, theirs["id"], name, theirs[name], ours.get(name))
                for name in theirs
                if name not in (*ids, "origin") and str(theirs[name]) != str(ours.get(name))
            ]
    assert [told for told in different if told[2] != "target_type"] == []
    assert len(different) == 3  # the kind of target of three indicators of a sentence that state none


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize("form", ["xlsx", "ods", "xls"])
def test_saved_by_another_program_it_is_the_same(filled: bytes, form: str, tmp_path: Path) -> None:
    (tmp_path / "模板.xlsx").write_bytes(filled)
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = [
        "soffice",
        profile,
        "--headless",
        "--convert-to",
        form,
        "--outdir",
        tmp_path / "out",
        tmp_path / "模板.xlsx",
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    again = _disclosure((tmp_path / f"out/模板.{form}").read_bytes(), f"模板.{form}")
    assert _values(again) == _values(_disclosure(filled))


def test_rows_and_columns_may_move() -> None:
    book = _book({"glossary": FILLED["glossary"], "staff": FILLED["staff"]})
    book[template.sheets()["staff"]].insert_rows(2, 3)
    sheet = book[template.sheets()["glossary"]]
    sheet.insert_cols(1)
    sheet["A1"], sheet["A2"] = sheet["C1"].value, sheet["C2"].value
    sheet.delete_cols(3)
    found = _values(_disclosure(_bytes(book)))
    assert found["glossary"] == _values(_disclosure(_bytes(_book(FILLED))))["glossary"]
    assert [row["actual"] for row in found["staff"]] == [28, 11]


@pytest.mark.parametrize(
    ("table", "change", "cell", "kind"),
    [
        ("budget_lines", {"amount_reported": "12.3.4"}, "预算（决算）收支!N2", "figure"),
        ("budget_lines", {"statement": "某表"}, "预算（决算）收支!B2", "choice"),
        ("budget_lines", {"item": None}, "预算（决算）收支!E2", "required"),
        ("budget_lines", {"organization_id": "某中心"}, "预算（决算）收支!A2", "body"),
        ("budget_lines", {"item_code": None}, "预算（决算）收支!D2", "flow"),
        ("performance_indicators", {"goal_id": "没有"}, "绩效指标!A2", "goal"),
        ("assets", {"as_of": "去年底"}, "国有资产占用!B2", "date"),
        ("staff", {"quota": 1.5}, "人员情况!E2", "whole"),
        ("staff", {"quota": -1}, "人员情况!E2", "pattern"),
    ],
)
def test_a_wrong_value_is_named_with_its_cell(table: str, change: dict[str, object], cell: str, kind: str) -> None:
    rows = {**FILLED, table: [{**FILLED[table][0], **change}, *FILLED[table][1:]]}
    with pytest.raises(TemplateError) as raised:
        _disclosure(_bytes(_book(rows)))
    problems: Any = raised.value.args_by_name["problems"]
    assert [(key, args["cell"]) for key, args in problems] == [(f"recognise.template_{kind}", cell)]
    for language in ("zh", "en"):
        assert cell in raised.value.text(language).split("\n")[1]
    assert raised.value.exit_code == 3


def test_a_heading_that_was_changed_is_named() -> None:
    book = _book(FILLED)
    book[template.sheets()["staff"]]["E1"] = "编制"
    with pytest.raises(TemplateError, match="人员情况!E1"):
        _disclosure(_bytes(book))


@pytest.mark.parametrize(
    ("sheet", "cell", "value", "named"),
    [
        (template.sheets()["staff"], "F1", "编制数", "人员情况!F1"),
        (template.GUIDE, "A9", "单位", "说明!B9"),
        (template.GUIDE, "D4", "备注", "说明!D4"),
        (template.sheets()["staff"], "J2", "备注", "人员情况!J2"),
        ("草稿", "B3", "5", "草稿!B3"),
    ],
)
def test_what_has_no_place_in_the_form_is_named(sheet: str, cell: str, value: str, named: str) -> None:
    book = _book(FILLED)
    page = book[sheet] if sheet in book.sheetnames else book.create_sheet(sheet)
    page[cell] = value
    with pytest.raises(TemplateError) as raised:
        _disclosure(_bytes(book))
    assert named in str(raised.value)
    assert named in say(raised.value.key, "zh", **raised.value.args_by_name)


def test_a_sheet_under_another_name_is_not_passed_over() -> None:
    book = _book(FILLED)
    book[template.sheets()["staff"]].title = "人员"
    with pytest.raises(TemplateError, match="人员!A1"):
        _disclosure(_bytes(book))


def test_a_hidden_sheet_is_not_passed_over() -> None:
    book = _book({"glossary": FILLED["glossary"], "staff": FILLED["staff"]})
    book[template.sheets()["assets"]].sheet_state = "hidden"
    assert set(_disclosure(_bytes(book)).tables) == {"organizations", "glossary", "staff"}
    book[template.sheets()["staff"]].sheet_state = "hidden"
    with pytest.raises(TemplateError, match="人员情况!A1"):
        _disclosure(_bytes(book))


def test_a_day_may_be_a_date_of_the_workbook() -> None:
    book = _book(FILLED)
    cell = book[template.sheets()["assets"]]["B2"]
    cell.value, cell.number_format = datetime.date(2024, 12, 31), "yyyy/m/d"
    assert _values(_disclosure(_bytes(book)))["assets"] == _values(_disclosure(_bytes(_book(FILLED))))["assets"]


def test_nothing_of_a_form_is_explained_by_layouts(filled: bytes, tmp_path: Path) -> None:
    (tmp_path / "模板.xlsx").write_bytes(filled)
    assert pipeline.inspect([tmp_path / "模板.xlsx"], Given(), explain=True).seen == ()


def test_without_a_unit_no_amount_is_taken() -> None:
    facts = {name: value for name, value in FACTS.items() if name != "unit"}
    data = _bytes(_book({"budget_lines": FILLED["budget_lines"][:1]}, facts))
    with pytest.raises(TemplateError, match=r"预算（决算）收支!N2"):
        _disclosure(data)
    given = recognise([read("模板.xlsx", data, isolate=False)], Given(unit="yuan"))
    assert given.tables["budget_lines"][0].get("amount") == Decimal("765.14")


def test_a_form_that_is_not_filled_in_is_refused() -> None:
    with pytest.raises(NotRecognisedError) as raised:
        _disclosure(workbook())
    assert raised.value.key == "recognise.no_organization"
    with pytest.raises(NotRecognisedError) as raised:
        refuse_empty(_disclosure(workbook("邯郸市测试局", 2025, "budget")))
    assert raised.value.key == "recognise.nothing"


def test_another_version_and_company_are_refused(filled: bytes) -> None:
    book = _book(FILLED)
    book[template.GUIDE]["A2"] = f"{template.MARKER} 99"
    with pytest.raises(NotRecognisedError) as raised:
        _disclosure(_bytes(book))
    assert raised.value.key == "recognise.template_version"
    other = read("说明.txt", "邯郸市测试局2025年部门预算".encode())
    with pytest.raises(NotRecognisedError) as raised:
        recognise([read("模板.xlsx", filled, isolate=False), other], Given())
    assert raised.value.key == "recognise.template_alone"


def test_every_word_of_the_form_stands_for_one_code() -> None:
    for table in template.sheets():
        headings = [column.heading for column in template.columns(table)]
        assert len(headings) == len(set(headings)), table
        for column in template.columns(table):
            if column.codelist:
                words = list(template.words(column.codelist).values())
                assert len(words) == len(set(words)), column.codelist
    assert template.code_of("items", "按功能分类（收入总计）") == "revenue.function"
    assert set(template.words("items")) == set(codelist("items"))
    assert {say(f"standard.template_{fact}", "zh") for fact in template.FACTS} >= {"单位名称", "金额单位"}


def _line(**said: str) -> dict[str, str | None]:
    return {"flow": "expenditure", "item": "x", **said}


def test_what_is_said_twice_is_added_up_once() -> None:
    """The total by type and again by function: the first way is added up; a full cross-table is added up at its cells."""
    total = _line(item_code="expenditure")
    basic, project = _line(item_code="expenditure.basic"), _line(item_code="expenditure.project")
    one, two = _line(function_code="201"), _line(function_code="208")
    found = places([total, basic, project, one, two], [None] * 5)
    assert [place.is_total for place in found] == [True, False, False, True, True]
    assert [place.parent for place in found] == [None, 0, 0, 0, 0]
    cells = [
        _line(function_code=code, expenditure_type=kind) for code in ("201", "208") for kind in ("basic", "project")
    ]
    found = places([total, basic, project, one, two, *cells], [None] * 9)
    assert [place.is_total for place in found] == [True] * 5 + [False] * 4
    assert [place.parent for place in found[5:]] == [1, 2, 1, 2]


def test_an_option_against_the_form_is_told() -> None:
    data = _bytes(_book({"budget_lines": FILLED["budget_lines"][:1]}, FACTS))
    told = recognise([read("模板.xlsx", data, isolate=False)], Given(unit="yuan", year=1999)).diagnostics
    assert [(said.args["option"], said.args["taken"]) for said in told] == [("--year", "1999"), ("--unit", "yuan")]
