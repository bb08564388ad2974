"""Hidden folders beside a target: those of a process that lives are left alone, those of a dead one removed."""

from __future__ import annotations

import errno
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from openbudget.errors import WriteError
from openbudget.package import atomic

pytest.importorskip("fcntl")

# writes the folder `x`, and stops when its files are there, until a line comes in
_WRITER = """
import sys
from pathlib import Path
from openbudget.package import atomic
fill = atomic._fill
def slowly(*args):
    fill(*args)
    print("there", flush=True)
    sys.stdin.readline()
atomic._fill = slowly
atomic.write_folder(Path(sys.argv[1]), {"who": b"first"})
"""


def hidden(folder: Path) -> list[Path]:
    """The hidden folders in a folder."""
    return sorted(folder.glob(".*"))


@contextmanager
def writing(target: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process, in the middle of writing the folder `target`."""
    command = [sys.executable, "-c", _WRITER, str(target)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        try:
            assert child.stdout is not None
            assert child.stdout.readline() == "there\n"
            yield child
        finally:
            child.kill()


def test_what_a_living_process_writes_is_left_alone(tmp_path: Path) -> None:
    target = tmp_path / "x"
    with writing(target) as other:
        (unfinished,) = hidden(tmp_path)
        atomic.recover(target)
        atomic.write_folder(target, {"who": b"second"})
        assert hidden(tmp_path) == [unfinished]
        assert (target / "who").read_bytes() == b"second"
        other.communicate("\n")
        assert other.returncode == 0
    assert (target / "who").read_bytes() == b"first"  # it ended last
    assert hidden(tmp_path) == []


def test_what_a_killed_process_left_is_removed(tmp_path: Path) -> None:
    target = tmp_path / "x"
    with writing(target) as other:
        other.kill()
        other.wait()
    assert len(hidden(tmp_path)) == 1
    atomic.recover(target)
    assert list(tmp_path.iterdir()) == []


def test_what_is_written_can_be_read_by_others(tmp_path: Path) -> None:
    """A web server, for one, that runs under another name."""
    atomic.write_folder(tmp_path / "x", {"who": b"me"})
    atomic.install(atomic.stage(tmp_path / "y", {"who": b"me"}), tmp_path / "y")
    for folder in (tmp_path / "x", tmp_path / "y"):
        assert folder.stat().st_mode & 0o777 == 0o755
        assert folder.joinpath("who").stat().st_mode & 0o444 == 0o444


def test_only_what_belongs_to_the_target_is_removed(tmp_path: Path) -> None:
    for name in (".x.new-a", ".x.new-b", ".xy.new-c", ".x.txt", "x.new-d"):
        (tmp_path / name).mkdir()
    atomic.write_folder(tmp_path / "x", {"who": b"me"})
    assert sorted(one.name for one in tmp_path.iterdir()) == [".x.txt", ".xy.new-c", "x", "x.new-d"]


def test_an_old_folder_aside_comes_back_where_nothing_took_its_place(tmp_path: Path) -> None:
    aside = tmp_path / ".x.old-a"
    for folder in (aside, tmp_path / ".x.new-b"):
        folder.mkdir()
        (folder / "who").write_text(folder.name, encoding="ascii")
    atomic.recover(tmp_path / "x")
    assert [(one.name, (one / "who").read_text(encoding="ascii")) for one in tmp_path.iterdir()] == [("x", ".x.old-a")]
    (tmp_path / "x").rename(aside)
    (tmp_path / "x").mkdir()
    atomic.recover(tmp_path / "x")
    assert [one.name for one in tmp_path.rglob("*")] == ["x"]


def test_a_stream_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"old")

    def stopped() -> None:
        with atomic.new_file(path) as stream:
            stream.write(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped()
    assert {one.name: one.read_bytes() for one in tmp_path.iterdir()} == {"x": b"old"}


def test_a_folder_that_cannot_be_filled_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill = atomic._fill

    def full(folder: Path, files: Mapping[str, bytes], durable: bool) -> None:
        fill(folder, files, durable)
        raise OSError(errno.ENOSPC, "no space")

    monkeypatch.setattr(atomic, "_fill", full)
    for write in (atomic.stage, atomic.write_folder):
        with pytest.raises(WriteError) as told:
            write(tmp_path / "x", {"a/b": b"1"})
        assert told.value.key == "package.disk_full"
        assert not list(tmp_path.iterdir())
