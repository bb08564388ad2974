"""The wheel that people install works away from the checkout: schema, layouts and messages are in it."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Path:
    out = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(root)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = out.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel's files in a folder of their own (a wheel is a zip laid out as site-packages)."""
    folder = tmp_path_factory.mktemp("site")
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(folder)
    return folder


def _run(site: Path, where: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    # -P: the current folder is not on the path; PYTHONPATH goes before the checkout's editable install
    environment = {**os.environ, "PYTHONPATH": str(site), "OPENBUDGET_LANG": "en", "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, "-P", *arguments], cwd=where, env=environment, capture_output=True, text=True, check=False
    )


def test_the_program_is_the_installed_one(installed: Path, tmp_path: Path) -> None:
    done = _run(installed, tmp_path, "-c", "import openbudget; print(openbudget.__file__)")
    assert done.stdout.strip().startswith(str(installed)), done.stderr


def test_schema_is_in_the_wheel(installed: Path, tmp_path: Path) -> None:
    done = _run(installed, tmp_path, "-m", "openbudget", "schema")
    assert done.returncode == 0, done.stderr
    assert "budget_lines" in done.stdout


def test_explain_works_from_the_wheel(installed: Path, tmp_path: Path) -> None:
    done = _run(installed, tmp_path, "-m", "openbudget", "explain", "SUM-003")
    assert done.returncode == 0, done.stderr
    assert "SUM-003" in done.stdout


def test_pack_and_validate_work_from_the_wheel(installed: Path, tmp_path: Path, root: Path) -> None:
    sources = sorted((root / "datapackages").glob("*/source/*"))
    assert sources, "no package is committed"
    packed = _run(installed, tmp_path, "-m", "openbudget", "pack", str(sources[0]), "-o", str(tmp_path / "out"))
    assert packed.returncode == 0, packed.stderr
    (package,) = (tmp_path / "out").iterdir()
    checked = _run(installed, tmp_path, "-m", "openbudget", "validate", str(package))
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_no_tests_or_sources_of_others_in_the_wheel(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as packed:
        names = packed.namelist()
    tops = {name.partition("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"openbudget"}
    assert not [name for name in names if "__pycache__" in name]
    assert [name for name in names if name.endswith("LICENSE")]
