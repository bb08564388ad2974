"""validate as a person, a program and a CI job run it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from openbudget.cli import main
from openbudget.cli.validate import SUFFIXES
from openbudget.report import FORMATS

PACKAGE = Path(__file__).resolve().parents[2] / "datapackages" / "cn-130433-434-2021-budget"


@pytest.fixture(autouse=True)
def _chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENBUDGET_LANG", "zh")


@pytest.fixture
def faulty(tmp_path: Path) -> Path:
    """The package with one figure changed: no longer what its hash says, and no longer adding up."""
    copy = tmp_path / "faulty"
    shutil.copytree(PACKAGE, copy)
    lines = copy / "data" / "budget_lines.csv"
    lines.write_text(lines.read_text(encoding="utf-8").replace("413.31", "431.31"), encoding="utf-8")
    return copy


def test_the_committed_package_is_valid(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", str(PACKAGE)]) == 0
    assert "YOY-001" in capsys.readouterr().out


def test_a_zip_and_a_descriptor_are_packages_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with zipfile.ZipFile(tmp_path / "p.zip", "w") as packed:
        for path in PACKAGE.rglob("*"):
            packed.write(path, path.relative_to(PACKAGE))
    assert main(["validate", str(tmp_path / "p.zip"), str(PACKAGE / "datapackage.json")]) == 0


@pytest.mark.parametrize(("level", "code"), [("error", 0), ("warning", 1), ("note", 1), ("never", 0)])
def test_the_level_at_which_it_fails_can_be_chosen(level: str, code: int) -> None:
    assert main(["validate", str(PACKAGE), "--fail-on", level]) == code


def test_a_changed_file_is_an_error(faulty: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", str(faulty)]) == 1
    said = capsys.readouterr().out
    assert "budget_lines.csv" in said
    assert main(["validate", str(faulty), "--fail-on", "never"]) == 0


def test_json_follows_the_published_schema(faulty: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import jsonschema

    from openbudget import standard

    main(["validate", str(faulty), "--format", "json"])
    report = json.loads(capsys.readouterr().out)
    jsonschema.validate(report, standard.json_schema("report"))
    assert report["valid"] is False


def test_counts_stay_complete_where_the_list_is_cut(capsys: pytest.CaptureFixture[str]) -> None:
    main(["validate", str(PACKAGE), "--format", "json"])
    whole = json.loads(capsys.readouterr().out)
    main(["validate", str(PACKAGE), "--format", "json", "--limit-findings", "2"])
    cut = json.loads(capsys.readouterr().out)
    assert cut["counts"] == whole["counts"]
    assert [finding["severity"] for finding in cut["findings"]] == ["warning", "warning"]


def test_the_formats_are_those_of_the_report_room() -> None:
    assert tuple(SUFFIXES) == FORMATS


def test_several_reports_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    formats = [word for form in SUFFIXES for word in ("--format", form)]
    assert main(["validate", str(PACKAGE), *formats, "-o", str(tmp_path / "report")]) == 0
    assert {path.name for path in tmp_path.iterdir()} == {f"report{suffix}" for suffix in SUFFIXES.values()}
    assert all(path.stat().st_size for path in tmp_path.iterdir())
    told = capsys.readouterr()
    assert told.out == ""
    assert str(tmp_path / "report.html") in told.err


def test_several_formats_need_a_place(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", str(PACKAGE), "--format", "json", "--format", "csv"]) == 2
    assert "-o" in capsys.readouterr().err


def test_a_report_that_cannot_be_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", str(PACKAGE), "-o", str(tmp_path / "no" / "report.txt")]) == 3
    assert "写不了" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_one_unreadable_package_hides_nothing_of_the_others(
    faulty: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["validate", str(tmp_path / "nowhere"), str(faulty)]) == 3
    told = capsys.readouterr()
    assert "budget_lines.csv" in told.out
    assert "nowhere" in told.err


def test_waivers_beside_the_package_are_used(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    copy = tmp_path / PACKAGE.name
    shutil.copytree(PACKAGE, copy)
    (copy / "openbudget.yaml").write_text("severity: {YOY-001: error}\n", encoding="utf-8")
    assert main(["validate", str(copy)]) == 1
    other = tmp_path / "other.yaml"
    other.write_text("severity: {YOY-001: note}\n", encoding="utf-8")
    assert main(["validate", str(copy), "--waivers", str(other)]) == 0
    assert main(["validate", str(copy), "--waivers", str(tmp_path / "none.yaml")]) == 2


def test_a_folder_of_packages_at_any_depth(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from openbudget.package.container import packages_in

    for place in ("a", "130433/2021/b", ".hidden/c", "a/inner"):
        (tmp_path / place).mkdir(parents=True)
        (tmp_path / place / "datapackage.json").write_text("{}", encoding="utf-8")
    assert packages_in(tmp_path) == [str(tmp_path / "130433/2021/b"), str(tmp_path / "a")]
    assert packages_in(tmp_path / "none") == [str(tmp_path / "none")]
    main(["validate", str(tmp_path), "--lang", "en", "--format", "jsonl"])
    assert {json.loads(line)["package"] for line in capsys.readouterr().out.splitlines()} == {"a", "b"}


def test_a_small_package_of_any_kind_loads_no_more_than_it_needs(tmp_path: Path) -> None:
    """One that does not claim the standard, and has its tables all the same: its lines are checked without libraries
    for large tables."""
    descriptor = json.loads((PACKAGE / "datapackage.json").read_bytes())
    del descriptor["openbudget"], descriptor["sources"]
    shutil.copytree(PACKAGE / "data", tmp_path / "data")
    (tmp_path / "datapackage.json").write_text(json.dumps(descriptor), encoding="utf-8")
    heavy = {"numpy", "llvmlite", "multiprocessing", "jsonschema"}
    code = (
        f"import sys; from openbudget.cli import main; code = main(sys.argv[1:]); assert not {heavy} & set(sys.modules)"
    )
    validate = [sys.executable, "-c", code, "validate", str(tmp_path), "--format", "json"]
    report = json.loads(subprocess.run(validate, capture_output=True, check=True).stdout)
    assert {run["rule"] for run in report["runs"]} > {"SCH-001", "SUM-002"}


def test_help_does_without_what_click_may_need() -> None:
    code = """
import sys
from openbudget.cli import main
main(["--help"])
assert not {"inspect", "platform"} & set(sys.modules)
import click, gettext, inspect, platform, uuid
assert platform.python_version() and uuid.uuid1()
assert click.core.inspect.cleandoc(" x") == inspect.cleandoc(" x") == "x"
gettext.gettext = str.upper  # click speaks through whatever is installed when it speaks
assert click.core._("usage") == "USAGE" and click.core.ngettext("one", "many", 2) == "many"
"""
    subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
