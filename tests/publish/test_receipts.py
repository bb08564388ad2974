"""What the command line does with paths that cannot be written to: told as such, and before anything is published."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.publish.conftest import command
from tests.publish.packages import SOURCE


@pytest.mark.parametrize("receipt", ["/", ".", "there"])
def test_a_receipt_that_is_a_folder_is_refused_first(
    tmp_path: Path, receipt: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("there").mkdir()
    done = command("publish", str(SOURCE), "--to", "site:public", "--receipt", receipt)
    assert (done.returncode, "The receipt is a file" in done.stderr) == (2, True)
    assert not Path("public").exists()


@pytest.mark.parametrize("target", ["site", "sqlite"])
@pytest.mark.parametrize("place", ["file/x", "n" * 300])
def test_a_path_that_cannot_be_one_is_no_fault_of_the_program(tmp_path: Path, target: str, place: str) -> None:
    (tmp_path / "file").write_bytes(b"")
    done = command("publish", str(SOURCE), "--to", f"{target}:{tmp_path / place}")
    assert (done.returncode, str(tmp_path) in done.stderr) == (3, True)
