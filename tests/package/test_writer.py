"""Packages on disk: complete, deterministic, whole or not at all."""

from __future__ import annotations

import csv
import errno
import io
import json
import os
import signal
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import jsonschema
import pytest

from openbudget import standard
from openbudget.errors import WriteError
from openbudget.package import atomic, package_files, package_name, tables_of, write
from openbudget.package.name import source_file_name
from openbudget.package.serialise import csv_bytes, json_bytes
from tests.package.samples import CONTENTS, NAME, TEXT, disclosure, facts, report


def _tree(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_the_package_has_every_file_of_the_standard(tmp_path: Path) -> None:
    folder = write(disclosure(), report(), CONTENTS, tmp_path)
    assert folder == tmp_path / "cn-130433-434-2021-budget"
    assert sorted(_tree(folder)) == [
        "README.md", "data/budget_lines.csv", "data/findings.csv", "data/glossary.csv", "data/organizations.csv",
        "data/sources.csv", "datapackage.json", "disclosure.json", "report.json", f"source/{NAME}",
    ]  # fmt: skip
    assert (folder / "source" / NAME).read_bytes() == TEXT
    assert sorted(p.name for p in tmp_path.iterdir()) == ["cn-130433-434-2021-budget"]


def test_documents_fit_their_schemas() -> None:
    files = package_files(disclosure(), report(), CONTENTS)
    for name, file in (
        ("datapackage", "datapackage.json"),
        ("disclosure", "disclosure.json"),
        ("report", "report.json"),
    ):
        jsonschema.Draft7Validator(dict(standard.json_schema(name))).validate(json.loads(files[file]))


@pytest.mark.parametrize("version", ["1.0", "2.0"])
def test_the_descriptor_fits_both_data_package_profiles(version: str) -> None:
    profile = json.loads((standard.root() / "vendor/datapackage" / version / "datapackage.json").read_bytes())
    files = package_files(disclosure(), report(), CONTENTS)
    jsonschema.Draft7Validator(profile).validate(json.loads(files["datapackage.json"]))


def test_tables_are_csv_with_lf_and_no_mark() -> None:
    content = package_files(disclosure(), report(), CONTENTS)["data/glossary.csv"]
    assert content == 'id,term,definition\ng1,预算,"政府的""年度""\n收支计划"\n'.encode()


def test_a_cell_with_any_line_end_is_one_cell() -> None:
    texts = ["a\rb", "a\r\nb", "\r", "a\nb", "甲,乙", '"', "", " a "]
    content = csv_bytes(["id", "text"], [{"id": "1", "text": one} for one in texts])
    assert [row[1] for row in csv.reader(io.StringIO(content.decode(), newline=""))] == ["text", *texts]
    assert content.startswith(b'id,text\n1,"a\rb"\n1,"a\r\nb"\n')


def test_figures_stand_in_cells_without_exponent() -> None:
    figures = ("5.074E+6", "0E-2", "1E-9", "-1.50")
    content = csv_bytes(["a"], [{"a": Decimal(one)} for one in figures])
    assert content.decode().split() == ["a", "5074000", "0.00", "0.000000001", "-1.50"]
    assert csv_bytes(["a", "b"], [{"a": True, "b": None}]) == b"a,b\ntrue,\n"


def test_sources_lead_from_values_to_places() -> None:
    rows = tables_of(disclosure())["sources"]
    assert rows[1] | {"confidence": 1} == {
        "table": "budget_lines", "row_id": "e", "field": "amount", "file": NAME, "locator": "#line=1,2",
        "printed": "765.14万元", "method": "sentence", "confidence": 1,
    }  # fmt: skip


def test_tables_of_gives_every_field_in_order() -> None:
    tables = tables_of(disclosure())
    assert list(tables) == ["organizations", "budget_lines", "glossary", "sources"]
    assert all(tuple(row) == standard.tables()[name].columns for name, rows in tables.items() for row in rows)


def test_the_same_fault_twice_has_two_ids() -> None:
    text = package_files(disclosure(), report(), CONTENTS)["data/findings.csv"].decode()
    assert [row["id"] for row in csv.DictReader(text.splitlines())] == ["0123456789abcdef", "0123456789abcdef-2"]


def test_writing_again_touches_nothing(tmp_path: Path) -> None:
    folder = write(disclosure(), report(), CONTENTS, tmp_path)
    before = {path: path.stat().st_mtime_ns for path in (folder, *folder.rglob("*"))}
    write(disclosure(), report(), CONTENTS, tmp_path)
    assert {path: path.stat().st_mtime_ns for path in (folder, *folder.rglob("*"))} == before


def test_another_version_replaces_the_old_one(tmp_path: Path) -> None:
    folder = write(disclosure(), report(), CONTENTS, tmp_path)
    (folder / ".DS_Store").write_bytes(b"")
    write(disclosure(), report("other"), CONTENTS, tmp_path)
    assert json.loads((folder / "report.json").read_bytes())["name"] == "other"
    assert sorted(p.name for p in tmp_path.iterdir()) == [folder.name]


def test_without_exchange_the_old_one_is_moved_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(atomic, "_exchange", lambda one, other: False)
    folder = write(disclosure(), report(), CONTENTS, tmp_path)
    write(disclosure(), report("other"), CONTENTS, tmp_path)
    assert json.loads((folder / "report.json").read_bytes())["name"] == "other"
    assert sorted(p.name for p in tmp_path.iterdir()) == [folder.name]


def test_what_a_killed_run_left_is_undone(tmp_path: Path) -> None:
    folder = write(disclosure(), report(), CONTENTS, tmp_path)
    folder.rename(tmp_path / f".{folder.name}.old-abc")
    (tmp_path / f".{folder.name}.new-def").mkdir()
    write(disclosure(), report(), CONTENTS, tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == [folder.name]


@pytest.mark.parametrize(
    ("prepare", "key"),
    [
        (lambda folder: (folder / "note.txt").write_text("mine"), "package.not_ours"),
        (lambda folder: (folder / "datapackage.json").write_text("{}"), "package.not_ours"),
        (lambda folder: (folder / "datapackage.json").write_text('{"name": "x"}'), "package.not_ours"),
    ],
)
def test_a_folder_that_is_no_package_is_left_alone(tmp_path: Path, prepare: object, key: str) -> None:
    folder = tmp_path / package_name(facts())
    folder.mkdir()
    prepare(folder)  # type: ignore[operator]
    before = _tree(folder)
    with pytest.raises(WriteError) as caught:
        write(disclosure(), report(), CONTENTS, tmp_path)
    assert caught.value.key == key
    assert _tree(folder) == before
    write(disclosure(), report(), CONTENTS, tmp_path, force=True)
    assert "report.json" in _tree(folder)


def test_a_file_in_the_way_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / package_name(facts())).write_text("mine")
    with pytest.raises(WriteError) as caught:
        write(disclosure(), report(), CONTENTS, tmp_path, force=True)
    assert caught.value.key == "package.not_a_folder"


def test_files_of_others_in_a_package_are_not_lost(tmp_path: Path) -> None:
    folder = write(disclosure(), report(), CONTENTS, tmp_path)
    (folder / "notes.txt").write_text("mine")
    with pytest.raises(WriteError, match=r"notes\.txt"):
        write(disclosure(), report(), CONTENTS, tmp_path)


def test_another_body_with_the_same_name_is_refused(tmp_path: Path) -> None:
    write(disclosure(), report(), CONTENTS, tmp_path)
    with pytest.raises(WriteError) as caught:
        write(disclosure(agency_name="另一个局"), report(), CONTENTS, tmp_path)
    assert caught.value.key == "package.name_taken"
    write(disclosure(agency_name=" 某县　财政局"), report(), CONTENTS, tmp_path)


@pytest.mark.parametrize(
    ("number", "key"),
    [
        (errno.ENOSPC, "package.disk_full"),
        (errno.EROFS, "package.read_only"),
        (errno.ENAMETOOLONG, "package.path_too_long"),
        (errno.EIO, "package.write_failed"),
    ],
)
def test_faults_of_the_disk_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, key: str) -> None:
    folder = write(disclosure(), report(), CONTENTS, tmp_path)
    before = _tree(folder)

    def refuse(handle: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(WriteError) as caught:
        write(disclosure(), report("other"), CONTENTS, tmp_path)
    assert caught.value.key == key
    assert caught.value.text("zh")
    assert _tree(folder) == before
    assert [p.name for p in tmp_path.iterdir()] == [folder.name]


_KILLED = """
import os, sys
from pathlib import Path
from openbudget.package import write
from tests.package.samples import *
write(disclosure(), report("new"), CONTENTS, Path(sys.argv[1]))
print("done")
"""


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.json"
    atomic.write_file(path, b"old")

    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "no space")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(WriteError) as caught:
        atomic.write_file(path, b"new")
    assert caught.value.key == "package.disk_full"
    assert {one.name: one.read_bytes() for one in tmp_path.iterdir()} == {"x.json": b"old"}
    atomic.write_file(path, b"new", durable=False)  # nobody waits for the disk
    assert path.read_bytes() == b"new"


