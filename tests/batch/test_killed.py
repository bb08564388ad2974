"""`kill -9` at any moment: started again, a run ends with the same bytes as if nothing had happened."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from openbudget.batch import journal
from openbudget.errors import WriteError
from tests.batch.conftest import outcomes, run_folder, snapshot, write
from tests.project.conftest import ROOT


def _documents(source: Path, count: int) -> None:
    for number in range(count):
        said: dict[str, object] = {"do": "sleep", "seconds": 0.01, "text": "x" * number}
        if number % 9 == 4:
            said = {"do": "refuse"}
        if number % 7 == 3:
            said["name"] = f"cn-{number - 1:03}"  # a name that another document has, too
        if number == 20:
            said = {"do": "raise"}
        write(source, f"{number:03}.json", **said)


def _start(source: Path, out: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.batch.one_run", str(source), str(out)]
    return subprocess.Popen(command, cwd=ROOT)


def _until(out: Path, count: int) -> None:
    """Wait until the journal has so many outcomes more or less, or two seconds have passed."""
    path = journal.path_of(out)
    end = time.monotonic() + 10
    while time.monotonic() < end:
        if path.exists() and path.read_bytes().count(b'"t":"done"') >= count:
            return
        time.sleep(0.002)


def _killed_often(source: Path, out: Path, kills: int, count: int, seed: int) -> int:
    """Run, killed `kills` times at random moments, then to the end; how many runs there were."""
    dice, runs = random.Random(seed), 0
    for number in range(kills):
        child = _start(source, out)
        runs += 1
        _until(out, dice.randrange(count * number // kills, count * (number + 1) // kills + 1))
        time.sleep(dice.random() * 0.05)
        child.send_signal(signal.SIGKILL)
        child.wait()
    child = _start(source, out)
    assert child.wait(timeout=60) == 0
    return runs + 1


@pytest.mark.parametrize("seed", range(2))
def test_a_run_killed_again_and_again_ends_as_an_undisturbed_one(source: Path, tmp_path: Path, seed: int) -> None:
    _documents(source, 60)
    run_folder(source, tmp_path / "undisturbed")
    _killed_often(source, tmp_path / "killed", 3, 60, seed)
    assert snapshot(tmp_path / "killed") == snapshot(tmp_path / "undisturbed")


@pytest.mark.slow
def test_a_run_killed_twenty_times_ends_as_an_undisturbed_one(source: Path, tmp_path: Path) -> None:
    _documents(source, 600)
    run_folder(source, tmp_path / "undisturbed")
    _killed_often(source, tmp_path / "killed", 20, 600, 1)
    assert snapshot(tmp_path / "killed") == snapshot(tmp_path / "undisturbed")


def test_the_children_of_a_killed_run_end_with_it(source: Path, out: Path) -> None:
    write(source, "a.json", do="sleep", seconds=60)
    child = _start(source, out)
    mine = Path(f"/proc/{child.pid}/task/{child.pid}/children")
    if not mine.exists():
        child.kill()
        child.wait()
        pytest.skip("this system does not list children")
    end = time.monotonic() + 10
    found: list[int] = []
    while not found and time.monotonic() < end:
        found = [int(pid) for task in Path(f"/proc/{child.pid}/task").iterdir() for pid in _children(task)]
        time.sleep(0.02)
    time.sleep(0.5)  # until it has its orders
    child.kill()
    child.wait()
    end = time.monotonic() + 10
    while any(_lives(pid) for pid in found) and time.monotonic() < end:
        time.sleep(0.02)
    assert found
    assert not [pid for pid in found if _lives(pid)]


def _children(task: Path) -> list[str]:
    try:
        return (task / "children").read_text().split()
    except OSError:
        return []


def _lives(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def test_half_a_line_in_the_journal_is_cut_off(source: Path, out: Path) -> None:
    for number in range(5):
        write(source, f"{number}.json")
    run_folder(source, out)
    path = journal.path_of(out)
    whole = path.read_bytes()
    for cut in (1, 7, 60, len(whole.splitlines(keepends=True)[-1]) + 30):
        path.write_bytes(whole[:-cut])
        run_folder(source, out)
        assert len(outcomes(out)) == 5
        assert all(json.loads(line) for line in path.read_bytes().splitlines())


def test_what_a_killed_run_left_lying_is_removed(source: Path, out: Path) -> None:
    write(source, "a.json")
    run_folder(source, out)
    clean = snapshot(out)
    (out / "130433/2021/.cn-a.new-xyz").mkdir()
    (out / "130433/2021/.cn-a.new-xyz/half").touch()
    (out / "130433/2021/.cn-b.old-xyz").mkdir()  # moved aside, its successor never came
    (out / ".openbudget/stage-1-1/abc").mkdir(parents=True)
    run_folder(source, out)
    left = snapshot(out)
    assert left.pop("130433/2021/cn-b") == "folder"
    assert left == clean
    assert not list((out / ".openbudget").glob("stage-*"))


def test_a_disk_that_refuses_the_journal_leaves_it_whole(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held = journal.Journal(out)
    held.write([{"t": "run", "todo": 1, "total": 1, "settings": {}}])
    before = journal.path_of(out).read_bytes()
    real = os.write

    def short(handle: int, data: object) -> int:
        real(handle, bytes(data)[:5])  # type: ignore[call-overload]
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", short)
    with pytest.raises(WriteError) as caught:
        held.write([{"t": "end"}])
    assert caught.value.key == "batch.journal_failed"
    monkeypatch.undo()
    held.close()
    assert journal.path_of(out).read_bytes() == before
