"""What a folder or a manifest lists."""

from __future__ import annotations

import csv
import io
import os
from pathlib import Path

import pytest

from openbudget.batch import manifest, sources
from openbudget.batch.content import content_of
from openbudget.errors import UnreadableError, UsageError


def _touch(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("x", encoding="utf-8")


def test_each_file_at_any_depth(tmp_path: Path) -> None:
    _touch(tmp_path, "b.docx", "a/c.pdf", "a/.DS_Store", "a/~$c.docx", ".git/x", "a/Thumbs.db")
    found = sources.listed(tmp_path, "file", {"year": 2024})
    assert [one.item.key for one in found] == ["a/c.pdf", "b.docx"]
    assert found[0].item.given == {"year": 2024}
    assert found[0].item.files == (str(tmp_path / "a/c.pdf"),)


def test_each_folder_that_holds_files(tmp_path: Path) -> None:
    _touch(tmp_path, "x/1/text.docx", "x/1/tables.xlsx", "x/2/text.docx", "readme.txt")
    found = sources.listed(tmp_path, "folder", {})
    assert [(one.item.key, len(one.item.files)) for one in found] == [(".", 1), ("x/1", 2), ("x/2", 1)]


def test_nothing_to_pack_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as told:
        sources.listed(tmp_path, "file", {})
    assert told.value.key == "batch.nothing"


def _manifest(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "list.csv"
    path.write_bytes(text.encode(encoding))
    return path


def test_a_manifest_says_what_documents_do_not(tmp_path: Path) -> None:
    _touch(tmp_path, "a.pdf", "sub/b.docx", "sub/b.xlsx")
    path = _manifest(
        tmp_path,
        "file,disclosure,region,agency,year,kind,unit,remark\n"
        "a.pdf,,130433,001,2023,决算,万元,x\n"
        "sub/b.docx,b,,,,,,\n"
        "sub/b.xlsx,b,,,2024,budget,,\n"
        ",,,,,,,\n",
    )
    assert manifest.is_manifest(path)
    first, second = sources.listed(path, "file", {"region": "310107"})
    assert first.item.given == {
        "region": "130433", "agency": "001", "year": 2023, "kind": "final-accounts", "unit": "wan_yuan",
    }  # fmt: skip
    assert second.item.key == "b"
    assert second.item.given == {"region": "310107", "year": 2024, "kind": "budget"}
    assert [Path(file).name for file in second.item.files] == ["b.docx", "b.xlsx"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gb18030 with mark"])
def test_a_chinese_manifest_as_excel_writes_it(tmp_path: Path, encoding: str) -> None:
    _touch(tmp_path, "公开.docx")
    mark = "\ufeff" if "mark" in encoding else ""
    text = mark + "文件,部门,年度\r\n公开.docx,某某县教育局,2024\r\n"
    path = _manifest(tmp_path, text, encoding.removesuffix(" with mark"))
    assert manifest.is_manifest(path)
    (found,) = sources.listed(path, "file", {})
    assert found.item.key == "公开.docx"
    assert found.item.given == {"organization": "某某县教育局", "year": 2024}


@pytest.mark.parametrize("between", [",", ";", "\t", "，"])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_a_manifest_with_any_separator_in_any_encoding(tmp_path: Path, between: str, encoding: str) -> None:
    rows = [["文件名", "年份", "地区", "备注"], ["某局，决算;1.docx", "2022", "130433", "x"]]
    text = io.StringIO()
    csv.writer(text, delimiter=between, lineterminator="\n").writerows(rows)
    path = _manifest(tmp_path, text.getvalue(), encoding)
    assert manifest.is_manifest(path)
    assert manifest.unknown_columns(path) == ["备注"]
    (found,) = sources.listed(path, "file", {})
    assert Path(found.item.files[0]).name == "某局，决算;1.docx"
    assert found.item.given == {"year": 2022, "region": "130433"}


def test_a_csv_without_the_columns_of_a_manifest_is_named_with_those_it_has(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as told:
        sources.listed(_manifest(tmp_path, "名称,区域\nx.pdf,130227\n"), "file", {})
    assert (told.value.key, told.value.args_by_name["columns"]) == ("batch.no_manifest", "名称、区域")


def test_what_is_wrong_in_a_manifest_is_told_by_line(tmp_path: Path) -> None:
    path = _manifest(
        tmp_path, "file,url,year,kind\na.pdf,,24,\n,,2024,\na.pdf,http://x/a.pdf,,\nb.pdf,,,plan\nc.pdf,,,\nc.pdf,,,\n"
    )
    with pytest.raises(UsageError) as told:
        sources.listed(path, "file", {})
    assert told.value.key == "batch.bad_manifest"
    lines = str(told.value.args_by_name["lines"])
    assert [part.partition(":")[0] for part in lines.split("; ")] == ["2", "3", "4", "5", "7"]


def test_a_table_of_figures_is_no_manifest(tmp_path: Path) -> None:
    assert not manifest.is_manifest(_manifest(tmp_path, "项目,金额\n合计,1\n"))
    with pytest.raises(UsageError):
        sources.listed(_manifest(tmp_path, "项目,金额\n合计,1\n"), "file", {})


def test_what_a_batch_has_put_out_is_no_source(tmp_path: Path) -> None:
    _touch(tmp_path, "a.txt", "out/.openbudget/journal.jsonl", "out/outcomes.csv", "here/README.md")
    found = sources.listed(tmp_path, "file", {}, tmp_path / "here")
    assert [one.item.key for one in found] == ["a.txt"]
    with pytest.raises(UsageError) as told:
        sources.listed(tmp_path, "file", {}, tmp_path)
    assert told.value.key == "batch.out_is_source"


def test_links_are_followed_but_never_in_a_circle(tmp_path: Path) -> None:
    _touch(tmp_path, "src/deep/a.txt", "elsewhere/b.txt")
    (tmp_path / "src/more").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "src/deep/up").symlink_to(tmp_path / "src")
    (tmp_path / "src/gone.txt").symlink_to(tmp_path / "nowhere")
    found = sources.listed(tmp_path / "src", "file", {})
    assert [(one.item.key, one.item.size) for one in found] == [("deep/a.txt", 1), ("gone.txt", 0), ("more/b.txt", 1)]


def test_a_folder_that_cannot_be_listed_is_not_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _touch(tmp_path, "a.txt", "closed/b.txt")
    real = os.listdir

    def listdir(path: str) -> list[str]:
        if path.endswith("closed"):
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(os, "listdir", listdir)
    first, second = (one.item for one in sources.listed(tmp_path, "file", {}))
    assert (first.key, first.refusal) == ("a.txt", None)
    assert second.key == "closed"
    assert second.refusal is not None
    assert second.refusal.key == "batch.cannot_read"


def test_names_of_other_encodings_are_readable_and_differ(tmp_path: Path) -> None:
    for raw in ("预算.txt".encode("gb18030"), "预算.txt".encode(), b"\xff\xfe.txt"):
        (tmp_path / os.fsdecode(raw)).write_text("x", encoding="utf-8")
    found = [one.item for one in sources.listed(tmp_path, "file", {})]
    assert sorted(item.key for item in found) == ["\\xff\\xfe.txt", "预算.txt", "预算.txt (2)"]
    assert all(Path(item.files[0]).is_file() for item in found)


def test_a_long_manifest_is_one_wherever_its_first_bytes_end(tmp_path: Path) -> None:
    rows = "".join(f"某县{number}/部门预算公开.docx\n" for number in range(999))
    for shift in range(3):
        assert manifest.is_manifest(_manifest(tmp_path, "文件\n" + "x" * shift + rows))


def test_a_manifest_with_the_separators_of_windows(tmp_path: Path) -> None:
    _touch(tmp_path, "某县/财政局.docx")
    (found,) = sources.listed(_manifest(tmp_path, "file\n某县\\财政局.docx\n"), "file", {})
    assert found.item.files == (str(tmp_path / "某县/财政局.docx"),)


def test_a_folder_in_a_manifest_is_told_how_to_list_it(tmp_path: Path) -> None:
    (tmp_path / "甲").mkdir()
    with pytest.raises(UnreadableError) as told:
        content_of([str(tmp_path / "甲")])
    assert told.value.key == "batch.a_folder"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("file\na\0b.txt\n", "2: NUL"),
        ("file,year\na.txt," + "9" * 5000 + "\n", "2: year = 99999"),
        ('file\n"' + "a" * 200_000 + "\n", "2: field larger than field limit"),
        ('file,"说明\n' + "a.txt,\n" * 30_000, "field larger than field limit"),  # in the header
        ("file,文件\na.txt,b.txt\n", "1: 2 × file"),
    ],
)
def test_rows_that_no_manifest_has_are_named(tmp_path: Path, text: str, line: str) -> None:
    path = tmp_path / "list.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError) as told:
        sources.listed(path, "file", {})
    assert told.value.key == "batch.bad_manifest"
    assert line in str(told.value.args_by_name["lines"])
    assert len(told.value.text("zh")) < 500