@pytest.mark.parametrize("exchange", [True, False])
def test_killed_at_any_system_call_it_leaves_the_old_or_the_new(tmp_path: Path, exchange: bool) -> None:
    """A child is killed at its n-th file operation, for every n until it ends by itself."""
    old = package_files(disclosure(), report(), CONTENTS)
    new = package_files(disclosure(), report("new"), CONTENTS)
    killer = """
import os, sys, signal, builtins
left = int(sys.argv[2])
def deadly(function):
    def call(*args, **kwargs):
        global left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*args, **kwargs)
    return call
import openbudget.package.atomic as atomic
for name in ("rename", "fsync", "rmdir", "unlink", "chmod", "mkdir"):
    setattr(os, name, deadly(getattr(os, name)))
""" + ("" if exchange else "atomic._exchange = lambda one, other: False\n")
    for steps in range(0, 60, 3):
        parent = tmp_path / str(steps)
        folder = write(disclosure(), report(), CONTENTS, parent)
        done = subprocess.run(
            [sys.executable, "-c", killer + _KILLED, str(parent), str(steps)],
            cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False,
        )  # fmt: skip
        atomic.recover(folder)
        assert _tree(folder) in (old, new), steps
        if done.returncode == 0:
            assert _tree(folder) == new
            return
        assert done.returncode == -signal.SIGKILL, done.stderr
    pytest.fail("the child never came to its end")


