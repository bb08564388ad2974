"""Bad input gets an error that names the cure, or is packed as far as it is certain, with the rest named."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_guantao import SOURCE

from openbudget.errors import NotRecognisedError, OpenBudgetError, UsageError
from openbudget.model.amount import parse_figure
from openbudget.model.disclosure import Disclosure
from openbudget.readers import read, sandbox
from openbudget.recognise import recognise
from openbudget.recognise.layout import load
from openbudget.recognise.words import chinese_number

TEXT = SOURCE.read_text(encoding="utf-8")


def made_of(text: str) -> Disclosure:
    return recognise([read("说明.txt", text.encode())])


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("今天天气很好，适合出门。\n", "recognise.no_disclosure"),
        (TEXT.replace("2021年", "今年"), "recognise.no_year"),
        (TEXT.replace("单位：万元", "").replace("金额单位：万元", "金额"), "recognise.no_unit"),
        (TEXT.split("\n", 2)[2].replace("馆陶县人民政府办公室", "我办"), "recognise.no_organization"),
        (TEXT + TEXT.replace("馆陶县人民政府办公室", "馆陶县教育局"), "recognise.two_departments"),
        ("\n".join(TEXT.split("\n")[:330]), "recognise.cut"),
    ],
)
def test_what_cannot_be_packed_is_refused_with_a_cure(text: str, key: str) -> None:
    with pytest.raises(NotRecognisedError) as caught:
        made_of(text)
    assert caught.value.key == key
    assert caught.value.exit_code == 3


def test_what_is_too_short_is_told_what_it_has() -> None:
    with pytest.raises(NotRecognisedError) as caught:
        made_of("2024年预算\n收入1万元\n")
    assert caught.value.key == "recognise.no_disclosure"
    assert caught.value.args_by_name["found"] == "预算、收入"
    assert "有 2 个（预算、收入）" in caught.value.text("zh")


@pytest.mark.parametrize("data", [b"", b"\x00\x01\x02" * 500, TEXT.encode() + TEXT.encode("gb18030")])
def test_what_cannot_be_read_is_refused(data: bytes) -> None:
    with pytest.raises(OpenBudgetError) as caught:
        read("说明.txt", data)
    assert caught.value.exit_code == 3


def test_a_row_that_does_not_fit_is_named_and_the_others_are_kept() -> None:
    lines = TEXT.split("\n")
    at = lines.index("\tA0201060199")
    found = made_of("\n".join(lines[: at + 3] + lines[at + 5 :]))
    assert [row.values["item"] for row in found.tables["procurement"]] == ["台式计算机", "木制台、桌类", "其他椅凳类"]
    assert {item.reason for item in found.unrecognised} == {"recognise.row_width"}
    assert len(found.unrecognised) == 7
    assert found.coverage.unrecognised == 7


@pytest.mark.parametrize(
    ("printed", "amount"),
    [
        ("2 . 5 0", "25000"),
        ("２．５０", "25000"),
        ("1,002.50", "10025000"),
        ("——", None),
        ("", None),
        ("0", "0"),
        ("2.5.0", None),
        ("约2.50", None),
        ("12,50", None),
    ],
)
def test_figures_of_cells(printed: str, amount: str | None) -> None:
    lines = TEXT.split("\n")
    at = lines.index("\tA02010104")
    lines[at + 4] = "\t" + printed  # the total of the row
    row = made_of("\n".join(lines)).tables["procurement"][0]
    assert row.values.get("amount") is None if amount is None else str(row.values["amount"]) == amount
    if printed and amount is None:
        assert row.origins["amount"].printed == printed


def test_a_header_that_the_end_of_the_file_cut_is_named() -> None:
    found = made_of("\n".join(TEXT.split("\n")[:322]))
    assert [item.text for item in found.unrecognised] == ["一级指标", "二级指标", "三级指标"]


def test_repeated_headings_lose_nothing() -> None:
    found = made_of(TEXT + "\n".join(TEXT.split("\n")[-14:]))
    assert found.coverage.total == sum(
        1 for line in (TEXT + "\n".join(TEXT.split("\n")[-14:])).split("\n") if line.strip()
    )
    assert found.coverage.unrecognised == 0


def test_a_folder_without_layouts_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        load(tmp_path)
    assert caught.value.key == "recognise.no_layouts"


@pytest.mark.parametrize("word", ["/(预算/", "^(?:预算"])
def test_an_expression_that_is_none_is_told_with_its_file(tmp_path: Path, word: str) -> None:
    (tmp_path / "own.yaml").write_text(f"headings:\n- {{code: contents, words: ['{word}']}}\n", encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        load(tmp_path)
    assert caught.value.key == "recognise.bad_layout"
    assert word in str(caught.value.args_by_name["reason"])


def recognised(name: str, text: str) -> int:
    return len(recognise([read(name, text.encode())]).tables["budget_lines"])


def test_lines_without_end_take_time_by_their_length() -> None:
    """Each of these took minutes to hours, by the square of its length."""
    lines = TEXT.split("\n")
    for at, piece in enumerate(("1,", ".", "增加1", "收入1万元，", "减少", "〔2021〕", "\t1")):
        lines.insert(60 + 140 * at, piece * (60_000 // len(piece)))
    assert sandbox.run(recognised, "说明.txt", "\n".join(lines)) > 0


@pytest.mark.parametrize("number", ["１", "9" * 41, "²", "1" * 5000])
def test_numbers_that_are_none_are_no_fault(number: str) -> None:
    assert made_of(TEXT.replace("功能分类科目编码", number).replace("第一部分", f"第{number}部分", 1)).tables


def test_what_has_more_digits_than_money_is_no_figure() -> None:
    assert parse_figure("9" * 40) is not None
    assert parse_figure("9" * 41) is None
    assert chinese_number("2" * 5000) is chinese_number("二" * 5000) is None
