"""Who, which year, which kind, where: read, or asked for."""

from __future__ import annotations

import pytest
from said import disclosure

from openbudget.errors import NotRecognisedError, UsageError
from openbudget.package.name import package_name
from openbudget.readers import read
from openbudget.recognise import Given, recognise, refuse_empty
from openbudget.recognise.bodies import same_body
from openbudget.recognise.layout import shipped

BODY = (
    "一、收支情况\n2025年收入预算10万元，支出预算10万元，其中基本支出10万元，项目支出0万元。三公经费、政府采购见后。\n"
)


@pytest.mark.parametrize(
    ("title", "name", "year", "kind", "region"),
    [
        ("馆陶县人民政府办公室2021年部门预算信息公开情况说明", "馆陶县人民政府办公室", 2021, "budget", "130433"),
        ("2024年天津市河西区审计局部门预算公开说明", "天津市河西区审计局", 2024, "budget", "120103"),
        (
            "中共上海市普陀区委社会工作部2024年度部门决算",
            "中共上海市普陀区委社会工作部",
            2024,
            "final-accounts",
            "310107",
        ),
        ("平山县下口镇财政所\n2025年单位预算公开", "平山县下口镇财政所", 2025, "budget", "130131"),
        ("2025年市级单位预算\n预算单位：上海市财政局", "上海市财政局", 2025, "budget", "310000"),
        ("深圳市南山区教育局二〇二三年部门预算", "深圳市南山区教育局", 2023, "budget", "440305"),
        ("宁夏回族自治区财政厅2022年部门预算", "宁夏回族自治区财政厅", 2022, "budget", "640000"),
        ("2023年度泸州市中医医院单位决算", "泸州市中医医院", 2023, "final-accounts", "510500"),
        ("2024年度\n济南市历城区人民法院\n部门决算", "济南市历城区人民法院", 2024, "final-accounts", "370112"),
        (
            "曾都区河道堤防建设管理处 2021 年度决算公开说明",
            "曾都区河道堤防建设管理处",
            2021,
            "final-accounts",
            "421303",
        ),
        (
            "馆陶县教育体育局2025年部门所属单位预算公开\n一、馆陶县第一中学2025年单位预算",
            "馆陶县教育体育局",
            2025,
            "budget",
            "130433",
        ),
        ("关于馆陶县教育体育局2024年部门预算公开的说明", "馆陶县教育体育局", 2024, "budget", "130433"),
        ("2023年馆陶县卫生健康局部门预算和“三公”经费预算公开", "馆陶县卫生健康局", 2023, "budget", "130433"),
        ("苏尼特左旗民政局2023年部门预算公开报告", "苏尼特左旗民政局", 2023, "budget", "152523"),
        ("东莞市石龙镇人民政府2024年部门预算", "东莞市石龙镇人民政府", 2024, "budget", "441900"),
        ("吉林市财政局2022年度部门决算公开", "吉林市财政局", 2022, "final-accounts", "220200"),
        ("教育部2024年部门预算", "教育部", 2024, "budget", "100000"),
        ("国家市场监督管理总局2023年度部门决算", "国家市场监督管理总局", 2023, "final-accounts", "100000"),
        ("国家税务总局馆陶县税务局2023年度部门决算", "国家税务总局馆陶县税务局", 2023, "final-accounts", "130433"),
        ("中共中央宣传部2024年部门预算", "中共中央宣传部", 2024, "budget", "100000"),
        ("中共馆陶县委宣传部2024年部门预算", "中共馆陶县委宣传部", 2024, "budget", "130433"),
        (
            "馆陶县人民代表大会常务委员会办公室2024年部门预算",
            "馆陶县人民代表大会常务委员会办公室",
            2024,
            "budget",
            "130433",
        ),
        (
            "2024年部门预算公开（馆陶县人民代表大会常务委员会）",
            "馆陶县人民代表大会常务委员会",
            2024,
            "budget",
            "130433",
        ),
        ("上海市浦东海关2025年单位预算", "上海市浦东海关", 2025, "budget", "310000"),
    ],
)
def test_facts_are_read_from_titles(title: str, name: str, year: int, kind: str, region: str) -> None:
    facts = disclosure(BODY, title + "\n").facts
    assert (facts.agency_name, facts.fiscal_year, facts.kind, facts.region_code) == (name, year, kind, region)