def test_frictionless_finds_the_package_valid(tmp_path: Path) -> None:
    frictionless = pytest.importorskip("frictionless")
    folder = write(disclosure(), report(), CONTENTS, tmp_path)
    result = frictionless.validate(str(folder / "datapackage.json"))
    assert result.valid, result.flatten(["type", "note"])


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("a.txt", "a.txt"), ("预算 (1).pdf", "预算 (1).pdf"), ("../x", "_/x".replace("/", "_")), ("a..b", "a_b"),
        (".hidden", "_hidden"), ("CON.txt", "_CON.txt"), ("a:b?c", "a_b_c"), ("", "_"), ("end.", "end_"),
    ],
)  # fmt: skip
def test_names_of_sources_are_made_safe(name: str, safe: str) -> None:
    assert source_file_name(name) == safe


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({}, "cn-130433-434-2021-budget"),
        ({"agency_code": "ＡＢ１"}, "cn-130433-ab1-2021-budget"),
        ({"agency_code": None}, "cn-130433-uf8b6ab4f-2021-budget"),
        ({"agency_code": "四三四", "agency_name": "某县 财政局"}, "cn-130433-uf8b6ab4f-2021-budget"),
        ({"kind": "final-accounts"}, "cn-130433-434-2021-final-accounts"),
    ],
)
def test_package_names(changes: dict[str, object], name: str) -> None:
    made = package_name(facts(**changes))
    if "uf8b6ab4f" in name:
        assert made == package_name(facts(agency_code=None))
        assert len(made) == len(name)
    else:
        assert made == name


def test_json_keeps_figures_exact() -> None:
    text = json_bytes({"a": Decimal("12345678901234567890.10"), "b": [], "c": [1, "x", None], "d": [{"e": True}]})
    assert b"12345678901234567890.10" in text
    assert json.loads(text)["d"] == [{"e": True}]
