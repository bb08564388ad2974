"""Folders and zips of several files: names, order and limits."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path

import pytest

from openbudget.errors import LimitError, UnreadableError, UsageError
from openbudget.readers import archive


def zipped(entries: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        for name, data in entries.items():
            made.writestr(name, data)
    return buffer.getvalue()


def test_folder_and_zip_give_the_same(tmp_path: Path) -> None:
    junk = ["附件/.DS_Store", "__MACOSX/说明.txt", "附件/~$a.docx"]
    entries = {"说明.txt": b"1", "附件/表.txt": b"2", **dict.fromkeys(junk, b"")}
    for name, data in entries.items():
        file = tmp_path / "in" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    (tmp_path / "in.zip").write_bytes(zipped(entries))
    expected = [("说明.txt", b"1"), ("表.txt", b"2")]
    assert sorted(archive.files_of([tmp_path / "in"])) == sorted(expected)
    assert archive.files_of([tmp_path / "in"]) == archive.files_of([tmp_path / "in.zip"])


def test_same_names_stay_apart(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(zipped({"x/表.txt": b"1", "y/表.txt": b"2"}))
    assert [name for name, _ in archive.files_of([tmp_path / "a.zip"])] == ["x_表.txt", "y_表.txt"]
    for folder in ("x", "y"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "b.txt").write_text(folder)
    both = [tmp_path / "x" / "b.txt", tmp_path / "y" / "b.txt"]
    assert [name for name, _ in archive.files_of(both)] == ["b.txt", "b-2.txt"]
    with pytest.raises(UsageError) as caught:
        archive.files_of([both[0], both[0]])
    assert caught.value.key == "readers.same_file"


def test_names_in_gbk(tmp_path: Path) -> None:
    raw = "预算.txt".encode("gbk").decode("cp437")
    data = zipped({"A" * len("预算.txt".encode("gbk")): b"1"})
    (tmp_path / "a.zip").write_bytes(data.replace(b"A" * len(raw), "预算.txt".encode("gbk")))
    assert [name for name, _ in archive.files_of([tmp_path / "a.zip"])] == ["预算.txt"]


@pytest.mark.parametrize("name", ["../a.txt", "x/../../a.txt", "C:/a.txt", "..\\a.txt"])
def test_unsafe_names_are_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "a.zip").write_bytes(zipped({name: b"1"}))
    with pytest.raises(UnreadableError) as caught:
        archive.files_of([tmp_path / "a.zip"])
    assert caught.value.key == "readers.zip_unsafe_name"


def test_limits_and_absence(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(zipped({f"{index}.txt": b"1" for index in range(archive.FILES + 1)}))
    with pytest.raises(LimitError):
        archive.files_of([tmp_path / "a.zip"])
    (tmp_path / "empty").mkdir()
    with pytest.raises(UnreadableError):
        archive.files_of([tmp_path / "empty"])
    with pytest.raises(UsageError):
        archive.files_of([tmp_path / "absent.txt"])


def test_a_file_name_that_is_not_utf_8_is_read_as_the_chinese_it_is(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode("某县预算.txt".encode("gb18030"))
    path.write_text("x", encoding="utf-8")
    assert [name for name, _ in archive.files_of([path])] == ["某县预算.txt"]
    assert [name for name, _ in archive.files_of([tmp_path])] == ["某县预算.txt"]
