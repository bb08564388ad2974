"""pack of many documents, status and retry, as a person calls them, with real disclosures."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from openbudget.cli import main
from tests.batch.conftest import outcomes, snapshot
from tests.project.conftest import ROOT

SEED = min((ROOT / "datapackages").glob("cn-*"))


@pytest.fixture
def real(source: Path) -> Path:
    """A folder with a disclosure, a note that is none, and a disclosure of next year."""
    text = next((SEED / "source").iterdir()).read_text(encoding="utf-8")
    (source / "2021.txt").write_text(text, encoding="utf-8")
    (source / "2022.txt").write_text(text.replace("2021", "2022"), encoding="utf-8")
    (source / "note.txt").write_text("今天食堂吃面。\n", encoding="utf-8")
    return source


def test_a_folder_of_disclosures(real: Path, out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["pack", str(real), "--each", "file", "-o", str(out), "--jobs", "2", "--lang", "en"]) == 3
    said = capsys.readouterr().out
    assert "3 documents: 3 new, 0 changed, 0 unchanged" in said
    assert "recognise.no_disclosure" in said
    assert outcomes(out)["2022.txt"].package == "130433/2022/cn-130433-434-2022-budget"
    once = out / "130433/2021" / SEED.name
    alone = out.parent / "alone"
    assert main(["pack", str(real / "2021.txt"), "-o", str(alone)]) == 0
    assert snapshot(once) == snapshot(alone / SEED.name)

    capsys.readouterr()
    assert main(["status", str(out), "--lang", "en"]) == 0
    assert "The last run is through; 3 documents in all." in capsys.readouterr().out
    cut_off(out)
    assert main(["status", str(out), "--lang", "en"]) == 0
    said = capsys.readouterr().out
    assert "1 document so far was not packed" in said
    assert "when all are done" in said
    (real / "note.txt").unlink()
    shutil.copy(real / "2021.txt", real / "note.txt")
    assert main(["retry", str(out), "--reason", "no_disclosure", "--lang", "en"]) == 3
    assert "0 new, 1 changed, 2 unchanged" in capsys.readouterr().out
    assert main(["retry", str(out), "--reason", "no_disclosure", "--lang", "en"]) == 2
    assert "batch.duplicate" in capsys.readouterr().err


def cut_off(out: Path) -> None:
    """As if the run had been killed before its end."""
    path = out / ".openbudget/journal.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if '"t":"end"' not in line), encoding="utf-8")


def test_a_run_that_was_cut_off_does_not_say_that_all_is_read(
    real: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (real / "note.txt").unlink()
    assert main(["pack", str(real), "--each", "file", "-o", str(out), "--jobs", "1", "--lang", "en"]) == 0
    assert "of every document were read" in capsys.readouterr().out
    cut_off(out)
    assert main(["status", str(out), "--lang", "en"]) == 0
    said = capsys.readouterr().out
    assert "of every document were read" not in said
    assert "not all are done" in said


def test_a_manifest(real: Path, out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    manifest = real / "list.csv"
    manifest.write_text("file,agency,yaer\n2021.txt,007,2020\n", encoding="utf-8")
    assert main(["pack", str(manifest), "-o", str(out), "--lang", "en"]) == 0
    assert "were not used: yaer" in capsys.readouterr().err
    assert outcomes(out)["2021.txt"].package == "130433/2021/cn-130433-007-2021-budget"


def test_what_makes_no_batch_is_told(real: Path, out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = [str(real / "2021.txt"), str(real / "2022.txt")]
    assert main(["pack", *files, "--jobs", "2", "-o", str(out), "--lang", "zh"]) == 2
    assert "一次只能给一个文件夹" in capsys.readouterr().err
    assert main(["status", str(real), "--lang", "zh"]) == 2
    assert "没有批量处理的记录" in capsys.readouterr().err


def test_a_strange_file_name_makes_no_finding(source: Path, out: Path) -> None:
    text = next((SEED / "source").iterdir()).read_bytes()
    (source / "a:b\nc?.txt").write_bytes(text)
    assert main(["pack", str(source), "--each", "file", "-o", str(out), "--jobs", "1"]) == 0
    report = out / "130433/2021" / SEED.name / "report.json"
    assert "PRV-003" not in {one["rule"] for one in json.loads(report.read_bytes())["findings"]}
