"""Shares said behind a figure: stored as printed, with what they are shares of where that is certain."""

from __future__ import annotations

import pytest
from tests.recognise.lines.build import FINAL, read

from openbudget.checks import run
from openbudget.model.disclosure import Disclosure


def shares(found: Disclosure) -> dict[str, tuple[str, str | None]]:
    rows = found.tables["budget_lines"]
    return {
        row.id.partition("/")[2]: (row.origins["share_percent"].printed, row.get("share_of_id"))  # type: ignore[misc]
        for row in rows
        if row.get("share_percent") is not None
    }


def told(found: Disclosure) -> list[tuple[str, str | None]]:
    tables = {name: [{"id": row.id, **row.values} for row in rows] for name, rows in found.tables.items()}
    sources = [
        {"table": name, "row_id": row.id, "field": field, "printed": origin.printed, "method": origin.method}
        for name, rows in found.tables.items()
        for row in rows
        for field, origin in row.origins.items()
    ]
    findings, _ = run({**tables, "sources": sources})  # type: ignore[dict-item]
    return [(one.rule, one.row_id) for one in findings if one.rule in ("SUM-016", "SUM-017")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "本年支出合计765.14万元，其中：基本支出507.40万元，占66.32%；项目支出257.74万元，占比33.68％。",
            {"expenditure.basic": ("66.32%", "narrative/expenditure.current"), "expenditure.project": ("33.68％", "narrative/expenditure.current")},
        ),
        (
            "本年支出合计765.14万元，其中：基本支出507.40万元（占本年支出合计的66.32%），其中：人员经费400.00万元，占78.83%。",
            {"expenditure.basic": ("66.32%", "narrative/expenditure.current"), "expenditure.basic.personnel": ("78.83%", "narrative/expenditure.basic")},
        ),
        (
            "2024年度财政拨款支出500.00万元，主要用于以下方面：一般公共服务（类）支出100.00万元，占20%；教育（类）支出400.00万元，占80%。",
            {
                "expenditure.function/一般公共服务@fiscal_appropriation": ("20%", "narrative/expenditure.current@fiscal_appropriation"),
                "expenditure.function/教育@fiscal_appropriation": ("80%", "narrative/expenditure.current@fiscal_appropriation"),
            },
        ),
        (
            "“三公”经费10.00万元，其中：公务接待费4.00万元，占“三公”经费的40%。",
            {"three_public.reception": ("40%", "narrative/three_public")},
        ),
    ],
)  # fmt: skip
def test_a_share_leads_to_its_whole(text: str, expected: dict[str, tuple[str, str]]) -> None:
    found = read(text, given=FINAL)
    assert shares(found) == expected
    assert not told(found)


@pytest.mark.parametrize(
    "text",
    [
        "收入总计1100.00万元，其中：财政拨款收入900.00万元，占90%；上年结转100.00万元。",  # of the year's, which is not said
        "“三公”经费10.00万元。公务接待费4.00万元，占全县公务接待费的3%。",
        "基本支出507.40万元，占66.32%。",
    ],
)
def test_of_what_is_not_certain(text: str) -> None:
    found = read(text, given=FINAL)
    assert [whole for _, whole in shares(found).values()] == [None]
    assert not told(found)


def test_no_share_of_a_figure() -> None:
    """What stands between, a change, or a figure that is nobody's: no share of the item before it."""
    found = read(
        "支出预算100万元，比上年增加10万元，增长11.11%。某中心向企业授予合同80万元，占71%。国有资产占用情况详见附表。"
    )
    assert not shares(found)


def test_shares_are_recomputed() -> None:
    text = "本年支出合计765.14万元，其中：基本支出507.40万元，占{}；项目支出257.74万元，占33.68%。"
    assert told(read(text.format("63.32%"), given=FINAL)) == [("SUM-016", "narrative/expenditure.basic")]
    assert not told(read(text.format("66.31%"), given=FINAL))  # cut, not rounded
    three = "“三公”经费30.00万元，其中：公务接待费10.00万元，占33.4%；公务用车购置及运行费10.00万元，占33.4%；因公出国（境）费10.00万元，占33.4%。"
    assert [rule for rule, _ in told(read(three, given=FINAL))] == ["SUM-017"]
