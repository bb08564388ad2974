"""pack, inspect and trace as a person runs them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from openbudget.cli import main

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "datapackages" / "cn-130433-434-2021-budget"
SMALL = """馆陶县水利局2022年部门预算公开说明
一、部门职责
（一）负责全县水资源管理。
二、机构设置
\t单位全称
\t编制性质

\t馆陶县水利技术推广站
\t事业

三、收支情况
2022年预算收入200万元，其中：一般公共预算收入200万元。预算支出200万元，其中：基本支出150万元，项目支出50万元。
四、机关运行经费
机关运行经费12万元。
"""
LAYOUT = """tables:
  - id: full-name
    table: organizations
    columns:
      name: {words: [单位全称], required: true}
      organization_type_reported: {words: [编制性质], required: true}
"""


@pytest.fixture(autouse=True)
def _chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENBUDGET_LANG", "zh")
    monkeypatch.setenv("COLUMNS", "88")


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "材料.txt"
    path.write_text(SMALL, encoding="utf-8")
    return path


def source() -> str:
    return str(next((PACKAGE / "source").iterdir()))


def test_pack_tells_what_it_did(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["pack", source(), "-o", str(tmp_path)]) == 0
    said = capsys.readouterr().out
    assert "765.14 万元" in said
    assert "802 行全部有去处" in said
    assert "YOY-001" in said
    assert f"已生成数据包：{tmp_path / PACKAGE.name}" in said
    assert main(["pack", source(), "-o", str(tmp_path)]) == 0
    assert "没有变化" in capsys.readouterr().out


def test_tables_that_could_not_be_read_are_told(
    small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Not that statements lack: they may well be there."""
    table = "部门支出总表\n项目  合计    基本支出\n" + "".join(
        f"{name}{amount:>12}{amount:>10}\n"
        for name, amount in (("行政运行", "150.00"), ("公用经费", "9.50"), ("合计", "159.50"))
    )
    for text, told in ((SMALL, "没有应公开的"), (SMALL + table, "有 1 处没有读成数据")):
        small.write_text(text, encoding="utf-8")
        main(["pack", str(small), "-o", str(tmp_path / "out")])
        said = capsys.readouterr().out
        assert [words in said for words in ("没有应公开的", "有 1 处没有读成数据")] == [
            words == told for words in ("没有应公开的", "有 1 处没有读成数据")
        ]


def test_packing_again_after_a_change_says_so(small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["pack", str(small), "-o", str(tmp_path / "out")]) == 0
    small.write_text(SMALL.replace("12万元", "13万元"), encoding="utf-8")
    assert main(["pack", str(small), "-o", str(tmp_path / "out")]) == 0
    assert "已更新数据包" in capsys.readouterr().out