@pytest.mark.parametrize(
    ("head", "key"),
    [
        ("部门预算公开说明\n", "recognise.no_organization"),
        ("预算单位：馆陶县财政局\n部门预算\n", "recognise.no_year"),
        ("县财政局2025年部门预算\n", "recognise.no_region"),
        ("普陀区财政局2025年部门预算\n", "recognise.ambiguous_region"),
        ("国家统计局吉林调查队2025年单位预算\n", "recognise.ambiguous_region"),  # the province or the city
        ("朝阳经济开发区管理委员会2025年部门预算\n", "recognise.ambiguous_region"),
        ("城北经济开发区管理委员会2025年部门预算\n", "recognise.no_region"),  # a direction, as well as a district
        ("馆陶县财政局2025年部门预算\n馆陶县教育局2025年部门预算\n", "recognise.two_departments"),
        ("馆陶县财政局2025年部门预算及2023年部门决算公开\n", "recognise.two_kinds"),
    ],
)
def test_what_is_missing_is_asked_for(head: str, key: str) -> None:
    with pytest.raises(NotRecognisedError) as caught:
        disclosure(BODY.replace("2025年", ""), head)
    assert caught.value.key == key
    assert "--" in caught.value.text("zh")


@pytest.mark.parametrize(
    ("name", "region"),
    [
        ("国家统计局内蒙古调查总队", "150000"),
        ("国家统计局吉林调查总队", "220000"),
        ("国家统计局叙永调查队", "510524"),
        ("财政部新疆监管局", "650000"),
        ("襄阳高新技术产业开发区管理委员会", "420600"),
        ("昆山高新区财政局", "320583"),
    ],
)
def test_a_division_may_be_named_in_short(name: str, region: str) -> None:
    facts = disclosure(BODY, f"{name}2025年单位预算\n").facts
    assert (facts.agency_name, facts.region_code) == (name, region)


def test_a_division_named_in_the_text_settles_an_ambiguous_name() -> None:
    facts = disclosure(BODY + "上海市普陀区财政局负责全区财政工作。\n", "普陀区财政局2025年部门预算\n").facts
    assert facts.region_code == "310107"


def test_options_win() -> None:
    facts = disclosure(
        BODY, "县财政局2025年部门预算\n", region="130433", year=2024, kind="final-accounts", agency="007"
    ).facts
    assert (facts.region_code, facts.fiscal_year, facts.kind, facts.agency_code) == (
        "130433",
        2024,
        "final-accounts",
        "007",
    )
    with pytest.raises(UsageError):
        disclosure(BODY, "县财政局2025年部门预算\n", region="999999")


def test_another_document_is_refused() -> None:
    with pytest.raises(NotRecognisedError) as caught:
        disclosure("今天天气很好，我们去公园散步。\n", "关于2025年部门预算\n")
    assert caught.value.key in ("recognise.no_disclosure", "recognise.no_organization")


@pytest.mark.parametrize(
    ("head", "level"),
    [
        ("馆陶县商务局2025年部门预算\n", "department"),
        ("馆陶县商务局2025年单位预算\n", "unit"),
        ("馆陶县商务局2025年部门所属单位预算\n", "department"),
        ("馆陶县商务局2025年所属单位预算\n", None),
        ("馆陶县2025年县级单位预算\n预算单位：馆陶县商务局\n", "unit"),
        ("馆陶县2025年县级部门预算\n预算主管部门：馆陶县商务局\n", "department"),
        ("馆陶县商务局2025年预算公开\n", None),
    ],
)
def test_a_department_and_its_own_office_are_two_bodies(head: str, level: str | None) -> None:
    facts = disclosure(BODY, head).facts
    assert facts.level == level
    department = package_name(facts._replace(level="department"))
    assert (package_name(facts) == department) == (level != "unit")
    assert package_name(facts._replace(agency_code="101")) == "cn-130433-101-2025-budget"


def test_a_name_printed_wrong_over_a_part_is_no_second_department() -> None:
    head = "馆陶县教育\n体育局\n2025年度部门预算\n"
    body = "第一部分 馆陶县教育体育局概况\n馆陶县教育体育局负责教育。\n邯郸市教育体育局2025年度部门预算表\n"
    body += f"第三部分 馆陶县教育体育局2025年度部门预算情况说明\n{BODY}"
    assert disclosure(body, head).facts.agency_name == "馆陶县教育体育局"


def test_names_left_blank_in_a_form_are_no_names() -> None:
    facts = disclosure(f"第二部分 馆陶县XX局2025年度部门预算表\n{BODY}", "馆陶县商务局2025年部门预算\n").facts
    assert facts.agency_name == "馆陶县商务局"


def test_a_disclosure_without_any_content_is_not_packed() -> None:
    made = disclosure("收入、支出、基本支出、项目支出的公开检查内容：\n及时公开。\n", "馆陶县商务局2025年部门预算\n")
    with pytest.raises(NotRecognisedError) as caught:
        refuse_empty(made)
    assert caught.value.key == "recognise.nothing"


@pytest.mark.parametrize(
    "titles",
    [
        ("馆陶县商务局2025年部门预算", "馆陶县商务局2025年单位预算"),
        ("馆陶县商务局2025年部门预算", "馆陶县商务局2024年部门预算"),
        ("馆陶县商务局2025年部门预算", "馆陶县商务局2025年部门决算"),
        ("馆陶县商务局2025年部门预算", "2024年部门预算公开\n单位名称：馆陶县教育局"),
        ("馆陶县商务局2025年部门预算", "2025年部门预算公开\n单位名称：馆陶县教育局"),
    ],
)
def test_two_whole_disclosures_are_not_one_package(titles: tuple[str, str]) -> None:
    documents = [read(f"{at}.txt", f"{title}\n{BODY}".encode()) for at, title in enumerate(titles)]
    with pytest.raises(NotRecognisedError) as caught:
        recognise(documents)
    assert caught.value.key == "recognise.two_disclosures"
    assert recognise(documents[:1]).facts.agency_name == "馆陶县商务局"


