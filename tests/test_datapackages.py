"""The published packages are, byte for byte, what the tool makes of their sources."""

from __future__ import annotations

from pathlib import Path

import pytest

from openbudget import pipeline
from openbudget.recognise import Given

PACKAGES = sorted(path for path in (Path(__file__).parents[1] / "datapackages").iterdir() if path.is_dir())


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_there_is_a_package() -> None:
    assert PACKAGES


@pytest.mark.parametrize("folder", PACKAGES, ids=lambda path: path.name)
def test_a_package_is_rebuilt_byte_for_byte(folder: Path, tmp_path: Path) -> None:
    packed = pipeline.pack(sorted((folder / "source").iterdir()), Given(), tmp_path)
    committed, made = files(folder), files(packed.folder)
    different = sorted(name for name in committed.keys() | made.keys() if committed.get(name) != made.get(name))
    assert not different, f"run: openbudget pack datapackages/{folder.name}/source/* -o datapackages/"


@pytest.mark.parametrize("folder", PACKAGES, ids=lambda path: path.name)
def test_packing_again_touches_nothing(folder: Path, tmp_path: Path) -> None:
    source = sorted((folder / "source").iterdir())
    first = pipeline.pack(source, Given(), tmp_path)
    times = {path: path.stat().st_mtime_ns for path in first.folder.rglob("*")}
    assert pipeline.pack(source, Given(), tmp_path).outcome == "unchanged"
    assert {path: path.stat().st_mtime_ns for path in first.folder.rglob("*")} == times