def test_a_folder_is_one_disclosure(small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    small.rename(folder / small.name)
    assert main(["pack", str(folder), "-o", str(tmp_path / "out")]) == 0
    assert "馆陶县水利局 2022 年预算" in capsys.readouterr().out


def test_a_zip_is_one_disclosure_too(small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import zipfile

    with zipfile.ZipFile(tmp_path / "in.zip", "w") as packed:
        packed.write(small, "公开/材料.txt")
    assert main(["pack", str(tmp_path / "in.zip"), "-o", str(tmp_path / "out")]) == 0
    (package,) = (tmp_path / "out").iterdir()
    assert [path.name for path in (package / "source").iterdir()] == ["材料.txt"]


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["nowhere.txt"], 2, "nowhere.txt"),
        (["{empty}"], 3, "empty"),
        (["{blank}"], 3, "空"),
        (["{poem}"], 3, "不像"),
        (["{small}", "--unit", "km"], 2, "km"),
        (["{small}", "--region", "999999"], 2, "999999"),
        (["{small}", "--layouts", "{empty}"], 2, "{empty}"),
        (["{small}", "-o", ""], 2, "变量"),
    ],
)
def test_what_cannot_be_packed_leaves_nothing(
    arguments: list[str], code: int, says: str, small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    places = {name: tmp_path / name for name in ("empty", "blank", "poem")}
    places["empty"].mkdir()
    places["blank"].write_bytes(b"\n\n")
    places["poem"].write_text("床前明月光，疑是地上霜。举头望明月，低头思故乡。\n", encoding="utf-8")
    filled = [argument.format(small=small, **places) for argument in arguments]
    assert main(["pack", *filled, "-o", str(tmp_path / "out")]) == code
    told = capsys.readouterr()
    assert says.format(**places) in told.err
    assert told.out == ""
    assert not (tmp_path / "out").exists()


def test_inspect_writes_nothing_and_names_what_is_missing(
    small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = sorted(tmp_path.rglob("*"))
    assert main(["inspect", str(small)]) == 0
    said = capsys.readouterr().out
    assert "4 行没有认出来" in said
    assert "单位全称" in said
    assert sorted(tmp_path.rglob("*")) == before


def test_a_table_that_is_not_recognised_is_named_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "公开.html"
    rows = "".join(
        f"<tr><td>{name}</td><td>{count}</td></tr>" for name, count in (("项目", "人次"), ("甲", 3), ("乙", 4))
    )
    page.write_text(
        "<html><body><h1>馆陶县水利局2022年部门预算</h1><p>预算收入200万元，支出200万元，其中基本支出150万元，项目支出50万元，"
        f"“三公”经费0万元。</p><table>{rows}</table></body></html>",
        encoding="utf-8",
    )
    assert main(["inspect", str(page)]) == 0
    said = capsys.readouterr().out
    assert "公开.html 第 1 张表（6 处）：项目 | 人次 | 甲 | 3 | 乙 | 4" in said
    assert "/table[1]" not in said


def test_inspect_explains_by_layout(small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inspect", str(small), "--explain"]) == 0
    assert "没有一条版式的表头与它相近" in capsys.readouterr().out
    (tmp_path / "layouts").mkdir()
    (tmp_path / "layouts" / "units.yaml").write_text(LAYOUT, encoding="utf-8")
    assert main(["inspect", str(small), "--explain", "--layouts", str(tmp_path / "layouts")]) == 0
    said = capsys.readouterr().out
    assert "版式 full-name" in said
    assert "单位全称 → name" in said


@pytest.mark.parametrize(("language", "lacks"), [("zh", "缺：金额栏"), ("en", "lacks: a column of amounts")])
def test_inspect_explains_in_the_language_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], language: str, lacks: str
) -> None:
    path = tmp_path / "a.html"
    table = "<table><tr><td>项目</td><td>注</td></tr><tr><td>本年收入合计</td><td>10.00</td></tr></table>"
    words = "收入、支出、决算、三公经费、基本支出、项目支出"
    path.write_text(f"<h1>馆陶县水利局2024年部门预算</h1><p>{words}。</p><h2>收支总表</h2>{table}", encoding="utf-8")
    assert main(["--lang", language, "inspect", str(path), "--explain"]) == 0
    assert lacks in capsys.readouterr().out


def test_inspect_says_why_no_package_can_be_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.txt"
    path.write_text(SMALL.replace("馆陶县", ""), encoding="utf-8")
    assert main(["inspect", str(path)]) == 3
    said = capsys.readouterr().out
    assert "a.txt" in said
    assert "--region" in said


def test_trace_leads_to_the_printed_text(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["trace", str(PACKAGE), "budget_lines", "narrative/expenditure.basic", "amount"]) == 0
    said = capsys.readouterr().out
    assert "amount = 5074000" in said
    assert "507.4" in said
    assert "（第 85 行第 94–98 字）" in said
    assert "注意" not in said


def test_trace_follows_a_place_within_a_zip(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    packed = shutil.make_archive(str(tmp_path / "p"), "zip", PACKAGE.parent, PACKAGE.name)
    assert main(["trace", str(PACKAGE), "budget_lines", "narrative/expenditure.basic"]) == 0
    told = capsys.readouterr().out
    assert main(["trace", packed, "budget_lines", "narrative/expenditure.basic"]) == 0
    assert capsys.readouterr().out == told


def test_a_file_in_a_folder_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", str(PACKAGE), str(PACKAGE), "-o", str(tmp_path / "none" / "a.html"), "--lang", "en"]) == 3
    assert "Make the folder first" in capsys.readouterr().err


def test_trace_sees_that_a_source_was_changed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import shutil

    copy = tmp_path / PACKAGE.name
    shutil.copytree(PACKAGE, copy)
    path = next((copy / "source").iterdir())
    path.write_text(path.read_text(encoding="utf-8").replace("507.4", "607.4"), encoding="utf-8")
    assert main(["trace", str(copy), "budget_lines", "narrative/expenditure.basic", "amount"]) == 0
    assert "现在那个位置上是：607.4" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("where", "says"),
    [
        (["lines", "x"], "budget_lines"),
        (["budget_lines", "narrative/expenditure.basik"], "narrative/expenditure.basic"),
        (["budget_lines", "narrative/expenditure.basic", "project"], "amount"),
    ],
)
def test_trace_helps_where_there_is_nothing(where: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["trace", str(PACKAGE), *where]) == 2
    assert says in capsys.readouterr().err


def test_every_row_of_sources_can_be_traced() -> None:
    """The way back works for every value of the committed package."""
    from openbudget.package import open_package
    from openbudget.package.trace import trace as follow

    rows = {(row["table"], row["row_id"]) for row in open_package(PACKAGE).tables["sources"]}
    table = "budget_lines"
    for row_id in sorted(str(row) for name, row in rows if name == table):
        for trace in follow(PACKAGE, table, row_id):
            assert trace.there == trace.printed, trace


def test_output_that_nobody_reads_is_no_fault(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-m", "openbudget", "trace", str(PACKAGE), "budget_lines", "narrative/expenditure.basic"],
        stdout=writing, stderr=subprocess.PIPE, check=False,
    )  # fmt: skip
    os.close(writing)
    assert done.returncode == 141
    assert done.stderr == b""


def test_progress_is_told_only_to_a_terminal_and_only_when_slow(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inspect", source()]) == 0
    assert capsys.readouterr().err == ""


def test_descriptor_says_the_same_as_the_summary() -> None:
    descriptor = json.loads((PACKAGE / "datapackage.json").read_bytes())
    coverage = descriptor["openbudget"]["coverage"]
    assert coverage["total"] == coverage["in_tables"] + coverage["in_sections"] + coverage["unrecognised"] == 802