def test_a_form_of_a_unit_belongs_to_the_disclosure_of_its_department() -> None:
    form = "2025年部门预算绩效目标表\n填报单位：馆陶县教育局幼儿园\n项目名称：幼儿园设备购置\n"
    whole = read("a.txt", f"馆陶县商务局2025年部门预算\n{BODY}".encode())
    assert recognise([whole, read("b.txt", form.encode())]).facts.agency_name == "馆陶县商务局"


@pytest.mark.parametrize(
    ("name", "same"),
    [
        ("甘甲省乙乙市财政局", True),
        ("甘甲省财政局", True),
        ("甘甲省乙乙市丙丙区财政局(本级)", True),
        ("甘甲省乙乙市丙丙区财政局局本级", True),
        ("甘甲省乙乙市丙丙区财政局(局机关)", True),
        ("甘甲省乙乙市丙丙区财政局（部门）", True),
        ("甘甲省乙乙市丙丙区财政局机关", True),
        ("甘甲省乙乙市丙丙区财政局国库收付中心", False),
        ("甘甲省乙乙市丙丙区国库收付中心", False),
    ],
)
def test_whose_statement_it_is_where_a_division_is_left_out(name: str, same: bool) -> None:
    assert same_body(name, "甘甲省乙乙市丙丙区财政局", shipped()) == same


@pytest.mark.parametrize("body", ["乙乙县丁丁镇人民政府", "乙乙县丁丁街道办事处", "乙乙县公安局交警大队", "乙乙县妇联"])
def test_the_own_office_of_any_kind_of_body_is_the_same_body(body: str) -> None:
    assert same_body(f"{body}机关", body, shipped())


def test_units_are_listed_behind_their_count() -> None:
    body = "二、机构设置\n本部门中，行政单位1家，事业单位2家，具体包括：1.馆陶县商务局本部\n2.馆陶县投资促进中心\n3.馆陶县电子商务中心。\n"
    rows = disclosure(body + BODY, "馆陶县商务局2025年部门预算\n").tables
    names = [row.values["name"] for row in rows["organizations"]]
    assert names == ["馆陶县商务局", "馆陶县商务局本部", "馆陶县投资促进中心", "馆陶县电子商务中心"]


def test_an_option_that_says_something_else_than_the_print_is_told() -> None:
    title = "馆陶县司法局2024年部门预算公开\n"
    given = {"year": 2023, "kind": "final-accounts", "organization": "馆陶县审计局", "region": "130400"}
    told = [
        (said.args["option"], said.args["printed"], said.args["taken"])
        for said in disclosure(BODY, title, **given).diagnostics
        if said.key == "recognise.option_wins"
    ]
    assert told == [
        ("--region", "130433 馆陶县", "130400"),
        ("--organization", "馆陶县司法局", "馆陶县审计局"),
        ("--year", "2024", "2023"),
        ("--kind", "预算", "final-accounts"),
    ]


def test_an_option_that_says_the_same_or_more_is_no_news() -> None:
    given = {"year": 2024, "kind": "budget", "region": "130433"}
    same = disclosure(BODY, "馆陶县司法局2024年部门预算公开\n", **given)
    more = disclosure(BODY, "邯郸市司法局馆陶分局2024年部门预算公开\n", region="130433")
    assert not [said for each in (same, more) for said in each.diagnostics if said.key == "recognise.option_wins"]


def test_of_a_collection_only_the_department_asked_for_is_read() -> None:
    def page(*names: str) -> str:
        return "兰州市城关区2025年部门预算汇编\n" + "".join(
            f"{name}2025年部门预算\n一、收支情况\n2025年收入预算{at + 1}00万元，支出预算{at + 1}00万元。三公经费、政府采购见下。\n"
            for at, name in enumerate(names)
        )

    def found(*names: str) -> tuple[set[object], list[str]]:
        given = Given(organization="兰州市城关区民政局")
        disclosure = recognise([read("汇编.txt", page(*names).encode())], given)
        lines = disclosure.tables["budget_lines"]
        return {row.get("amount") for row in lines}, [one.key for one in disclosure.diagnostics]

    many = ("兰州市城关区财政局", "兰州市城关区民政局", "兰州市城关区水务局")
    assert found(*many) == ({2000000}, ["recognise.one_of_collection"])
    misprinted = ("兰州市城关区民政局", "兰州市城关区名政局")
    assert "recognise.one_of_collection" not in found(*misprinted)[1]
