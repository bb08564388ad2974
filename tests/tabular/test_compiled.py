"""The compiled kernels are kept for the next run; a folder that cannot be written, or a spoilt file, breaks nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("numba")

from openbudget.tabular.fast import available, compiled


@pytest.fixture
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """A folder for kernels with those of this machine in it."""
    compiled.kernels()
    content = compiled.kept().read_bytes() if compiled.kept().is_file() else None
    monkeypatch.setenv("OPENBUDGET_CACHE", str(tmp_path / "cache"))
    if content is not None:
        (tmp_path / "cache").mkdir()
        compiled.kept().write_bytes(content)
    compiled.kernels.cache_clear()
    yield tmp_path / "cache"
    compiled.kernels.cache_clear()


def _never() -> tuple[dict[str, str], bytes]:
    raise AssertionError("compiled once more")


def test_kernels_are_loaded_as_they_were_kept(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "_compiled", _never)
    assert "scan" in compiled.kernels()
    assert compiled.usable(1)


def test_a_spoilt_file_is_made_anew(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = compiled.kept().read_bytes()
    good = compiled._opened(content)
    assert good is not None
    made = []
    monkeypatch.setattr(compiled, "_compiled", lambda: made.append(1) or good)
    for spoilt in (content[:-1], b"", content[:40] + b"x" + content[41:]):
        compiled.kept().write_bytes(spoilt)
        compiled.kernels.cache_clear()
        assert "scan" in compiled.kernels()
        assert compiled.kept().read_bytes() == content
    assert len(made) == 3
    assert [path.name for path in cache.iterdir()] == [compiled.kept().name]


def test_a_folder_that_cannot_be_written_breaks_nothing(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    good = compiled._opened(compiled.kept().read_bytes())
    assert good is not None
    monkeypatch.setattr(compiled, "_compiled", lambda: good)
    file = cache / "file"
    file.touch()
    monkeypatch.setenv("OPENBUDGET_CACHE", str(file / "below"))  # nobody, not even root, can write there
    compiled.kernels.cache_clear()
    assert "scan" in compiled.kernels()
    assert compiled.usable(1 << 30)
    assert not compiled.usable(1 << 20)


def test_a_numba_that_compiles_in_another_way_leaves_it_to_the_exact_checker(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def other() -> tuple[dict[str, str], bytes]:
        raise AttributeError("_final_module")

    assert available(1 << 30)
    compiled.kept().unlink()
    compiled.kernels.cache_clear()
    monkeypatch.setattr(compiled, "_compiled", other)
    assert not available(1 << 30)


def test_a_person_without_a_home_keeps_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody() -> Path:
        raise RuntimeError("no home")

    monkeypatch.delenv("OPENBUDGET_CACHE", raising=False)
    monkeypatch.setattr(Path, "home", nobody)
    assert compiled.usable(1 << 30)
    assert not compiled.usable(1 << 20)


def test_nothing_of_numba_is_imported_where_kernels_are_kept(cache: Path) -> None:
    program = (
        "import sys; from openbudget.tabular.fast.compiled import kernels; kernels(); print('numba' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env={**os.environ}
    )
    assert done.stdout.strip() == "False"
